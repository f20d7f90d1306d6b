/* compare.h - what differs between rows and their table, of which nothing is written.
 *
 * The rows are loaded into a temporary table with the columns and checks of the real one, so that
 * what is bad data, what a column makes of a value and which row of a key counts are as when they
 * are loaded.  One transaction has all of it, for a pooler may give the next another session; in
 * place of the transactions of a load there are savepoints in it.
 *
 * Tested by tests/rc-load-compare.t. */
#ifndef RC_COMPARE_H
#define RC_COMPARE_H

#include "base/out.h"
#include "postgres/commit.h"
#include "postgres/table.h"

struct rc_compare_conf { /* all borrowed */
	int whole;       /* the input is all there is: rows that the table alone has differ, too */
	const char *aside; /* rejects (aside.h) of what is not in the input: rows with their keys
			    * do not; where one says no key, none does; NULL */
	const char *mend;  /* file for the messages that make the table equal; NULL */
	const char *most;  /* how many rows the table alone may have (share.h); NULL: any number */
};

struct rc_compare_counts {
	uint64_t equal, missing, changed, extra; /* rows */
};

/* rc_compare_begin: begin the transaction, and make the temporary table, which *staging becomes,
 * for the table t.  Failures are reported.  RC_CONFIG: the server is a standby; else as
 * rc_pg_exec(). */
int rc_compare_begin(struct rc_pg *pg, const struct rc_table *t, const struct rc_dataset *d,
    struct rc_table *staging);
/* rc_compare_within: what rc_commit() does, as part of that transaction: nothing is tried again. */
int rc_compare_within(const struct rc_commit *c);
/* rc_compare_print: print a line for each row that differs: first those that the table alone has,
 * then in the order of their keys; count them.  Messages to conf->mend are in the same order:
 * tombstones, then rows.  Failures are reported.  RC_TEMPFAIL: more than conf->most, and nothing is
 * in conf->mend; RC_DATA: as rc_aside_read(); RC_CANTCREATE; RC_IO, RC_PIPE; else as rc_pg_exec().
 */
int rc_compare_print(struct rc_pg *pg, const struct rc_table *t, const struct rc_dataset *d,
    const struct rc_compare_conf *conf, struct rc_out *out, struct rc_compare_counts *counts);
#endif
