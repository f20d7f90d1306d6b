#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/call.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/status.h"
#include "postgres/connect.h"
#include "postgres/conninfo.h"
#include "postgres/hosts.h"
#include "postgres/sqlstate.h"

#define HOST_OVER 2 /* the time of one host is over, and that of all is not */

/* A beginning, with all that it needs: a name server that is silent may outlast who asked. */
struct start {
	char *conninfo, *password, *host, *hostaddr, *port;
	int timeout_ms;
	PGconn *conn;
};

static void
free_start(struct start *s)
{
	free(s->conninfo);
	free(s->password);
	free(s->host);
	free(s->hostaddr);
	free(s->port);
	free(s);
}

static void
start(void *arg)
{
	struct start *s = arg;
	char silence[16];
	/* What comes behind another wins; conninfo may say otherwise. */
	const char *const names[] = { "keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", "password", "dbname", "host", "hostaddr", "port",
		"fallback_application_name", "client_encoding", NULL };
	const char *const values[] = { "30", "10", "3", silence, s->password,
		s->conninfo != NULL && *s->conninfo != '\0' ? s->conninfo : NULL, s->host,
		s->hostaddr, s->port, rc_log_program(), "UTF8", NULL };

	snprintf(silence, sizeof(silence), "%d", s->timeout_ms);
	s->conn = PQconnectStartParams(names, values, 1);
}

/* duplicate: a text, where there is one.  -1: no memory. */
static int
duplicate(const char *text, char **to)
{
	return text != NULL && (*to = strdup(text)) == NULL ? -1 : 0;
}

/* begin: start to connect, which asks for the host's address.  1: that is not known at `until`;
 * -1: a stop was requested.  *conn is NULL then, and where there is no memory. */
static int
begin(PGconn **conn, const char *conninfo, int timeout_ms, const char *password,
    const struct rc_hosts *hosts, struct rc_deadline until)
{
	struct start *s = calloc(1, sizeof(*s));
	int done;

	*conn = NULL;
	if (s == NULL)
		return 0;
	s->timeout_ms = timeout_ms;
	if (duplicate(conninfo, &s->conninfo) != 0 || duplicate(password, &s->password) != 0 ||
	    (hosts->count > 0 &&
		(duplicate(hosts->host.data, &s->host) != 0 ||
		    duplicate(hosts->hostaddr.data, &s->hostaddr) != 0 ||
		    duplicate(hosts->port.data, &s->port) != 0))) {
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

/* go_on: until it is connected, has failed, or the time is over.  As rc_deadline_end(); HOST_OVER:
 * that of one host is. */
static int
go_on(PGconn *conn, const struct rc_hosts *hosts, struct rc_deadline until)
{
	PostgresPollingStatusType what = PGRES_POLLING_WRITING;
	struct rc_deadline next = rc_deadline_in(hosts->limit_ms);
	const char *host = NULL;
	int ready;

	while (PQstatus(conn) != CONNECTION_BAD && what != PGRES_POLLING_OK &&
	    what != PGRES_POLLING_FAILED) {
		if (PQhost(conn) != host) {
			host = PQhost(conn);
			next = rc_deadline_in(hosts->limit_ms);
		}
		ready = rc_deadline_wait(rc_deadline_first(next, until), PQsocket(conn),
		    what == PGRES_POLLING_READING ? POLLIN : POLLOUT);
		if (ready != 1 && rc_deadline_end(until) != RC_DEADLINE_AHEAD)
			return rc_deadline_end(until);
		if (ready != 1)
			return HOST_OVER;
		what = PQconnectPoll(conn);
	}
	return 0;
}

/* attempt: begin, and go on until it is connected or has failed, at the hosts one after the other;
 * why has those that were silent.  As begin(). */
static int
attempt(PGconn **conn, const char *conninfo, int timeout_ms, const char *password,
    struct rc_deadline until, struct rc_buf *why)
{
	struct rc_hosts hosts = { 0 };
	int ended, more = 1;

	why->len = 0;
	do {
		ended = begin(conn, conninfo, timeout_ms, password, &hosts, until);
		if (ended != 0 || *conn == NULL)
			break;
		if (PQstatus(*conn) != CONNECTION_BAD && rc_hosts_read(&hosts, *conn) != 0) {
			PQfinish(*conn);
			*conn = NULL;
			break;
		}
		if ((ended = go_on(*conn, &hosts, until)) != HOST_OVER)
			break;
		if ((more = rc_hosts_drop(&hosts, *conn, why)) == 1)
			PQfinish(*conn);
	} while (more == 1);
	rc_hosts_free(&hosts);
	return ended;
}

/* in_vain: libpq's own texts, which are not translated here, about what no server has said. */
static int
in_vain(PGconn *conn, const char *text)
{
	if (PQconnectionNeedsPassword(conn))
		return RC_DENIED;
	if (strstr(text, "SSL was required") != NULL || strstr(text, "certificate file") != NULL)
		return RC_CONFIG;
	if (strstr(text, "session is") != NULL || strstr(text, "in hot standby") != NULL)
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

	*todo = "is PostgreSQL running there? check PGHOST, PGPORT";
	if (strstr(text, "certificate verify failed") != NULL)
		*todo =
		    "its certificate has expired, or none that PGSSLROOTCERT names has signed it: "
		    "look with openssl s_client -starttls postgres";
	/* pgbouncer says all with one SQLSTATE */
	if (strstr(text, "unsupported startup parameter") != NULL) {
		*todo = "unset it (PGOPTIONS, the connection string), or have the pooler ignore it "
			"(ignore_startup_parameters)";
		return RC_CONFIG;
	}
	if (strstr(text, "no such database") != NULL)
		status = RC_CONFIG;
	if (status == RC_DENIED)
		*todo = "check PGUSER, PGPASSWORD, PGPASSFILE";
	else if (status == RC_CONFIG && *state != '\0')
		*todo = "check PGDATABASE and the connection string";
	else if (status == RC_CONFIG)
		*todo = "check PGSSLMODE and the other PG variables, PGSERVICE and the "
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
	} else if (ended != 0) {
		char limit[24] = "connect_timeout";

		if (ended != HOST_OVER)
			snprintf(limit, sizeof(limit), "%d ms", timeout_ms);
		status = rc_buf_printf(why,
		    "no answer within %s%s%s: is PostgreSQL running there? check PGHOST, PGPORT",
		    limit, n > 0 ? ": " : "", text);
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
	ended = attempt(conn, conninfo, timeout_ms, NULL, until, why);
	if (*conn != NULL && ended == 0 && PQconnectionNeedsPassword(*conn) && password != NULL &&
	    *password != '\0') {
		PQfinish(*conn);
		ended = attempt(conn, conninfo, timeout_ms, password, until, why);
	}
	if (*conn != NULL && ended == 0 && PQstatus(*conn) == CONNECTION_OK) {
		why->len = 0;
		PQsetErrorVerbosity(*conn, PQERRORS_DEFAULT);
		PQsetnonblocking(*conn, 1);
		return 0;
	}
	status = explain(*conn, ended, conninfo != NULL && *conninfo != '\0', timeout_ms, why);
	PQfinish(*conn);
	*conn = NULL;
	return status;
}
