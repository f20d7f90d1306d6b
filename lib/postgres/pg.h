/* pg.h - a session with PostgreSQL: statements with time limits, and why one failed.
 *
 * A wait for the server ends after timeout_ms without a reply.  A long-running statement does not
 * count as silence while the server says that it is running (alive.h); lock_timeout ends one that
 * waits for another session's lock.  After a stop request (stop.h) a statement has RC_STOP_GRACE_S
 * to end, and is then cancelled.  In a pooler's session (rc_pg_is_direct()) nothing of ours
 * outlives a transaction, and no transaction outlives the host of its client by more than a minute.
 *
 * Tested by tests/rc-load-connect.t. */
#ifndef RC_PG_H
#define RC_PG_H

#include <libpq-fe.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/span.h"
#include "postgres/failure.h"

struct rc_pg; /* opaque */

/* rc_pg_version: name and release of the library. */
const char *rc_pg_version(void);
/* rc_pg_open: connect, as rc_connect() does; a failure is reported.  conninfo is borrowed until
 * close. */
int rc_pg_open(struct rc_pg **pp, const char *conninfo, int timeout_ms);
/* rc_pg_reconnect: the same again after the connection was lost.  A failure is not reported,
 * for it may be tried again: rc_pg_why() says why. */
int rc_pg_reconnect(struct rc_pg *pg);
const char *rc_pg_why(const struct rc_pg *pg);
int rc_pg_timeout_ms(const struct rc_pg *pg);
/* rc_pg_lost: whether the connection is. */
int rc_pg_lost(const struct rc_pg *pg);
/* rc_pg_gone: whether it was lost for good: the server was silent for too long, or a stop
 * request ended a wait for it. */
int rc_pg_gone(const struct rc_pg *pg);
/* rc_pg_close: NULL is fine. */
void rc_pg_close(struct rc_pg *pg);

/* rc_pg_begin: begin a transaction, with lock_timeout where the user has set none, and dates
 * that are read day first where their text leaves that open. */
int rc_pg_begin(struct rc_pg *pg);
/* rc_pg_roll_back: end the open transaction, if there is one, and a server. */
void rc_pg_roll_back(struct rc_pg *pg);
/* rc_pg_is_direct: whether the open transaction is in a session that this connection alone has: a
 * pooler gives its clients a process number of its own. */
int rc_pg_is_direct(const struct rc_pg *pg);
/* rc_pg_exec: run one statement with n text parameters (NULL: null), none of
 * them copied.  *result is set where result is not NULL, and is the caller's to
 * PQclear().  On failure as rc_pg_note(), with what (such as "table x"). */
int rc_pg_exec(struct rc_pg *pg, const char *what, PGresult **result, const char *sql, int n,
    const char *const *params);
/* rc_pg_try: the same, but a failure is only in the result, which is set in any case (NULL: no
 * memory, or no connection). */
PGresult *rc_pg_try(struct rc_pg *pg, const char *sql, int n, const char *const *params);
/* rc_pg_put: n more bytes of a COPY that rc_pg_try() began.  -1: it cannot be, and
 * rc_pg_put_end() says why. */
int rc_pg_put(struct rc_pg *pg, const char *p, size_t n);
/* rc_pg_put_end: end the COPY, or break it off.  As rc_pg_try(). */
PGresult *rc_pg_put_end(struct rc_pg *pg, int broken_off);
/* rc_pg_copy_out: run sql, a COPY ... TO STDOUT in text format; take gets each row, without its
 * line break, and may end it by another status than 0, which is returned; the connection is good
 * for nothing then but to be closed.  As rc_pg_exec(). */
int rc_pg_copy_out(struct rc_pg *pg, const char *what, const char *sql,
    int (*take)(void *arg, struct rc_span row), void *arg);
/* rc_pg_ok: whether a result is a success. */
int rc_pg_ok(const PGresult *result);
/* rc_pg_rows: how many rows a statement concerned, or counts. */
static inline uint64_t
rc_pg_rows(PGresult *r)
{
	return strtoull(PQnfields(r) > 0 ? PQgetvalue(r, 0, 0) : PQcmdTuples(r), NULL, 10);
}
/* rc_pg_note: keep why it failed, from a result or (NULL) the connection, if it is the first since
 * the failure was cleared; the status for it. */
int rc_pg_note(struct rc_pg *pg, const char *what, const PGresult *result);
/* rc_pg_failure: what was noted. */
struct rc_failure *rc_pg_failure(struct rc_pg *pg);

#endif
