/* run.h - the run of the flow that a program is part of, and what is recorded of it: events, for
 * the journal (journal.h).
 *
 * Times are the start, from the time of day, plus what has passed since on a clock that only goes
 * forward: an end is never before its start.
 *
 * Tested by tests/rc-supervise.t. */
#ifndef RC_RUN_H
#define RC_RUN_H

#include "base/buf.h"

#define RC_RUN_WORD 64 /* bytes of an id, a task or a time, with its NUL */
#define RC_RUN_ENV  "RC_SUPERVISED"

struct rc_run {                 /* start as { .stop_fd = -1 } */
	char id[RC_RUN_WORD];   /* the time of its start, and its process */
	unsigned long sequence; /* of the runs that had this lock: their order */
	long long began_ms;     /* its start, in milliseconds since 1970 ... */
	long long clock_ms;     /* ... and on the clock that goes forward */
	int stop_fd;         /* a socket: at its end (POLLIN) what belongs to the run is to end; who
			      * has the other end was killed (POLLHUP) */
	const char *journal; /* a folder; borrowed */
	const char *place;   /* whose run it is, and where; NULL; borrowed */
};

struct rc_run_event {
	const char *task;
	unsigned attempt;          /* 0: the run itself */
	char started[RC_RUN_WORD]; /* as rc_run_time() gives it */
	int ended;                 /* else it is the start */
	char at[RC_RUN_WORD];      /* when it ended; "": nobody knows */
	int status;                /* of its end */
	const char *error;         /* why; NULL: the programs say */
	struct rc_buf before;      /* positions, as rc_run_add_json() adds them; owned */
	struct rc_buf programs;    /* counts; the same */
};

/* rc_run_place: append whose run with that lock is, and on which machine: "user@host:/lock", with a
 * NUL.  RC_OSERR: no memory. */
int rc_run_place(const char *lock, struct rc_buf *out);
/* rc_run_begin: a new run, now, the sequence-th. */
void rc_run_begin(struct rc_run *run, unsigned long sequence, const char *journal);
/* rc_run_hand_on: put it into the environment, for what is started, with one end of a new pair of
 * sockets as stop_fd; *theirs is that, to be closed once all are started, *ours the other: its
 * shutdown(2) tells them to end, its close that this process was killed.  Both are the caller's,
 * or -1.  RC_OSERR. */
int rc_run_hand_on(const struct rc_run *run, int *ours, int *theirs);
/* rc_run_killed: whether who began the run, or this part of it, was killed. */
int rc_run_killed(const struct rc_run *run);
/* rc_run_inherit: take it from there; 0: there is none, or its descriptor is something else.  What
 * has been taken is borrowed from the environment. */
int rc_run_inherit(struct rc_run *run);
/* rc_run_time: now, as "2026-11-28T05:30:00.123Z". */
void rc_run_time(const struct rc_run *run, char text[RC_RUN_WORD]);
/* rc_run_add_json: add lines of JSON to a list of an event.  RC_OSERR. */
int rc_run_add_json(struct rc_buf *list, struct rc_span lines);
/* rc_run_put: put an event into the journal, durably.  RC_CANTCREATE, RC_IO: it cannot be. */
int rc_run_put(const struct rc_run *run, const struct rc_run_event *event);

#endif
