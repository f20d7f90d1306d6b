#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/call.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/status.h"
#include "postgres/connect.h"
#include "postgres/pg.h"
#include "postgres/sqlstate.h"

#define CANCEL_MS      100 /* for a request to cancel, before the program ends */
#define NAME_MAX_BYTES 63  /* of an identifier, as PostgreSQL is built */

struct rc_pg {
	PGconn *conn; /* NULL: it was lost, and not made again */
	const char *conninfo;
	int timeout_ms;
	int gone;          /* RC_UNREACHABLE or RC_TEMPFAIL: lost for good */
	struct rc_buf why; /* there is no connection */
};

/* on_notice: what the server remarks ("already exists, skipping") is for -v. */
static void
on_notice(void *arg, const PGresult *result)
{
	(void)arg;
	rc_log_info("PostgreSQL: %s", PQresultErrorMessage(result));
}

int
rc_pg_reconnect(struct rc_pg *pg)
{
	int status;

	PQfinish(pg->conn);
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

/* await: a word from the server.  0: something came, or can be sent; -1: the connection is lost. */
static int
await(struct rc_pg *pg, short events)
{
	/* the last third of the time is for the question whether anybody is there */
	double part = pg->timeout_ms / 3.0;
	int ready;

	for (;;) {
		ready = rc_deadline_wait(rc_deadline_in(2 * part), PQsocket(pg->conn), events);
		if (ready == 0) {
			ready = rc_connect_answers(pg->conninfo, pg->timeout_ms / 3);
			if (ready == 1) {
				rc_log_info("PostgreSQL: a statement takes its time");
				continue;
			}
		}
		if (ready == 1)
			return PQconsumeInput(pg->conn) ? 0 : -1;
		if (ready == -1)
			stopped(pg);
		else
			pg->gone = RC_UNREACHABLE;
		return -1;
	}
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

/* results: all of a statement; the first that failed, else the last. */
static PGresult *
results(struct rc_pg *pg)
{
	PGresult *r, *kept = NULL;

	if (flush(pg) != 0)
		return NULL;
	for (;;) {
		while (PQisBusy(pg->conn))
			if (await(pg, POLLIN) != 0) {
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
		if (PQresultStatus(r) == PGRES_COPY_IN)
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

	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_COPY_IN;
}

/* say_why: libpq's text, which is several lines, without its end. */
static void
say_why(const char *what, const char *why, const char *more)
{
	size_t n = strlen(why);

	while (n > 0 && (why[n - 1] == '\n' || why[n - 1] == ' '))
		n--;
	rc_log_error(
	    "%s: %.*s%s%s", what, (int)n, why, more != NULL ? ": " : "", more != NULL ? more : "");
}

/* out_of_reach: a failure that the server did not report. */
static int
out_of_reach(const struct rc_pg *pg, const char *what)
{
	if (pg->gone == RC_TEMPFAIL)
		rc_log_error("%s: a signal asked to stop while PostgreSQL was being waited for: "
			     "what was not committed is to be loaded again",
		    what);
	else if (pg->gone == RC_UNREACHABLE)
		rc_log_error("%s: no answer from PostgreSQL within %d ms, to a new connection "
			     "neither: is it running, and the network?",
		    what, pg->timeout_ms);
	else
		say_why(what, pg->conn != NULL ? PQerrorMessage(pg->conn) : rc_pg_why(pg),
		    "the connection was lost");
	return pg->gone != 0 ? pg->gone : RC_UNREACHABLE;
}

int
rc_pg_failed(struct rc_pg *pg, const char *what, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *more = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);

	if (rc_pg_lost(pg) || state == NULL)
		return out_of_reach(pg, what);
	if (strcmp(state, "55P03") == 0)
		more = "another session has it locked: let that end, then run it again";
	say_why(what, why != NULL ? why : PQresultErrorMessage(result), more);
	return rc_sqlstate_status(state);
}

int
rc_pg_exec(struct rc_pg *pg, const char *what, PGresult **result, const char *sql, int n,
    const char *const *params)
{
	PGresult *r = rc_pg_try(pg, sql, n, params);
	int status = rc_pg_ok(r) ? 0 : rc_pg_failed(pg, what, r);

	if (status == 0 && result != NULL)
		*result = r;
	else
		PQclear(r);
	return status;
}

int
rc_pg_begin(struct rc_pg *pg)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "BEGIN; SET LOCAL DateStyle = 'ISO, DMY'; SELECT set_config('lock_timeout', '%d', "
	    "true) WHERE current_setting('lock_timeout') = '0'",
	    pg->timeout_ms);
	return rc_pg_exec(pg, "BEGIN", NULL, sql, 0, NULL);
}

int
rc_pg_end(struct rc_pg *pg, int status)
{
	if (status == 0)
		return rc_pg_exec(pg, "COMMIT", NULL, "COMMIT", 0, NULL);
	if (!rc_pg_lost(pg))
		rc_pg_exec(pg, "ROLLBACK", NULL, "ROLLBACK", 0, NULL);
	return status;
}

int
rc_pg_alone(struct rc_pg *pg, const char *what, PGresult **result, const char *sql, int n,
    const char *const *params)
{
	PGresult *r = NULL;
	int status;

	if ((status = rc_pg_begin(pg)) != 0)
		return status;
	status = rc_pg_end(pg, rc_pg_exec(pg, what, &r, sql, n, params));
	if (status == 0 && result != NULL)
		*result = r;
	else
		PQclear(r);
	return status;
}

int
rc_pg_there(struct rc_pg *pg, const char *what, const char *name, int *found)
{
	const char *const params[] = { name };
	PGresult *r;
	int status = rc_pg_exec(pg, what, &r, "SELECT to_regclass($1)", 1, params);

	if (status == 0) {
		*found = !PQgetisnull(r, 0, 0);
		PQclear(r);
	}
	return status;
}

int
rc_pg_create(struct rc_pg *pg, const char *name, const char *sql)
{
	static const char lock[] = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
	const char *const params[] = { name };
	int status;

	if ((status = rc_pg_begin(pg)) != 0)
		return status;
	if ((status = rc_pg_exec(pg, name, NULL, lock, 1, params)) == 0)
		status = rc_pg_exec(pg, name, NULL, sql, 0, NULL);
	return rc_pg_end(pg, status);
}

int
rc_pg_is_state(const PGresult *result, const char *prefix)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state != NULL && strncmp(state, prefix, strlen(prefix)) == 0;
}

int
rc_pg_put_name(struct rc_buf *out, const char *name)
{
	int status = RC_CONFIG;

	if (strlen(name) > NAME_MAX_BYTES)
		rc_log_error("%s: longer than %d bytes, where PostgreSQL would cut it: give a "
			     "shorter name",
		    name, NAME_MAX_BYTES);
	else
		status = rc_buf_addc(out, '"');
	for (; *name != '\0' && status == 0; name++) {
		if (*name == '"')
			status = rc_buf_addc(out, '"');
		status = rc_status_first(status, rc_buf_addc(out, *name));
	}
	return rc_status_first(status, rc_buf_addc(out, '"'));
}
