#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/pg.h"

/* connect_status: why there is no connection.  libpq tells no SQLSTATE then,
 * only a text. */
static int
connect_status(PGconn *conn, const char *why)
{
	if (PQconnectionNeedsPassword(conn) || PQconnectionUsedPassword(conn) ||
	    strstr(why, "authentication failed") != NULL || strstr(why, "pg_hba.conf") != NULL)
		return RC_DENIED;
	if (strstr(why, "role \"") != NULL && strstr(why, "does not exist") != NULL)
		return RC_DENIED;
	if (strstr(why, "database \"") != NULL && strstr(why, "does not exist") != NULL)
		return RC_CONFIG;
	if (strstr(why, "starting up") != NULL || strstr(why, "shutting down") != NULL ||
	    strstr(why, "too many") != NULL || strstr(why, "remaining connection slots") != NULL)
		return RC_TEMPFAIL;
	if (strstr(why, "invalid connection option") != NULL ||
	    strstr(why, "missing \"=\"") != NULL || strstr(why, "definition of service") != NULL)
		return RC_CONFIG;
	return RC_UNREACHABLE;
}

/* advice: what to do about it. */
static const char *
advice(int status)
{
	switch (status) {
	case RC_DENIED:
		return "look at PGUSER, PGPASSWORD, PGPASSFILE";
	case RC_CONFIG:
		return "look at PGDATABASE, PGSERVICE or the connection string";
	case RC_TEMPFAIL:
		return "try again later";
	default:
		return "is PostgreSQL running there? look at PGHOST, PGPORT";
	}
}

/* say_why: libpq's text, which is several lines, without its end. */
static void
say_why(const char *what, const char *why, const char *todo)
{
	size_t n = strlen(why);

	while (n > 0 && (why[n - 1] == '\n' || why[n - 1] == ' '))
		n--;
	rc_log_error(
	    "%s: %.*s%s%s", what, (int)n, why, todo != NULL ? ": " : "", todo != NULL ? todo : "");
}

/* on_notice: what the server remarks ("already exists, skipping") is for -v. */
static void
on_notice(void *arg, const PGresult *result)
{
	(void)arg;
	rc_log_info("PostgreSQL: %s", PQresultErrorMessage(result));
}

int
rc_pg_connect(PGconn **conn, const char *conninfo)
{
	const char *password = getenv("PGPASSWORD") == NULL ? getenv("POSTGRES_PASSWORD") : NULL;
	/* A server that is gone without a word is noticed within a minute; conninfo,
	 * which comes behind, may say otherwise. */
	const char *const names[] = { "keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", "connect_timeout", "dbname", "fallback_application_name",
		"client_encoding", password != NULL ? "password" : NULL, NULL };
	const char *const values[] = { "30", "10", "3", "60000",
		getenv("PGCONNECT_TIMEOUT") == NULL ? "10" : NULL,
		conninfo != NULL && *conninfo != '\0' ? conninfo : NULL, rc_log_program(), "UTF8",
		password, NULL };
	int status;

	*conn = PQconnectdbParams(names, values, 1);
	if (*conn != NULL && PQstatus(*conn) == CONNECTION_OK) {
		PQsetNoticeReceiver(*conn, on_notice, NULL);
		return 0;
	}
	status = connect_status(*conn, PQerrorMessage(*conn));
	say_why("PostgreSQL", PQerrorMessage(*conn), advice(status));
	PQfinish(*conn);
	*conn = NULL;
	return status;
}

int
rc_pg_reconnect(PGconn *conn)
{
	PQreset(conn);
	return PQstatus(conn) == CONNECTION_OK ? 0 : connect_status(conn, PQerrorMessage(conn));
}

PGresult *
rc_pg_try(PGconn *conn, const char *sql, int n, const char *const *params)
{
	if (n == 0)
		return PQexec(conn, sql);
	return PQexecParams(conn, sql, n, NULL, params, NULL, NULL, 0);
}

int
rc_pg_ok(const PGresult *result)
{
	ExecStatusType s = PQresultStatus(result);

	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_COPY_IN;
}

int
rc_pg_failed(PGconn *conn, const char *what, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (PQstatus(conn) != CONNECTION_OK || state == NULL) {
		say_why(what, PQerrorMessage(conn), "the connection was lost");
		return rc_pg_status(NULL);
	}
	say_why(what, why != NULL ? why : PQresultErrorMessage(result),
	    PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
	return rc_pg_status(state);
}

int
rc_pg_exec(PGconn *conn, const char *what, PGresult **result, const char *sql, int n,
    const char *const *params)
{
	PGresult *r = rc_pg_try(conn, sql, n, params);
	int status = rc_pg_ok(r) ? 0 : rc_pg_failed(conn, what, r);

	if (status == 0 && result != NULL)
		*result = r;
	else
		PQclear(r);
	return status;
}

int
rc_pg_there(PGconn *conn, const char *what, const char *name, int *found)
{
	const char *const params[] = { name };
	PGresult *r;
	int status = rc_pg_exec(conn, what, &r, "SELECT to_regclass($1)", 1, params);

	if (status == 0) {
		*found = !PQgetisnull(r, 0, 0);
		PQclear(r);
	}
	return status;
}

int
rc_pg_create(PGconn *conn, const char *name, const char *sql)
{
	static const char lock[] = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
	const char *const params[] = { name };
	int status;

	if ((status = rc_pg_exec(conn, name, NULL, "BEGIN", 0, NULL)) != 0)
		return status;
	if ((status = rc_pg_exec(conn, name, NULL, lock, 1, params)) == 0 &&
	    (status = rc_pg_exec(conn, name, NULL, sql, 0, NULL)) == 0)
		return rc_pg_exec(conn, name, NULL, "COMMIT", 0, NULL);
	if (PQstatus(conn) == CONNECTION_OK)
		rc_pg_exec(conn, name, NULL, "ROLLBACK", 0, NULL);
	return status;
}

int
rc_pg_status(const char *sqlstate)
{
	static const struct {
		const char *prefix; /* of an SQLSTATE; the first that fits counts */
		int status;
	} list[] = { { "08", RC_UNREACHABLE }, { "22", RC_DATA }, { "23", RC_DATA },
		{ "25", RC_CONFIG }, { "28", RC_DENIED }, { "3D", RC_CONFIG }, { "3F", RC_CONFIG },
		{ "42501", RC_DENIED }, { "42", RC_CONFIG }, { "54", RC_DATA },
		{ "P0001", RC_DATA }, { "XX", RC_IO }, { "", RC_TEMPFAIL } };
	size_t i = 0;

	if (sqlstate == NULL)
		return RC_UNREACHABLE;
	while (strncmp(sqlstate, list[i].prefix, strlen(list[i].prefix)) != 0)
		i++;
	return list[i].status;
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
	int status = rc_buf_addc(out, '"');

	for (; *name != '\0' && status == 0; name++) {
		if (*name == '"')
			status = rc_buf_addc(out, '"');
		status = rc_status_first(status, rc_buf_addc(out, *name));
	}
	return rc_status_first(status, rc_buf_addc(out, '"'));
}
