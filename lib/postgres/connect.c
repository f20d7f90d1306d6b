#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "postgres/connect.h"
#include "postgres/sqlstate.h"

#define HOST_S 10 /* for one of several hosts, where connect_timeout is not set */

/* begin: start to connect.  NULL: no memory. */
static PGconn *
begin(const char *conninfo, int timeout_ms, const char *password)
{
	char silence[16];
	/* What comes behind another wins; conninfo may say otherwise. */
	const char *const names[] = { "keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", "password", "dbname", "fallback_application_name",
		"client_encoding", NULL };
	const char *const values[] = { "30", "10", "3", silence, password,
		conninfo != NULL && *conninfo != '\0' ? conninfo : NULL, rc_log_program(), "UTF8",
		NULL };
	PGconn *conn;

	snprintf(silence, sizeof(silence), "%d", timeout_ms);
	if ((conn = PQconnectStartParams(names, values, 1)) != NULL)
		PQsetErrorVerbosity(conn, PQERRORS_VERBOSE); /* with the SQLSTATE */
	return conn;
}

/* host_seconds: how long one host may take. */
static double
host_seconds(PGconn *conn)
{
	PQconninfoOption *all = PQconninfo(conn);
	double seconds = HOST_S;

	for (const PQconninfoOption *o = all; o != NULL && o->keyword != NULL; o++)
		if (strcmp(o->keyword, "connect_timeout") == 0 && o->val != NULL && *o->val != '\0')
			seconds = strtod(o->val, NULL);
	PQconninfoFree(all);
	return seconds > 0 ? seconds : HUGE_VAL;
}

/* go_on: until it is connected, has failed, or the time is over.  1: the time is; -1: a stop
 * was requested. */
static int
go_on(PGconn *conn, double until)
{
	PostgresPollingStatusType what = PGRES_POLLING_WRITING;
	double each = host_seconds(conn), next = rc_clock_now() + each;
	int ready;

	while (PQstatus(conn) != CONNECTION_BAD && what != PGRES_POLLING_OK &&
	    what != PGRES_POLLING_FAILED) {
		ready = rc_stop_wait(PQsocket(conn),
		    what == PGRES_POLLING_READING ? POLLIN : POLLOUT, next < until ? next : until);
		if (ready == -1 || (ready == 0 && rc_clock_now() >= until))
			return ready == -1 ? -1 : 1;
		if (ready == 0) { /* libpq goes on with the next host if this one ends */
			shutdown(PQsocket(conn), SHUT_RDWR);
			next = rc_clock_now() + each;
		}
		what = PQconnectPoll(conn);
	}
	return 0;
}

/* in_vain: libpq's own texts, which are not translated here, about what no server has said. */
static int
in_vain(PGconn *conn, const char *text)
{
	if (PQconnectionNeedsPassword(conn))
		return RC_DENIED;
	if (strstr(text, "SSL was required") != NULL || strstr(text, "certificate file") != NULL)
		return RC_CONFIG;
	if (strstr(text, "session is") != NULL || strstr(text, "server is in hot standby") != NULL)
		return RC_TEMPFAIL; /* target_session_attrs */
	if (strstr(text, "out of memory") != NULL)
		return RC_OSERR;
	/* what is wrong before any server was tried is a setting */
	return strstr(text, "connection to server") == NULL && strstr(text, "translate") == NULL
	    ? RC_CONFIG
	    : RC_UNREACHABLE;
}

/* judge: the status for a failure, and what to do about it. */
static int
judge(PGconn *conn, const char *text, const char *state, const char **todo)
{
	int status = *state != '\0' ? rc_sqlstate_status(state) : in_vain(conn, text);

	*todo = "is PostgreSQL running there? look at PGHOST, PGPORT";
	/* pgbouncer says all with one SQLSTATE */
	if (strstr(text, "unsupported startup parameter") != NULL) {
		*todo = "unset it (PGOPTIONS, the connection string), or have the pooler ignore it "
			"(ignore_startup_parameters)";
		return RC_CONFIG;
	}
	if (strstr(text, "no such database") != NULL)
		status = RC_CONFIG;
	if (status == RC_DENIED)
		*todo = "look at PGUSER, PGPASSWORD, PGPASSFILE";
	else if (status == RC_CONFIG && *state != '\0')
		*todo = "look at PGDATABASE and the connection string";
	else if (status == RC_CONFIG)
		*todo = "look at PGSSLMODE and the other PG variables, PGSERVICE and the "
			"connection string";
	else if (status == RC_TEMPFAIL)
		*todo = "try again later";
	return status;
}

/* explain: why conn failed, into why. */
static int
explain(PGconn *conn, int ended, int timeout_ms, struct rc_buf *why)
{
	char *text, state[RC_SQLSTATE_SIZE];
	const char *todo;
	int status;
	size_t n;

	why->len = 0;
	if (conn == NULL || (text = strdup(PQerrorMessage(conn))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	rc_sqlstate_cut(text, state);
	for (n = strlen(text); n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' ');)
		text[--n] = '\0';
	status = judge(conn, text, state, &todo);
	if (ended == -1) {
		status = rc_buf_adds(why, "not connected when a signal asked to stop");
		status = status != 0 ? status : RC_TEMPFAIL;
	} else if (ended == 1) {
		status = rc_buf_printf(why,
		    "no answer within %d ms%s%s: is PostgreSQL running there? look at PGHOST, "
		    "PGPORT",
		    timeout_ms, n > 0 ? ": " : "", text);
		status = status != 0 ? status : RC_UNREACHABLE;
	} else {
		int added = rc_buf_printf(why, "%s: %s", text, todo);

		status = added != 0 ? added : status;
	}
	free(text);
	return rc_buf_text(why) == NULL ? RC_OSERR : status;
}

int
rc_connect(PGconn **conn, const char *conninfo, int timeout_ms, struct rc_buf *why)
{
	const char *password = getenv("POSTGRES_PASSWORD");
	double until = rc_clock_now() + timeout_ms / 1000.0;
	int ended, status;

	*conn = begin(conninfo, timeout_ms, NULL);
	ended = *conn != NULL ? go_on(*conn, until) : 0;
	if (*conn != NULL && ended == 0 && PQconnectionNeedsPassword(*conn) && password != NULL &&
	    *password != '\0') {
		PQfinish(*conn);
		*conn = begin(conninfo, timeout_ms, password);
		ended = *conn != NULL ? go_on(*conn, until) : 0;
	}
	if (*conn != NULL && ended == 0 && PQstatus(*conn) == CONNECTION_OK) {
		PQsetErrorVerbosity(*conn, PQERRORS_DEFAULT);
		PQsetnonblocking(*conn, 1);
		return 0;
	}
	status = explain(*conn, ended, timeout_ms, why);
	PQfinish(*conn);
	*conn = NULL;
	return status;
}

int
rc_connect_answers(const char *conninfo, int timeout_ms)
{
	PGconn *conn = begin(conninfo, timeout_ms, NULL);
	int ended, answers = 1;

	if (conn == NULL)
		return 0;
	ended = go_on(conn, rc_clock_now() + timeout_ms / 1000.0);
	if (ended != 0)
		answers = ended == -1 ? -1 : 0;
	else if (PQstatus(conn) != CONNECTION_OK && !PQconnectionNeedsPassword(conn)) {
		char *text = strdup(PQerrorMessage(conn)), state[RC_SQLSTATE_SIZE] = "";

		if (text != NULL)
			rc_sqlstate_cut(text, state);
		free(text);
		answers = *state != '\0';
	}
	PQfinish(conn);
	return answers;
}
