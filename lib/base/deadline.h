/* deadline.h - how long to wait: until a time limit, or until the time that a stop request leaves
 * is over (stop.h), whichever comes first.
 *
 * Tested by tests/unit/base/deadline.c. */
#ifndef RC_DEADLINE_H
#define RC_DEADLINE_H

struct rc_deadline {
	double at; /* on the clock of rc_clock_now() */
};

enum rc_deadline_end {
	RC_DEADLINE_STOPPED = -1, /* a stop was requested, and what it leaves is over */
	RC_DEADLINE_AHEAD = 0,
	RC_DEADLINE_OVER = 1 /* the time is */
};

/* rc_deadline_in: the time limit in ms milliseconds; HUGE_VAL: there is none. */
struct rc_deadline rc_deadline_in(double ms);
/* rc_deadline_first: the earlier of two. */
struct rc_deadline rc_deadline_first(struct rc_deadline a, struct rc_deadline b);
/* rc_deadline_end: which end has come, if any. */
enum rc_deadline_end rc_deadline_end(struct rc_deadline d);
/* rc_deadline_left: milliseconds until then, rounded up; 0: it has come. */
int rc_deadline_left(struct rc_deadline d);
/* rc_deadline_wait: wait until fd is ready for events (poll(2)): 1.  0: the time is over; -1: as
 * RC_DEADLINE_STOPPED.  fd may be -1. */
int rc_deadline_wait(struct rc_deadline d, int fd, short events);
/* rc_deadline_sleep: before the next try, sleep for ms milliseconds, until then, or until a stop
 * is requested. */
void rc_deadline_sleep(struct rc_deadline d, long ms);

#endif
