/* call.h - a call of a library that blocks, with an end of its own.
 *
 * Such a call heeds no signal, and some last longer than they were told to: a name server that
 * is silent, a client that closes.  So it runs in a thread of its own, and one that does not
 * end in time is left alone with what it works on, until the program ends: fn may touch arg, what
 * arg points to, and nothing that its caller releases.
 *
 * Tested by tests/rc-consume-faults.t. */
#ifndef RC_CALL_H
#define RC_CALL_H

/* rc_call: run fn(arg); arg outlives the call.  1: it is done; 0: it is not after timeout_ms; -1:
 * nor was it when a stop request had had its time (stop.h).  Only where it is done, arg is the
 * caller's again. */
int rc_call(void (*fn)(void *arg), void *arg, int timeout_ms);
/* rc_call_last: the same of the last call about something, which is not left because of a stop
 * request: that has the time of timeout_ms, too. */
int rc_call_last(void (*fn)(void *arg), void *arg, int timeout_ms);
/* rc_call_left: how many calls were left alone, and have not ended yet: what they may still use
 * is not to be released. */
int rc_call_left(void);

#endif
