#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/call.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/status.h"
#include "postgres/alive.h"
#include "postgres/connect.h"
#include "postgres/pg.h"
#include "postgres/sqlstate.h"

#define CANCEL_MS 100 /* for a request to cancel, before the program ends */

struct rc_pg {
	PGconn *conn; /* NULL: it was lost, and not made again */
	const char *conninfo;
	int timeout_ms;
	int gone;                        /* RC_UNREACHABLE or RC_TEMPFAIL: lost for good */
	struct rc_buf why;               /* there is no connection, or it was lost */
	struct rc_alive_session session; /* while a transaction is open */
	struct rc_failure failure;       /* the first since it was cleared */
};

/* on_notice: what the server remarks ("already exists, skipping") is for -v; what it warns of is
 * for all. */
static void
on_notice(void *arg, const PGresult *result)
{
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);

	(void)arg;
	if (rc_sqlstate_is(result, "42P07")) /* ... IF NOT EXISTS: it does */
		return;
	if (severity != NULL && strcmp(severity, "WARNING") == 0)
		rc_log_warn("PostgreSQL: warning: %s%s%s", text, detail != NULL ? ": " : "",
		    detail != NULL ? detail : "");
	else
		rc_log_info("PostgreSQL: %s", PQresultErrorMessage(result));
}

int
rc_pg_reconnect(struct rc_pg *pg)
{
	int status;

	PQfinish(pg->conn);
	pg->session.pid[0] = '\0';
	pg->why.len = 0;
	status = rc_connect(&pg->conn, pg->conninfo, pg->timeout_ms, &pg->why);
	if (status == 0)
		PQsetNoticeReceiver(pg->conn, on_notice, NULL);
	return status;
}

const char *
rc_pg_version(void)
{
	static char text[32];

	snprintf(text, sizeof(text), "libpq %d.%d", PQlibVersion() / 10000, PQlibVersion() % 10000);
	return text;
}

