/* merge.h - a batch into its table, inside the open transaction.  Tested by tests/rc-load.t. */
#ifndef RC_MERGE_H
#define RC_MERGE_H

#include "postgres/batch.h"
#include "postgres/table.h"

struct rc_merge_counts {
	uint64_t changed;    /* rows written or deleted */
	uint64_t unchanged;  /* rows that were there, equal or left as they are */
	uint64_t superseded; /* rows that a later one of the batch takes the place of */
};

struct rc_merge_bad { /* a row that PostgreSQL refuses */
	size_t index; /* in the batch */
	int conflict; /* for it is there already */
	char *field;  /* the column, or NULL where PostgreSQL names none; owned */
	char *reason; /* owned */
};

/* rc_merge_begin: begin the transaction, in which each statement is refused for
 * what it does, and not the COMMIT, which blames no row. */
int rc_merge_begin(PGconn *conn);
/* rc_merge_batch: COPY the rows that are to be loaded, merge them, delete the
 * keys of tombstones.  On a failure that PostgreSQL reported, *failure is its
 * result, nothing was reported, and the caller clears it and rolls back. */
int rc_merge_batch(PGconn *conn, const struct rc_table *t, const struct rc_batch *b,
    struct rc_merge_counts *counts, PGresult **failure);
/* rc_merge_find_bad: find the rows that are to blame, in order, in a transaction
 * of its own that is rolled back; the first alone where only_first.  The caller
 * frees *bad by rc_merge_free_bad(), on failure too. */
int rc_merge_find_bad(PGconn *conn, const struct rc_table *t, const struct rc_batch *b,
    int only_first, struct rc_merge_bad **bad, size_t *count);
void rc_merge_free_bad(struct rc_merge_bad *bad, size_t count);

#endif
