/* batch.h - rows that are to be loaded together, in the order they came. */
#ifndef RC_BATCH_H
#define RC_BATCH_H

#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "postgres/progress.h"

enum rc_batch_state {
	RC_BATCH_LOAD,       /* it is to be loaded */
	RC_BATCH_SUPERSEDED, /* a later row of the batch has its key */
	RC_BATCH_REJECTED
};

struct rc_batch_row {
	enum rc_batch_state state;
	int tombstone;          /* the key is to be deleted; there is no row */
	size_t row, row_n;      /* in b->rows: the row for COPY */
	size_t key, key_n;      /* in b->rows, too */
	size_t raw, raw_n;      /* in b->raw: the record, for rejects */
	uint64_t line;          /* of the input */
	size_t partition;       /* the loader's index of it */
	int64_t offset;         /* in it; -1: not known */
	int64_t ms;             /* the message's timestamp; -1: it has none */
	struct rc_place before; /* where the partition's position was when it came */
};

struct rc_batch_key {
	struct rc_span key; /* its bytes, in b->rows */
	size_t index;       /* of its row in the list */
};

struct rc_batch { /* start as { 0 }; the list is for reading, the states for writing */
	struct rc_batch_row *list;
	size_t count;
	size_t room;
	struct rc_buf rows, raw;
	struct rc_batch_key *order; /* of the rows that are to be loaded, in the order of the keys'
				     * bytes, from rc_batch_settle() until a row is added */
	size_t loads;               /* how many these are */
	size_t order_room;
	int by_time; /* of several rows of a key the newest counts (times.h), and not the
		      * last */
	struct rc_hash_slots slots; /* of list indices + 1, by key */
};

/* rc_batch_add: append a row that was put at the end of b->rows from `row` on,
 * whose key is at key, and its record, which is copied.  RC_OSERR: no memory. */
int rc_batch_add(struct rc_batch *b, const struct rc_batch_row *row, struct rc_span record);
/* rc_batch_settle: find which rows are superseded, of those not rejected, and the order of the
 * rest. RC_OSERR: no memory. */
int rc_batch_settle(struct rc_batch *b);
/* rc_batch_cut: forget the rows from the count'th on. */
void rc_batch_cut(struct rc_batch *b, size_t count);
/* rc_batch_drop: forget the rows of a partition. */
void rc_batch_drop(struct rc_batch *b, size_t partition);
/* rc_batch_bytes: memory that the rows take. */
size_t rc_batch_bytes(const struct rc_batch *b);
/* rc_batch_free: release what b owns. */
void rc_batch_free(struct rc_batch *b);

#endif
