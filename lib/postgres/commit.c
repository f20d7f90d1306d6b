#include <string.h>

#include "base/backoff.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "postgres/commit.h"

#define TRIES   5   /* of a transaction that others, or lost connections, are in the way of */
#define WAIT_MS 100 /* before the second, at most; up to twice as long each time */

enum end { COMMITTED, REFUSED, AGAIN, UNKNOWN, GIVEN_UP };

/* Of one transaction, from its first attempt to its end. */
struct course {
	const struct rc_commit *c;
	struct rc_backoff wait;
	struct rc_deadline until; /* from the first lost connection on */
	int tries, lost;
	int status; /* of the last attempt */
};

/* outcome: how an attempt has ended, whose COMMIT was sent or not. */
static enum end
outcome(const struct course *k, int sent)
{
	const struct rc_pg *pg = k->c->pg;
	const char *state = rc_pg_failure(k->c->pg)->state;

	if (k->status == 0)
		return COMMITTED;
	/* a limit of the user's for a transaction, which the next would reach, too; a pooler that
	 * has closed the connection for what it is asked */
	if (rc_pg_gone(pg) || strcmp(state, "25P04") == 0 || k->status == RC_CONFIG)
		return GIVEN_UP;
	if (rc_pg_lost(pg))
		return sent ? UNKNOWN : AGAIN;
	if (strncmp(state, "40", 2) == 0)
		return AGAIN;
	return *state != '\0' && k->status == RC_DATA ? REFUSED : GIVEN_UP;
}

/* try_once: the work, or, with done, what became of it, in a transaction. */
static enum end
try_once(struct course *k, int *done)
{
	const struct rc_commit *c = k->c;
	int sent = 0;

	rc_failure_clear(rc_pg_failure(c->pg));
	k->status = rc_pg_begin(c->pg);
	if (k->status == 0)
		k->status = done != NULL ? c->settle(c->arg, done) : c->work(c->arg);
	if (k->status == 0 && !c->dry) {
		sent = 1;
		k->status = rc_pg_exec(c->pg, "COMMIT", NULL, "COMMIT", 0, NULL);
	} else {
		rc_pg_roll_back(c->pg);
	}
	return outcome(k, sent);
}

/* over: that it is not tried again, and why. */
static void
over(const struct course *k)
{
	const struct rc_commit *c = k->c;

	if (!rc_pg_lost(c->pg))
		rc_log_error("%s: a deadlock or a conflict with others: run it again", c->what);
	else if (k->tries >= TRIES)
		rc_failure_report(rc_pg_failure(c->pg));
	else
		rc_log_error("%s: not connected again within %d ms: %s: run it again once that is "
			     "fixed",
		    c->what, rc_pg_timeout_ms(c->pg), rc_pg_why(c->pg));
}

/* get_ready: wait before the next attempt, and connect again where that is needed. */
static int
get_ready(struct course *k)
{
	struct rc_pg *pg = k->c->pg;
	int lost = rc_pg_lost(pg);
	long ms;

	if (lost && !k->lost)
		k->until = rc_deadline_in(rc_pg_timeout_ms(pg));
	k->lost |= lost;
	k->tries++;
	do {
		if (rc_stop_signal() != 0 || k->tries >= TRIES ||
		    (lost && rc_deadline_left(k->until) == 0)) {
			over(k);
			return k->status;
		}
		ms = rc_backoff_next(&k->wait);
		rc_log_info("%s: %s: trying again in %ld ms", k->c->what,
		    lost ? rc_pg_why(pg) : "a deadlock or a conflict", ms);
		if (!lost) {
			rc_stop_sleep(ms);
			return 0;
		}
		rc_deadline_sleep(k->until, ms);
		k->status = rc_pg_reconnect(pg);
	} while (k->status == RC_UNREACHABLE || k->status == RC_TEMPFAIL);
	if (k->status != 0)
		rc_log_error("%s: not connected again: %s", k->c->what, rc_pg_why(pg));
	return k->status;
}

int
rc_commit(const struct rc_commit *c)
{
	struct course k = { .c = c };
	int unknown = 0, done = 0;

	rc_backoff_start(&k.wait, WAIT_MS);
	for (;;) {
		switch (try_once(&k, unknown ? &done : NULL)) {
		case COMMITTED:
			if (k.lost && (!unknown || done))
				rc_log_warn("%s: connected again%s", c->what,
				    done ? ": the last batch had been committed" : "");
			if (!unknown || done)
				return 0;
			unknown = 0;
			continue;
		case REFUSED:
			if (!c->looks)
				rc_failure_report(rc_pg_failure(c->pg));
			return RC_DATA;
		case GIVEN_UP:
			rc_failure_report(rc_pg_failure(c->pg));
			return k.status;
		case UNKNOWN:
			if (c->once) {
				rc_log_error("%s: whether the last batch was committed is not "
					     "known: check whether its rows are there before you "
					     "load it again",
				    c->what);
				return RC_UNREACHABLE;
			}
			unknown = c->settle != NULL;
			break;
		case AGAIN:
			break;
		}
		if ((k.status = get_ready(&k)) != 0)
			return k.status;
	}
}

/* A statement alone. */
struct alone {
	struct rc_pg *pg;
	const char *what, *sql;
	const char *comment; /* NULL: none */
	const char *const *params;
	int n;
	PGresult *result;
};

static int
run_alone(void *arg)
{
	struct alone *a = arg;

	PQclear(a->result);
	a->result = NULL;
	return rc_pg_exec(a->pg, a->what, &a->result, a->sql, a->n, a->params);
}

int
rc_commit_alone(struct rc_pg *pg, const char *what, PGresult **result, const char *sql, int n,
    const char *const *params)
{
	struct alone a = { .pg = pg, .what = what, .sql = sql, .params = params, .n = n };
	struct rc_commit c = { .pg = pg, .what = what, .work = run_alone, .arg = &a };
	int status = rc_commit(&c);

	if (status == 0 && result != NULL)
		*result = a.result;
	else
		PQclear(a.result);
	return status;
}

int
rc_commit_there(struct rc_pg *pg, const char *what, const char *name, int *found)
{
	const char *const params[] = { name };
	PGresult *r;
	int status = rc_commit_alone(pg, what, &r, "SELECT to_regclass($1)", 1, params);

	if (status == 0) {
		*found = !PQgetisnull(r, 0, 0);
		PQclear(r);
	}
	return status;
}

/* create: as rc_commit_create(). */
static int
create(void *arg)
{
	static const char lock[] = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
	const struct alone *a = arg;
	const char *const params[] = { a->what };
	int status = rc_pg_exec(a->pg, a->what, NULL, lock, 1, params);

	if (status == 0)
		status = rc_pg_exec(a->pg, a->what, NULL, a->sql, 0, NULL);
	if (status == 0 && a->comment != NULL)
		status = rc_pg_exec(a->pg, a->what, NULL, a->comment, 0, NULL);
	return status;
}

int
rc_commit_create(struct rc_pg *pg, const char *name, const char *sql, const char *comment)
{
	struct alone a = { .pg = pg, .what = name, .sql = sql, .comment = comment };
	struct rc_commit c = { .pg = pg, .what = name, .work = create, .arg = &a };

	return rc_commit(&c);
}
