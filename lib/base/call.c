#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/call.h"
#include "base/deadline.h"

static atomic_int at_work; /* calls that have begun and not ended */

struct job {
	void (*fn)(void *);
	void *arg;
	int end; /* of a pipe, closed when it is done */
};

static void *
work(void *p)
{
	struct job *j = p;

	j->fn(j->arg);
	atomic_fetch_sub(&at_work, 1);
	close(j->end);
	free(j);
	return NULL;
}

/* begin: run fn(arg) in a thread; a descriptor that becomes readable once it is done, or -1: it
 * is done. */
static int
begin(void (*fn)(void *arg), void *arg)
{
	struct job *j = malloc(sizeof(*j));
	pthread_t thread;
	int ends[2];

	if (j == NULL || pipe(ends) == -1) {
		free(j);
		fn(arg); /* better without an end than not at all */
		return -1;
	}
	*j = (struct job){ fn, arg, ends[1] };
	atomic_fetch_add(&at_work, 1);
	if (pthread_create(&thread, NULL, work, j) == 0)
		pthread_detach(thread);
	else
		work(j);
	return ends[0];
}

/* taken_over: C11 orders what the thread has written before what is read of it by its last
 * operation on at_work, and not by the pipe. */
static int
taken_over(void)
{
	(void)atomic_load(&at_work);
	return 1;
}

int
rc_call(void (*fn)(void *arg), void *arg, int timeout_ms)
{
	int end = begin(fn, arg), done = 1;

	if (end != -1) {
		done = rc_deadline_wait(rc_deadline_in(timeout_ms), end, POLLIN);
		close(end);
	}
	return done == 1 ? taken_over() : done;
}

int
rc_call_last(void (*fn)(void *arg), void *arg, int timeout_ms)
{
	struct pollfd end = { .fd = begin(fn, arg), .events = POLLIN };
	int done = 1;

	if (end.fd != -1) {
		done = poll(&end, 1, timeout_ms) == 1;
		close(end.fd);
	}
	return done ? taken_over() : 0;
}

int
rc_call_left(void)
{
	return atomic_load(&at_work);
}