int
rc_pg_open(struct rc_pg **pp, const char *conninfo, int timeout_ms)
{
	struct rc_pg *pg;
	int status;

	if ((pg = calloc(1, sizeof(*pg))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	pg->conninfo = conninfo;
	pg->timeout_ms = timeout_ms;
	if ((status = rc_pg_reconnect(pg)) != 0) {
		if (status != RC_OSERR)
			rc_log_error("PostgreSQL: %s", rc_pg_why(pg));
		rc_pg_close(pg);
		return status;
	}
	*pp = pg;
	return 0;
}

const char *
rc_pg_why(const struct rc_pg *pg)
{
	return pg->why.len > 0 ? pg->why.data : "the connection was lost";
}

int
rc_pg_timeout_ms(const struct rc_pg *pg)
{
	return pg->timeout_ms;
}

int
rc_pg_gone(const struct rc_pg *pg)
{
	return pg->gone != 0;
}

int
rc_pg_lost(const struct rc_pg *pg)
{
	return pg->gone != 0 || pg->conn == NULL || PQstatus(pg->conn) != CONNECTION_OK;
}

void
rc_pg_close(struct rc_pg *pg)
{
	if (pg == NULL)
		return;
	PQfinish(pg->conn);
	rc_buf_free(&pg->why);
	rc_failure_free(&pg->failure);
	free(pg);
}

/* cancel: a request of its own, for whose end libpq waits. */
static void
cancel(void *arg)
{
	char why[256];

	PQcancel(arg, why, sizeof(why));
	PQfreeCancel(arg);
}

static void
stopped(struct rc_pg *pg)
{
	PGcancel *request = PQgetCancel(pg->conn);

	pg->gone = RC_TEMPFAIL;
	if (request != NULL)
		rc_call_last(cancel, request, CANCEL_MS);
}

/* leave: a connection by which nothing comes any more; gone: for good, and the status of that. */
static void
leave(struct rc_pg *pg, int gone, const char *why)
{
	if ((pg->gone = gone) == 0) {
		PQfinish(pg->conn);
		pg->conn = NULL;
	}
	pg->why.len = 0;
	if (rc_buf_adds(&pg->why, why) != 0 || rc_buf_text(&pg->why) == NULL)
		pg->why.len = 0; /* rc_pg_why() has a text for that */
}

/* is_at_work: whether a statement that was silent for two thirds of the time is worth waiting for;
 * else the connection is lost.  An answer may still be on its way when the server is asked. */
static int
is_at_work(struct rc_pg *pg, short events)
{
	double part = pg->timeout_ms / 3.0;
	struct rc_buf why = { 0 };
	enum rc_alive is = rc_alive_ask(&pg->session, pg->conninfo, (int)part, &why);
	int ready = 0;

	if (is == RC_ALIVE_LOST || is == RC_ALIVE_STANDBY)
		ready = rc_deadline_wait(rc_deadline_in(part), PQsocket(pg->conn), events);
	if (is == RC_ALIVE_AT_WORK)
		rc_log_info("PostgreSQL: a statement takes its time");
	else if (is == RC_ALIVE_STOPPED || ready == -1)
		stopped(pg);
	else if (is == RC_ALIVE_LOST && ready == 0)
		leave(pg, 0,
		    "PostgreSQL's session is over, or waits for what was sent: something in "
		    "between has lost it");
	else if (is == RC_ALIVE_STANDBY && ready == 0)
		leave(pg, RC_TEMPFAIL,
		    "committed here, not yet at the standby that synchronous_standby_names "
		    "asks for");
	else if (is == RC_ALIVE_REFUSED)
		leave(pg, RC_TEMPFAIL, why.data);
	else if (ready == 0)
		leave(pg, RC_UNREACHABLE, "");
	rc_buf_free(&why);
	return !rc_pg_lost(pg);
}

/* await: a word from the server.  0: something came, or can be sent; -1: the connection is lost. */
static int
await(struct rc_pg *pg, short events)
{
	/* the last third of the time is for the question whether it is at work */
	double part = pg->timeout_ms / 3.0;
	int ready;

	do {
		ready = rc_deadline_wait(rc_deadline_in(2 * part), PQsocket(pg->conn), events);
		if (ready == 1)
			return PQconsumeInput(pg->conn) ? 0 : -1;
		if (ready == -1)
			stopped(pg);
	} while (ready == 0 && is_at_work(pg, events));
	return -1;
}

/* flush: send what is waiting.  -1: the connection is lost. */
static int
flush(struct rc_pg *pg)
{
	int left;

	while ((left = PQflush(pg->conn)) == 1)
		if (await(pg, POLLIN | POLLOUT) != 0)
			return -1;
	return left;
}

/* results: all of a statement; the first that failed, else the last.  What a server says before it
 * ends a connection is in there, too. */
static PGresult *
results(struct rc_pg *pg)
{
	PGresult *r, *kept = NULL;

	if (flush(pg) != 0)
		return NULL;
	for (;;) {
		while (PQisBusy(pg->conn) && await(pg, POLLIN) == 0)
			;
		if (pg->gone != 0 || pg->conn == NULL) {
			PQclear(kept);
			return NULL;
		}
		if ((r = PQgetResult(pg->conn)) == NULL)
			return kept;
		if (kept != NULL && !rc_pg_ok(kept)) {
			PQclear(r);
			continue;
		}
		PQclear(kept);
		kept = r;
		if (PQresultStatus(r) == PGRES_COPY_IN || PQresultStatus(r) == PGRES_COPY_OUT)
			return r;
	}
}

PGresult *
rc_pg_try(struct rc_pg *pg, const char *sql, int n, const char *const *params)
{
	int sent;

	if (rc_pg_lost(pg))
		return NULL;
	sent = n == 0 ? PQsendQuery(pg->conn, sql)
		      : PQsendQueryParams(pg->conn, sql, n, NULL, params, NULL, NULL, 0);
	return sent ? results(pg) : NULL;
}

int
rc_pg_put(struct rc_pg *pg, const char *p, size_t n)
{
	int put;

	while ((put = PQputCopyData(pg->conn, p, (int)n)) == 0)
		if (await(pg, POLLIN | POLLOUT) != 0)
			return -1;
	/* sent at once: libpq would keep all of it, and move it with each part that is sent */
	return put == 1 && flush(pg) == 0 ? 0 : -1;
}

PGresult *
rc_pg_put_end(struct rc_pg *pg, int broken_off)
{
	int put = 0;

	while (
	    !rc_pg_lost(pg) && (put = PQputCopyEnd(pg->conn, broken_off ? "cut off" : NULL)) == 0)
		if (await(pg, POLLIN | POLLOUT) != 0)
			return NULL;
	return put == 1 ? results(pg) : NULL;
}

int
rc_pg_ok(const PGresult *result)
{
	ExecStatusType s = PQresultStatus(result);

	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_COPY_IN ||
	    s == PGRES_COPY_OUT;
}

/* silent: the failure of a wait that was given up. */
static int
silent(struct rc_pg *pg, const char *what)
{
	char silence[128];

	snprintf(silence, sizeof(silence),
	    "no answer from PostgreSQL within %d ms, to a new connection neither", pg->timeout_ms);
	if (pg->gone == RC_UNREACHABLE)
		return rc_failure_keep(
		    &pg->failure, what, silence, "is it running, and the network?");
	if (pg->why.len > 0)
		return rc_failure_keep(&pg->failure, what, rc_pg_why(pg), NULL);
	return rc_failure_keep(&pg->failure, what,
	    "a signal asked to stop while PostgreSQL was being waited for",
	    "what was not committed is to be loaded again");
}

/* out_of_reach: a failure that the server did not report. */
static int
out_of_reach(struct rc_pg *pg, const char *what)
{
	const char *why = pg->conn != NULL ? PQerrorMessage(pg->conn) : rc_pg_why(pg);
	int kept, status = pg->gone != 0 ? pg->gone : RC_UNREACHABLE;

	if (pg->gone != 0)
		kept = silent(pg, what);
	else
		kept = rc_failure_keep(&pg->failure, what, why, "the connection was lost");
	return kept != 0 ? kept : status;
}

int
rc_pg_note(struct rc_pg *pg, const char *what, const PGresult *result)
{
	if (rc_failure_is(&pg->failure))
		return rc_sqlstate_status(result);
	if (rc_sqlstate_is(result, ""))
		return rc_failure_of(&pg->failure, what, result);
	return out_of_reach(pg, what);
}

struct rc_failure *
rc_pg_failure(struct rc_pg *pg)
{
	return &pg->failure;
}

int
rc_pg_exec(struct rc_pg *pg, const char *what, PGresult **result, const char *sql, int n,
    const char *const *params)
{
	PGresult *r = rc_pg_try(pg, sql, n, params);
	int status = rc_pg_ok(r) ? 0 : rc_pg_note(pg, what, r);

	if (status == 0 && result != NULL)
		*result = r;
	else
		PQclear(r);
	return status;
}

int
rc_pg_begin(struct rc_pg *pg)
{
	/* what tells the server soon that this host is lost, for others wait for its locks, is
	 * in the transaction, too */
	static const char form[] =
	    "BEGIN; SET LOCAL DateStyle = 'ISO, DMY'; SELECT set_config(name, value, true) FROM "
	    "(VALUES ('lock_timeout', '%d'), ('idle_in_transaction_session_timeout', '30000'), "
	    "('tcp_keepalives_idle', '20'), ('tcp_keepalives_interval', '5'), "
	    "('tcp_keepalives_count', '4')) s (name, value) WHERE current_setting(name) = '0' OR "
	    "name LIKE 'tcp%%' AND current_setting(name)::integer > value::integer; "
	    "SELECT pg_backend_pid(), extract(epoch FROM now())::text";
	char sql[sizeof(form) + 16];
	PGresult *r;
	int status;

	pg->session.pid[0] = '\0';
	snprintf(sql, sizeof(sql), form, pg->timeout_ms);
	if ((status = rc_pg_exec(pg, "BEGIN", &r, sql, 0, NULL)) != 0)
		return status;
	snprintf(pg->session.pid, sizeof(pg->session.pid), "%s", PQgetvalue(r, 0, 0));
	snprintf(pg->session.start, sizeof(pg->session.start), "%s", PQgetvalue(r, 0, 1));
	PQclear(r);
	return 0;
}

int
rc_pg_copy_out(struct rc_pg *pg, const char *what, const char *sql,
    int (*take)(void *arg, struct rc_span row), void *arg)
{
	int n, status = rc_pg_exec(pg, what, NULL, sql, 0, NULL);
	char *row;

	while (status == 0) {
		if ((n = PQgetCopyData(pg->conn, &row, 1)) == 0 && await(pg, POLLIN) == 0)
			continue;
		if (n <= 0)
			break;
		status = take(arg, (struct rc_span){ row, (size_t)n - 1 });
		PQfreemem(row);
	}
	if (status == 0) {
		PGresult *r = rc_pg_lost(pg) ? NULL : results(pg);

		status = rc_pg_ok(r) ? 0 : rc_pg_note(pg, what, r);
		PQclear(r);
	}
	return status;
}

void
rc_pg_roll_back(struct rc_pg *pg)
{
	if (!rc_pg_lost(pg) && PQtransactionStatus(pg->conn) != PQTRANS_IDLE)
		PQclear(rc_pg_try(pg, "ROLLBACK", 0, NULL));
}

int
rc_pg_is_direct(const struct rc_pg *pg)
{
	return pg->session.pid[0] != '\0' && pg->conn != NULL &&
	    strtol(pg->session.pid, NULL, 10) == PQbackendPID(pg->conn);
}
