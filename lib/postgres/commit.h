/* commit.h - bring a transaction to its end.
 *
 * The work of a transaction is a function, which may be called again from the beginning.  An
 * attempt has one of five outcomes (outcome() in commit.c): COMMITTED; REFUSED: a row is at fault;
 * AGAIN: another session or a lost connection interfered, and nothing was committed; UNKNOWN: the
 * connection was lost during COMMIT; GIVEN_UP: with the status to end with.  rc_commit() has
 * everything that follows from each.
 *
 * Tested by tests/rc-load-faults.t. */
#ifndef RC_COMMIT_H
#define RC_COMMIT_H

#include "postgres/pg.h"

struct rc_commit { /* all borrowed */
	struct rc_pg *pg;
	const char *what; /* "table x": what it is about */
	/* its statements, by rc_pg_exec() and the like; what fails without a statement, it
	 * reports itself */
	int (*work)(void *arg);
	/* in a transaction of its own, over a new connection: *done says whether the work, whose
	 * COMMIT was not heard of, is.  NULL: nobody can know */
	int (*settle)(void *arg, int *done);
	int once;  /* nobody can know, and twice would be wrong */
	int dry;   /* nothing of it is kept: it is rolled back */
	int looks; /* the caller looks which row is refused, and reports that */
	void *arg;
};

/* rc_commit: do the work and commit it.  After a deadlock or a serialization failure it tries again
 * a few times, after a lost connection until the session's time limit.  Every failure is reported,
 * except a row that the server refuses (RC_DATA) if the caller looks for it.  RC_TEMPFAIL;
 * RC_UNREACHABLE: the connection did not come back in time, or it is not known whether the work was
 * committed; else as rc_sqlstate_status(). */
int rc_commit(const struct rc_commit *c);
/* rc_commit_alone: one statement, as rc_pg_exec() has it.  As rc_commit(). */
int rc_commit_alone(struct rc_pg *pg, const char *what, PGresult **result, const char *sql, int n,
    const char *const *params);
/* rc_commit_there: whether there is a table (or view) of that name, as SQL has it, in the search
 * path.  As rc_commit_alone(). */
int rc_commit_there(struct rc_pg *pg, const char *what, const char *name, int *found);
/* rc_commit_create: make a table by sql, a CREATE TABLE IF NOT EXISTS or an ALTER TABLE, under a
 * lock of that name: two sessions that make it at the same time would collide.  comment is a
 * statement that says which version of the table it is, or NULL. */
int rc_commit_create(struct rc_pg *pg, const char *name, const char *sql, const char *comment);
/* A comment for that; table is as SQL has it. */
#define RC_COMMIT_VERSION(table, version)                                                          \
	"COMMENT ON TABLE " table " IS 'rappelconso: version " version " of this table'"
#endif
