#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/status.h"
#include "state/signals.h"
#include "state/supervise.h"

#define HEED_S 10 /* for programs to heed a signal, which takes them a second or two */
#define LONG_S 60 /* the longest pause; after so much work the next is short again */
#define TICK_S 5  /* between two looks whether there is something to be done beside */

/* How far those that are to end have been asked. */
enum { NOT_YET, ASKED, TOLD, KILLED, GIVEN_UP };

struct state {
	struct rc_supervise *s;
	int asked, signals;
	double next_ask, limit, next_tick; /* on the clock of rc_clock_now() */
	pid_t beside;
	int alone; /* this process has no other child */
};

/* signal_left: to those that this process has adopted, for who started them has ended. */
static void
signal_left(const struct state *st, int sig)
{
	char path[64];
	long pid;
	FILE *fp;

	snprintf(path, sizeof(path), "/proc/self/task/%ld/children", (long)getpid());
	if ((fp = fopen(path, "re")) == NULL)
		return;
	/* a child whose end was not taken yet keeps its number */
	while (fscanf(fp, "%ld", &pid) == 1)
		if (pid != st->beside)
			kill((pid_t)pid, sig);
	fclose(fp);
}

/* ask: one step further. */
static void
ask(struct state *st, int sig)
{
	struct rc_supervise *s = st->s;

	st->asked++;
	st->next_ask = rc_clock_now() + (s->piped || st->asked > ASKED ? HEED_S : 3 * HEED_S);
	if (st->asked > TOLD)
		sig = SIGKILL;
	else if (sig != SIGINT)
		sig = SIGTERM; /* which every program heeds */
	rc_children_signal(s->children, sig);
	if (s->adopts && s->children->left == 0)
		signal_left(st, sig);
	if (s->stop_fd != -1)
		shutdown(s->stop_fd, SHUT_WR);
	if (st->beside > 0 && (st->asked > ASKED || s->children->left == 0))
		kill(st->beside, SIGKILL);
}

/* passes: whether a task that ended with that status is to be done again. */
static int
passes(int status)
{
	return status == RC_OK || status == RC_UNREACHABLE || status == RC_IO ||
	    status == RC_TEMPFAIL || status > 128;
}

/* take_end: of one side by side: it is started again, or the others are to end, too. */
static void
take_end(struct state *st, struct rc_child *child)
{
	struct rc_supervise *s = st->s;
	double now = rc_clock_now();

	if (st->asked != NOT_YET)
		return;
	if (s->names == NULL || !passes(child->status)) {
		s->status = child->status;
		ask(st, SIGTERM); /* what is left, and what this one has left */
		return;
	}
	if (child->delay == 0 || now - child->started >= LONG_S)
		child->delay = 1;
	child->due = now + child->delay;
	rc_log_warn("task %s: status %d: again in %d s", s->names[child - s->children->list],
	    child->status, child->delay);
	child->delay = child->delay * 2 < LONG_S ? child->delay * 2 : LONG_S;
}

/* reap: take the ends of children. */
static void
reap(struct state *st)
{
	struct rc_supervise *s = st->s;
	struct rc_child *child;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == st->beside) {
			st->beside = 0;
			s->beside_ended(s->arg, rc_children_wait_status(status));
		} else if ((child = rc_children_ended(s->children, pid, status)) != NULL &&
		    !s->piped)
			take_end(st, child);
	}
	st->alone = pid == -1 && errno == ECHILD;
}

/* next_due: when one is to be started again. */
static double
next_due(const struct state *st)
{
	const struct rc_children *c = st->s->children;
	double next = HUGE_VAL;

	for (size_t i = 0; i < c->count && st->asked == NOT_YET; i++)
		if (c->list[i].pid == 0 && c->list[i].due < next)
			next = c->list[i].due;
	return next;
}

/* start_due: those whose pause is over. */
static void
start_due(struct state *st, double now)
{
	struct rc_children *c = st->s->children;

	for (size_t i = 0; i < c->count && st->asked == NOT_YET; i++)
		if (c->list[i].pid == 0 && c->list[i].due <= now &&
		    rc_children_restart(c, &c->list[i]) != 0)
			c->list[i].due = now + LONG_S;
}

static void
take_signals(struct state *st)
{
	int sig;

	while ((sig = rc_signals_next()) != 0) {
		if (sig == SIGCHLD)
			continue;
		if (st->s->sig == 0)
			st->s->sig = sig;
		st->signals++;
		if (st->asked < st->signals && st->asked < KILLED)
			ask(st, sig);
	}
	reap(st);
}

/* take_time: what is due. */
static void
take_time(struct state *st)
{
	double now = rc_clock_now();
	struct rc_supervise *s = st->s;

	if (st->asked == NOT_YET && now >= st->limit) {
		s->late = 1;
		ask(st, SIGTERM);
	} else if (st->asked != NOT_YET && now >= st->next_ask)
		ask(st, SIGTERM);
	start_due(st, now);
	if (s->beside != NULL && st->beside == 0 && now >= st->next_tick) {
		st->beside = s->beside(s->arg);
		st->next_tick = now + TICK_S;
	}
}

static int
has_ended(const struct state *st)
{
	return st->s->children->left == 0 && next_due(st) == HUGE_VAL && st->beside == 0 &&
	    (!st->s->adopts || st->alone);
}

/* look: wait for what comes next. */
static int
look(struct state *st)
{
	struct rc_deadline until = { st->asked == NOT_YET ? st->limit : st->next_ask };
	struct pollfd fds[] = { { .fd = rc_signals_fd(), .events = POLLIN },
		{ .fd = st->asked == NOT_YET ? st->s->watch_fd : -1, .events = POLLIN } };

	until = rc_deadline_first(until, (struct rc_deadline){ next_due(st) });
	if (st->s->beside != NULL && st->beside == 0)
		until = rc_deadline_first(until, (struct rc_deadline){ st->next_tick });
	if (poll(fds, 2, rc_deadline_left(until)) == -1 && errno != EINTR) {
		rc_log_errno("poll");
		return RC_IO;
	}
	if (fds[1].revents != 0)
		ask(st, SIGTERM);
	return 0;
}

int
rc_supervise(struct rc_supervise *s)
{
	struct state st = { .s = s, .limit = rc_clock_now() + s->limit };
	int status = 0;

	for (;;) {
		take_time(&st);
		take_signals(&st);
		if (has_ended(&st))
			return 0;
		if (st.asked >= GIVEN_UP) {
			rc_log_error("a program has not ended, though it was killed");
			return RC_IO;
		}
		if ((status = look(&st)) != 0)
			return status;
	}
}
