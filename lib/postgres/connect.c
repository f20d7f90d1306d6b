#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/call.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/status.h"
#include "postgres/connect.h"
#include "postgres/conninfo.h"
#include "postgres/sqlstate.h"

#define HOST_S 10 /* for one of several hosts, where connect_timeout is not set */

/* A beginning, with all that it needs: a name server that is silent may outlast who asked. */
struct start {
	char *conninfo, *password;
	int timeout_ms;
	PGconn *conn;
};

static void
free_start(struct start *s)
{
	free(s->conninfo);
	free(s->password);
	free(s);
}

static void
start(void *arg)
{
	struct start *s = arg;
	char silence[16];
	/* What comes behind another wins; conninfo may say otherwise. */
	const char *const names[] = { "keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", "password", "dbname", "fallback_application_name",
		"client_encoding", NULL };
	const char *const values[] = { "30", "10", "3", silence, s->password,
		s->conninfo != NULL && *s->conninfo != '\0' ? s->conninfo : NULL, rc_log_program(),
		"UTF8", NULL };

	snprintf(silence, sizeof(silence), "%d", s->timeout_ms);
	s->conn = PQconnectStartParams(names, values, 1);
}

/* begin: start to connect, which asks for the host's address.  1: that is not known at `until`;
 * -1: a stop was requested.  *conn is NULL then, and where there is no memory. */
static int
begin(PGconn **conn, const char *conninfo, int timeout_ms, const char *password,
    struct rc_deadline until)
{
	struct start *s = calloc(1, sizeof(*s));
	int done;

	*conn = NULL;
	if (s == NULL)
		return 0;
	s->timeout_ms = timeout_ms;
	if ((conninfo != NULL && (s->conninfo = strdup(conninfo)) == NULL) ||
	    (password != NULL && (s->password = strdup(password)) == NULL)) {
		free_start(s);
		return 0;
	}
	if ((done = rc_call(start, s, rc_deadline_left(until))) != 1)
		return done == 0 ? 1 : -1;
	if ((*conn = s->conn) != NULL)
		PQsetErrorVerbosity(*conn, PQERRORS_VERBOSE); /* with the SQLSTATE */
	free_start(s);
	return 0;
}

/* host_limit: until when one host may take, from now on. */
static struct rc_deadline
host_limit(PGconn *conn)
{
	PQconninfoOption *all = PQconninfo(conn);
	double seconds = HOST_S;

	for (const PQconninfoOption *o = all; o != NULL && o->keyword != NULL; o++)
		if (strcmp(o->keyword, "connect_timeout") == 0 && o->val != NULL && *o->val != '\0')
			seconds = strtod(o->val, NULL);
	PQconninfoFree(all);
	return rc_deadline_in(seconds > 0 ? seconds * 1000 : HUGE_VAL);
}

/* go_on: until it is connected, has failed, or the time is over.  As rc_deadline_end(). */
static int
go_on(PGconn *conn, struct rc_deadline until)
{
	PostgresPollingStatusType what = PGRES_POLLING_WRITING;
	struct rc_deadline next = host_limit(conn);
	int ready;

	while (PQstatus(conn) != CONNECTION_BAD && what != PGRES_POLLING_OK &&
	    what != PGRES_POLLING_FAILED) {
		ready = rc_deadline_wait(rc_deadline_first(next, until), PQsocket(conn),
		    what == PGRES_POLLING_READING ? POLLIN : POLLOUT);
		if (ready != 1 && rc_deadline_end(until) != RC_DEADLINE_AHEAD)
			return rc_deadline_end(until);
		if (ready == 0) { /* libpq goes on with the next host if this one ends */
			shutdown(PQsocket(conn), SHUT_RDWR);
			next = host_limit(conn);
		}
		what = PQconnectPoll(conn);
	}
	return 0;
}

/* attempt: begin, and go on until it is connected or has failed.  As begin(). */
static int
attempt(PGconn **conn, const char *conninfo, int timeout_ms, const char *password,
    struct rc_deadline until)
{
	int ended = begin(conn, conninfo, timeout_ms, password, until);

	return ended == 0 && *conn != NULL ? go_on(*conn, until) : ended;
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
	int status = *state != '\0' ? rc_sqlstate_of(state) : in_vain(conn, text);

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

/* explain: why conn failed, into why; given: by a connection string. */
static int
explain(PGconn *conn, int ended, int given, int timeout_ms, struct rc_buf *why)
{
	char *text, state[RC_SQLSTATE_SIZE];
	const char *todo;
	int status;
	size_t n;

	why->len = 0;
	text = strdup(conn != NULL ? PQerrorMessage(conn) : "the host's address is not known");
	if ((conn == NULL && ended == 0) || text == NULL) {
		free(text);
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	rc_sqlstate_cut(text, state);
	for (n = strlen(text); n > 0 && strchr("\n :", text[n - 1]) != NULL;)
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
		/* before any server was tried, it is about the settings */
		int secret = given && status == RC_CONFIG && *state == '\0';
		int added = secret ? rc_conninfo_mask(text, why) : rc_buf_adds(why, text);

		added = rc_status_first(added, rc_buf_printf(why, ": %s", todo));
		status = added != 0 ? added : status;
	}
	free(text);
	return rc_buf_text(why) == NULL ? RC_OSERR : status;
}

int
rc_connect(PGconn **conn, const char *conninfo, int timeout_ms, struct rc_buf *why)
{
	const char *password = getenv("POSTGRES_PASSWORD");
	struct rc_deadline until = rc_deadline_in(timeout_ms);
	int ended, status;

	*conn = NULL;
	if (conninfo != NULL && *conninfo != '\0' &&
	    (status = rc_conninfo_check(conninfo, why)) != 0)
		return status;
	ended = attempt(conn, conninfo, timeout_ms, NULL, until);
	if (*conn != NULL && ended == 0 && PQconnectionNeedsPassword(*conn) && password != NULL &&
	    *password != '\0') {
		PQfinish(*conn);
		ended = attempt(conn, conninfo, timeout_ms, password, until);
	}
	if (*conn != NULL && ended == 0 && PQstatus(*conn) == CONNECTION_OK) {
		PQsetErrorVerbosity(*conn, PQERRORS_DEFAULT);
		PQsetnonblocking(*conn, 1);
		return 0;
	}
	status = explain(*conn, ended, conninfo != NULL && *conninfo != '\0', timeout_ms, why);
	PQfinish(*conn);
	*conn = NULL;
	return status;
}
