/* writer.h - write a batch into its table exactly once, even if the connection is lost.
 *
 * commit.h says what is tried again.  With positions, the partitions are locked, which waits until
 * the lost session's transaction is over, and then read: the stored position shows whether that
 * COMMIT was done.
 *
 * Tested by tests/rc-load-faults.t. */
#ifndef RC_WRITER_H
#define RC_WRITER_H

#include "postgres/compare.h"
#include "postgres/offsets.h"
#include "postgres/search.h"

struct rc_writer; /* opaque */

struct rc_writer_conf {           /* its texts are borrowed until close */
	struct rc_home_conf home; /* the table, and whose positions are stored */
	enum rc_merge_conflict conflict;
	int create;     /* make the table if it is not there */
	int positions;  /* store them */
	int by_time;    /* with them: the table is to go by time from now on (times.h) */
	int compare;    /* write nothing: compare.h; without positions, to update */
	int timeout_ms; /* for the server (pg.h), and to be connected again */
};

/* rc_writer_open: connect, find or make the tables.  d is borrowed.  Statuses as
 * those of rc_pg_open() and rc_table_open(). */
int rc_writer_open(
    struct rc_writer **wp, const struct rc_writer_conf *conf, const struct rc_dataset *d);
/* rc_writer_offsets: the positions; the caller moves `next` of each. */
struct rc_offsets *rc_writer_offsets(struct rc_writer *w);
/* rc_writer_partition: the index of a partition in the positions, as
 * rc_offsets_find(). */
int rc_writer_partition(
    struct rc_writer *w, struct rc_span topic, int32_t partition, size_t *index);
/* rc_writer_claim: the same of a partition that is to be claimed, as rc_offsets_claim(). */
int rc_writer_claim(struct rc_writer *w, struct rc_span topic, int32_t partition,
    int64_t partitions, size_t *index);
/* rc_writer_write: the batch and the positions, in one transaction.  As rc_commit(); RC_DATA:
 * nothing is committed, and rc_writer_search() says which row is to blame. */
int rc_writer_write(struct rc_writer *w, const struct rc_batch *b, struct rc_merge_counts *counts);
/* rc_writer_search: which rows are to blame, in a transaction of its own: found and arg as
 * rc_search() has them.  As rc_commit(), or what found returns; RC_TEMPFAIL: now none is refused.
 */
int rc_writer_search(struct rc_writer *w, const struct rc_batch *b,
    int (*found)(void *arg, const struct rc_search_bad *bad), void *arg);
/* rc_writer_compare: what differs between the rows that were written and the table, as
 * rc_compare_print(). */
int rc_writer_compare(struct rc_writer *w, const struct rc_compare_conf *conf, struct rc_out *out,
    struct rc_compare_counts *counts);
/* rc_writer_close: NULL is fine. */
void rc_writer_close(struct rc_writer *w);

#endif
