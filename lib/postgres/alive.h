/* alive.h - find out whether a silent statement is still running.
 *
 * That the server answers a new connection proves nothing about a statement of another one: its
 * session may have ended without a pooler or balancer in between saying so.  So a second connection
 * asks pg_stat_activity about the session.
 *
 * Tested by tests/rc-load-silence.t. */
#ifndef RC_ALIVE_H
#define RC_ALIVE_H

#include "base/buf.h"

enum rc_alive {
	RC_ALIVE_AT_WORK, /* or waiting for a lock */
	RC_ALIVE_LOST,    /* the session is over, has answered, or waits for this side */
	RC_ALIVE_STANDBY, /* it has committed, and waits for a standby */
	RC_ALIVE_REFUSED, /* the server is there, but does not let this be asked: see why */
	RC_ALIVE_SILENT,  /* nobody answers */
	RC_ALIVE_STOPPED  /* a stop was requested meanwhile */
};

struct rc_alive_session {
	char pid[16];   /* of its backend; "": not known */
	char start[40]; /* of its transaction, in seconds since 1970 */
};

/* rc_alive_ask: ask, within timeout_ms, what the session is doing; conninfo leads to its server.
 * For RC_ALIVE_REFUSED, why has the reason. */
enum rc_alive rc_alive_ask(const struct rc_alive_session *session, const char *conninfo,
    int timeout_ms, struct rc_buf *why);

#endif
