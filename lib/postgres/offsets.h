/* offsets.h - how far a consumer has loaded each partition: table rc_positions.
 *
 * A position is stored in the transaction that loads what comes before it, so
 * the two always agree, whatever fails.
 *
 * Tested by tests/rc-load.t. */
#ifndef RC_OFFSETS_H
#define RC_OFFSETS_H

#include "base/out.h"
#include "postgres/home.h"
#include "postgres/progress.h"

struct rc_offsets { /* start as { .conf = ... } */
	struct rc_home_conf conf;
	struct rc_home home;
	struct rc_progress *list;
	size_t count;
	struct rc_buf others; /* what claim.h says of the partition that was claimed last */
	int by_time;          /* the table goes by time: partitions that were added do no harm */
	int claims; /* partitions are a group's: what comes of one that is not claimed is refused */
};

/* rc_offsets_open: find the positions that go with the table.  As rc_home_find(). */
int rc_offsets_open(struct rc_offsets *o, struct rc_pg *pg);
/* rc_offsets_check: as rc_home_check(). */
int rc_offsets_check(const struct rc_offsets *o);
/* rc_offsets_create: as rc_home_make(). */
int rc_offsets_create(struct rc_offsets *o, struct rc_pg *pg);
/* rc_offsets_find: the index of a partition in the list; what is stored of one that is new
 * there is read, in a transaction of its own.  As rc_commit(); RC_DATA, reported: it would have to
 * be claimed. */
int rc_offsets_find(
    struct rc_offsets *o, struct rc_pg *pg, struct rc_span topic, int32_t partition, size_t *index);
/* rc_offsets_claim: the same, of a partition that a group has assigned: it is claimed, as
 * rc_claim_take(), whatever was known of it; partitions: how many the topic has. */
int rc_offsets_claim(struct rc_offsets *o, struct rc_pg *pg, struct rc_span topic,
    int32_t partition, int64_t partitions, size_t *index);
/* rc_offsets_release: forget what came of a partition and is not committed, and let it go: what is
 * released is no longer looked at. */
void rc_offsets_release(struct rc_offsets *o, size_t index);
/* rc_offsets_moved: whether the batch moves any. */
int rc_offsets_moved(const struct rc_offsets *o);
/* rc_offsets_answer: print that a partition is claimed, or released, and where.  RC_IO; RC_PIPE. */
int rc_offsets_answer(const struct rc_offsets *o, size_t index, struct rc_out *out);
/* rc_offsets_settle: find out whether a transaction that stores them, and whose COMMIT was not
 * confirmed, is committed: wait until the lost session's transaction is over, then read what is
 * stored.  As rc_pg_exec(); RC_TEMPFAIL, reported: another loader has moved them meanwhile. */
int rc_offsets_settle(const struct rc_offsets *o, struct rc_pg *pg, int *committed);
/* rc_offsets_lock: lock the partitions that the batch moves until the open transaction ends: two
 * loaders of one consumer take turns, and the second sees what the first has moved.  All take them
 * in the order of topics and partitions.  RC_TEMPFAIL, reported: another has claimed one since. */
int rc_offsets_lock(const struct rc_offsets *o, struct rc_pg *pg);
/* rc_offsets_store: write the positions that the batch moves, in the open
 * transaction.  A position that was there is only ever updated.  RC_TEMPFAIL: another
 * loader has moved one of them, or it was deleted. */
int rc_offsets_store(const struct rc_offsets *o, struct rc_pg *pg);
/* rc_offsets_committed: the transaction was: print the positions that moved, a
 * line each, and remember them.  RC_IO; RC_PIPE. */
int rc_offsets_committed(struct rc_offsets *o, struct rc_out *out);
/* rc_offsets_put: the positions of the partitions met so far, as a JSON list, in the place
 * of what out holds; empty where there is none.  RC_OSERR: no memory. */
int rc_offsets_put(const struct rc_offsets *o, struct rc_buf *out);
/* rc_offsets_free: release what o owns. */
void rc_offsets_free(struct rc_offsets *o);

#endif
