#include <poll.h>
#include <string.h>

#include "base/deadline.h"
#include "base/status.h"
#include "postgres/alive.h"
#include "postgres/connect.h"

/* read_answer: what the one row of an answer says. */
static enum rc_alive
read_answer(const PGresult *r)
{
	const char *state, *wait;

	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		return RC_ALIVE_SILENT;
	if (PQntuples(r) == 0)
		return RC_ALIVE_LOST;
	state = PQgetvalue(r, 0, 0); /* "" where it is hidden from this role */
	wait = PQgetvalue(r, 0, 1);
	if (strncmp(state, "idle", 4) == 0 || strcmp(wait, "Client") == 0)
		return RC_ALIVE_LOST;
	return strcmp(PQgetvalue(r, 0, 2), "SyncRep") == 0 ? RC_ALIVE_STANDBY : RC_ALIVE_AT_WORK;
}

/* answer: the result of what was sent, within the time.  NULL: there is none. */
static PGresult *
answer(PGconn *conn, struct rc_deadline until, int *ready)
{
	int left;

	*ready = 1;
	while ((left = PQflush(conn)) == 1 || (left == 0 && PQisBusy(conn))) {
		*ready = rc_deadline_wait(
		    until, PQsocket(conn), (short)(left == 1 ? POLLIN | POLLOUT : POLLIN));
		if (*ready != 1 || !PQconsumeInput(conn))
			return NULL;
	}
	return left == 0 ? PQgetResult(conn) : NULL;
}

enum rc_alive
rc_alive_ask(const struct rc_alive_session *session, const char *conninfo, int timeout_ms,
    struct rc_buf *why)
{
	static const char sql[] =
	    "SELECT state, wait_event_type, wait_event FROM pg_stat_activity WHERE pid = "
	    "$1::integer AND (xact_start IS NULL OR extract(epoch FROM xact_start)::text = $2)";
	/* no transaction yet: nothing that takes its time */
	const char *const params[] = { session->pid[0] != '\0' ? session->pid : "0",
		session->start };
	struct rc_deadline until = rc_deadline_in(timeout_ms);
	enum rc_alive is = RC_ALIVE_SILENT;
	struct rc_buf reason = { 0 };
	PGresult *r = NULL;
	int ready, status;
	PGconn *conn;

	if ((status = rc_connect(&conn, conninfo, timeout_ms, &reason)) != 0) {
		if (rc_deadline_end(until) == RC_DEADLINE_STOPPED)
			is = RC_ALIVE_STOPPED;
		else if (status != RC_UNREACHABLE && reason.len > 0 &&
		    rc_buf_printf(why, "what a silent statement is at cannot be asked: %s",
			reason.data) == 0 &&
		    rc_buf_text(why) != NULL)
			is = RC_ALIVE_REFUSED;
		rc_buf_free(&reason);
		return is;
	}
	rc_buf_free(&reason);
	if (PQsendQueryParams(conn, sql, 2, NULL, params, NULL, NULL, 0)) {
		r = answer(conn, until, &ready);
		is = ready == -1 ? RC_ALIVE_STOPPED : read_answer(r);
	}
	PQclear(r);
	PQfinish(conn);
	return is;
}
