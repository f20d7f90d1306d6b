/* stop.h - SIGINT and SIGTERM as a stop request: read no more, deliver what was
 * read, say how far it reaches, end.  A second one ends the program at once.
 *
 * Tested by tests/rc-flow-follow.t. */
#ifndef RC_STOP_H
#define RC_STOP_H

/* rc_stop_setup: from now on take the signals as stop requests, but those that were ignored when
 * the program began, and a closed pipe as an error of write(2), not as a signal.  RC_OSERR: it
 * cannot be set up. */
int rc_stop_setup(void);
/* rc_stop_signal: the signal that asked to stop, or 0. */
int rc_stop_signal(void);
/* rc_stop_check: 0, or RC_TEMPFAIL once a stop is requested: for work on one record that a hostile
 * sender can make long. */
int rc_stop_check(void);
/* How long what was begun before a stop request may take, in seconds; a wait for a service
 * ends then.  Anything but a service that is slow or silent is done by then. */
#define RC_STOP_GRACE_S 0.7

/* rc_stop_until: when that is over, on the clock of rc_clock_now(); HUGE_VAL: no stop was
 * requested. */
double rc_stop_until(void);
/* rc_stop_fd: a descriptor for poll(2), readable once a stop was requested;
 * -1 before rc_stop_setup().  Nobody reads or closes it. */
int rc_stop_fd(void);
/* rc_stop_defer: while on, the first signal is only noted: for a program at the end of a
 * pipe, whose input ends once those before it have heeded theirs.  A second one ends
 * the program all the same.  Off again, the time that rc_stop_until() gives begins anew.  Only
 * rc_state_set() does so: whoever waits for a service waits with it off. */
void rc_stop_defer(int on);
/* rc_stop_sleep: sleep for ms milliseconds or until a stop was requested. */
void rc_stop_sleep(long ms);

#endif
