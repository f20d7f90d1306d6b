/* merge_sql.h - the statements that merge a batch into its table.
 *
 * A batch is COPYed into a temporary table that lives as long as the transaction: n, the row's
 * number; d, whether it is a tombstone; c0, c1, ..., the columns as texts.
 *
 * Tested by tests/rc-load-tables.t. */
#ifndef RC_MERGE_SQL_H
#define RC_MERGE_SQL_H

#include "postgres/table.h"

enum rc_merge_conflict { RC_MERGE_UPDATE, RC_MERGE_SKIP, RC_MERGE_FAIL };

struct rc_merge_part { /* "; " and a statement, between whose two halves is a condition on n */
	struct rc_buf head, tail;
};

struct rc_merge_sql {              /* start as { 0 }; for reading only, NUL-terminated */
	struct rc_buf create;      /* the temporary table, and what else the transaction has */
	struct rc_buf create_kept; /* the same, once for a session */
	struct rc_buf copy;        /* COPY into it */
	struct rc_buf count;       /* how many rows merge is to write */
	struct rc_buf merge;       /* INSERT from there, as the conflict mode says */
	struct rc_buf direct;      /* the same where most rows are new or changed: those that are
				    * equal are found when they are locked; empty: not possible */
	struct rc_buf mixed; /* the same, and lock the rows whose keys have tombstones there */
	struct rc_buf lock;  /* that alone */
	struct rc_buf erase; /* DELETE them, once they are locked */
	struct rc_buf index; /* of its rows, for parts of it */
	struct rc_merge_part merge_part, erase_part; /* of some rows */
};

/* rc_merge_sql_make: the statements for a table.  RC_OSERR: no memory. */
int rc_merge_sql_make(struct rc_merge_sql *s, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict);
/* rc_merge_sql_free: release what s owns. */
void rc_merge_sql_free(struct rc_merge_sql *s);

#endif
