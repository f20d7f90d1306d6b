/* signals.h - turn every signal that would end this process, and SIGCHLD, into bytes to read, so
 * that none is lost between a check and a wait.  They arrive here, and no longer in stop.h.
 *
 * Tested by tests/rc-supervise.t. */
#ifndef RC_SIGNALS_H
#define RC_SIGNALS_H

/* rc_signals_open: from now on take them; those that were ignored stay so, as nohup(1) wants it.
 * Those of a fault in the program itself are left as they are.  RC_OSERR; RC_TEMPFAIL: one
 * came before. */
int rc_signals_open(void);
/* rc_signals_fd: for poll(2): readable while rc_signals_next() has one. */
int rc_signals_fd(void);
/* rc_signals_next: the next one that has come; 0: none. */
int rc_signals_next(void);
/* rc_signals_hold: let none come until rc_signals_release(): around fork(2). */
void rc_signals_hold(void);
void rc_signals_release(void);
/* rc_signals_default: in a child, which is to be told of none by its parent's handler: each does
 * again what it does by default; then as rc_signals_release(). */
void rc_signals_default(void);
/* rc_signals_name: "SIGHUP", or "signal N"; valid until the next call. */
const char *rc_signals_name(int sig);

#endif
