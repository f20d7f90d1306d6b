/* merge.h - a batch into its table, inside the open transaction.
 *
 * Tested by tests/rc-load-tables.t. */
#ifndef RC_MERGE_H
#define RC_MERGE_H

#include "postgres/batch.h"
#include "postgres/merge_sql.h"
#include "postgres/straight.h"
#include "postgres/times.h"

struct rc_merge { /* start as { 0 } */
	struct rc_pg *pg;
	const struct rc_table *table; /* borrowed, like pg */
	struct rc_merge_sql sql;
	struct rc_straight straight;
	struct rc_times *times; /* of a table that goes by time, borrowed; else NULL */
	const struct rc_progress *partitions; /* the batch's, then; borrowed */
	int changing;                         /* most rows of the last batch were written */
	int warned;                           /* of tombstones without a row */
};

struct rc_merge_counts {
	uint64_t changed;    /* rows written or deleted */
	uint64_t unchanged;  /* rows that were there, equal or left as they are */
	uint64_t suppressed; /* rows that a trigger or rule of the table kept out */
	uint64_t superseded; /* rows that a later one of the batch takes the place of, or a newer
			      * one has taken */
};

/* rc_merge_open: statements for a table.  RC_OSERR: no memory. */
int rc_merge_open(struct rc_merge *m, struct rc_pg *pg, const struct rc_table *t,
    const struct rc_dataset *d, enum rc_merge_conflict conflict);
/* rc_merge_copy: make the batch's table and COPY the rows that are to be loaded into it.  It lasts
 * as long as the open transaction, or, where the session is nobody else's, as that, for each makes
 * 5 KB of catalogue and WAL.  As rc_pg_exec(). */
int rc_merge_copy(struct rc_merge *m, const struct rc_batch *b);
/* rc_merge_batch: load the batch, by that and a statement that merges, or by COPY alone where that
 * has the same result, and delete the keys of tombstones.  As rc_pg_exec(). */
int rc_merge_batch(struct rc_merge *m, const struct rc_batch *b, struct rc_merge_counts *counts);
/* rc_merge_close: release what m owns. */
void rc_merge_close(struct rc_merge *m);

#endif
