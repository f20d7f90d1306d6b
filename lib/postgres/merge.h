/* merge.h - a batch into its table, inside the open transaction.
 *
 * Tested by tests/rc-load-tables.t. */
#ifndef RC_MERGE_H
#define RC_MERGE_H

#include "postgres/batch.h"
#include "postgres/merge_sql.h"

struct rc_merge { /* start as { 0 } */
	struct rc_pg *pg;
	const struct rc_table *table; /* borrowed, like pg */
	struct rc_merge_sql sql;
	int warned; /* of tombstones without a row */
};

struct rc_merge_counts {
	uint64_t changed;    /* rows written or deleted */
	uint64_t unchanged;  /* rows that were there, equal or left as they are */
	uint64_t superseded; /* rows that a later one of the batch takes the place of */
};

struct rc_merge_bad {       /* what PostgreSQL refuses */
	size_t index, last; /* in the batch; rows that are refused together, but none alone,
			     * unless the two are one */
	int conflict;       /* for it is there already */
	char *field;        /* the column, or NULL where PostgreSQL names none; owned */
	char *reason;       /* owned */
};

/* rc_merge_open: statements for a table.  RC_OSERR: no memory. */
int rc_merge_open(struct rc_merge *m, struct rc_pg *pg, const struct rc_table *t,
    const struct rc_dataset *d, enum rc_merge_conflict conflict);
/* rc_merge_batch: COPY the rows that are to be loaded, merge them, delete the
 * keys of tombstones.  As rc_pg_exec(). */
int rc_merge_batch(struct rc_merge *m, const struct rc_batch *b, struct rc_merge_counts *counts);
/* rc_merge_find_bad: find the rows that are to blame, in order, in the open transaction,
 * which is as it was then; the first alone where only_first.  Rows that are refused
 * together are the last that is found.  The caller frees *bad by rc_merge_free_bad(), on
 * failure too.  RC_TEMPFAIL: now nothing is refused. */
int rc_merge_find_bad(struct rc_merge *m, const struct rc_batch *b, int only_first,
    struct rc_merge_bad **bad, size_t *count);
void rc_merge_free_bad(struct rc_merge_bad *bad, size_t count);
/* rc_merge_close: release what m owns. */
void rc_merge_close(struct rc_merge *m);

#endif
