/* connect.h - a connection to PostgreSQL, within a time, and why there is none.
 *
 * Tested by tests/rc-load-connect.t. */
#ifndef RC_CONNECT_H
#define RC_CONNECT_H

#include <libpq-fe.h>

#include "base/buf.h"

/* rc_connect: connect by conninfo (a connection string or URI; "" or NULL: libpq's environment
 * alone), within timeout_ms and until a stop request (stop.h).  Of several hosts, each gets
 * connect_timeout, which is 10 s where nobody sets it.  POSTGRES_PASSWORD is the password
 * where the server asks for one and no other means has any.
 *
 * *conn, which the caller ends with PQfinish(), does not block (PQsetnonblocking()).  Nothing
 * is reported: on failure *conn is NULL and why has the reason and what to do, NUL-terminated.
 * RC_UNREACHABLE; RC_DENIED; RC_CONFIG: no such database, a bad setting; RC_TEMPFAIL: the
 * server is starting, stopping or full, or a stop request; RC_OSERR: no memory. */
int rc_connect(PGconn **conn, const char *conninfo, int timeout_ms, struct rc_buf *why);

#endif
