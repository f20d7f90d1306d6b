/* pg.h - PostgreSQL by libpq: connecting, asking, and which status an error is.
 *
 * Tested by tests/rc-load.t. */
#ifndef RC_PG_H
#define RC_PG_H

#include <libpq-fe.h>

#include "base/buf.h"

/* rc_pg_connect: connect by conninfo (a connection string or URI; "" or NULL:
 * libpq's environment alone).  POSTGRES_PASSWORD counts where PGPASSWORD is not
 * set.  The caller closes *conn with PQfinish().  RC_UNREACHABLE; RC_DENIED;
 * RC_CONFIG: no such database, a bad conninfo; RC_TEMPFAIL: the server is
 * starting, stopping or full. */
int rc_pg_connect(PGconn **conn, const char *conninfo);
/* rc_pg_reconnect: connect again after a lost connection, to the same server as the same
 * user.  Statuses as those of rc_pg_connect(); nothing was reported, for it may be
 * tried again: PQerrorMessage() says why. */
int rc_pg_reconnect(PGconn *conn);

/* rc_pg_exec: run one statement with n text parameters (NULL: null), none of
 * them copied.  *result is set where result is not NULL, and is the caller's to
 * PQclear().  On failure the reason is reported, with what (such as "table x"). */
int rc_pg_exec(PGconn *conn, const char *what, PGresult **result, const char *sql, int n,
    const char *const *params);
/* rc_pg_there: whether there is a table (or view) of that name, as SQL has it, in the search
 * path.  On failure as rc_pg_exec(). */
int rc_pg_there(PGconn *conn, const char *what, const char *name, int *found);
/* rc_pg_create: make a table by sql, a CREATE TABLE IF NOT EXISTS, under a lock
 * of that name: of two that make a table at once, one would fail. */
int rc_pg_create(PGconn *conn, const char *name, const char *sql);
/* rc_pg_try: the same, but a failure is only reported by the result, which is set
 * in any case (NULL: no memory, or no connection). */
PGresult *rc_pg_try(PGconn *conn, const char *sql, int n, const char *const *params);
/* rc_pg_ok: whether a result is a success. */
int rc_pg_ok(const PGresult *result);
/* rc_pg_failed: say "what: why", from the result or (NULL) the connection; the
 * status for it. */
int rc_pg_failed(PGconn *conn, const char *what, const PGresult *result);
/* rc_pg_status: the status for an SQLSTATE (PostgreSQL, Appendix A); NULL is a
 * lost connection. */
int rc_pg_status(const char *sqlstate);
/* rc_pg_is_state: whether a result is an error whose SQLSTATE starts so. */
int rc_pg_is_state(const PGresult *result, const char *prefix);

/* rc_pg_put_name: append a name quoted as an identifier.  RC_IO: no memory. */
int rc_pg_put_name(struct rc_buf *out, const char *name);

#endif
