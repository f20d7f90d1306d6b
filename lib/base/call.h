/* call.h - a time limit for library calls that block.
 *
 * Such a call ignores signals, and some last longer than they were told to: a silent name server, a
 * client that closes.  So each runs in its own thread, and one that does not end in time is
 * abandoned until the program ends: fn may use arg and what arg points to, but nothing that its
 * caller releases.
 *
 * Tested by tests/rc-consume-faults.t. */
#ifndef RC_CALL_H
#define RC_CALL_H

/* rc_call: run fn(arg); arg must outlive the call.  1: it has ended; 0: it has not, after
 * timeout_ms; -1: nor had it when the time that a stop request leaves was over (stop.h).  arg is
 * the caller's again only if the call has ended. */
int rc_call(void (*fn)(void *arg), void *arg, int timeout_ms);
/* rc_call_last: the same for a last call, such as a close, which a stop request does not cut short:
 * it has all of timeout_ms. */
int rc_call_last(void (*fn)(void *arg), void *arg, int timeout_ms);
/* rc_call_left: how many abandoned calls have not ended yet: what they may still use must not be
 * released. */
int rc_call_left(void);

#endif
