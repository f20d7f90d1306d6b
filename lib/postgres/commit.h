/* commit.h - a transaction, to its one end.
 *
 * What is done in one is a function, which may be called again from its beginning.  An attempt ends
 * in one of five ways (outcome() in commit.c): COMMITTED; REFUSED, for a row is to blame; AGAIN,
 * for another session or a lost connection was in the way, and nothing was committed; UNKNOWN, for
 * the connection was lost in the COMMIT; GIVEN_UP, with the status to end with.  All that follows
 * from each is in rc_commit().
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

/* rc_commit: do the work and commit it.  What is in the way for a while is tried again: a deadlock
 * or a serialization failure a few times, a lost connection for the session's time limit.
 * Every failure is reported, but for a row that the server refuses (RC_DATA), where the caller
 * looks.  RC_TEMPFAIL; RC_UNREACHABLE: the connection did not come back in time, or whether the
 * work is committed is not known; as rc_sqlstate_status(). */
int rc_commit(const struct rc_commit *c);
/* rc_commit_alone: one statement, as rc_pg_exec() has it.  As rc_commit(). */
int rc_commit_alone(struct rc_pg *pg, const char *what, PGresult **result, const char *sql, int n,
    const char *const *params);
/* rc_commit_there: whether there is a table (or view) of that name, as SQL has it, in the search
 * path.  As rc_commit_alone(). */
int rc_commit_there(struct rc_pg *pg, const char *what, const char *name, int *found);
/* rc_commit_create: make a table by sql, a CREATE TABLE IF NOT EXISTS or an ALTER TABLE, under a
 * lock of that name: two that make it at the same time would be in each other's way.  comment is a
 * statement that says which version of the table it is, or NULL. */
int rc_commit_create(struct rc_pg *pg, const char *name, const char *sql, const char *comment);
/* A comment for that; table is as SQL has it. */
#define RC_COMMIT_VERSION(table, version)                                                          \
	"COMMENT ON TABLE " table " IS 'rappelconso: version " version " of this table'"
#endif
