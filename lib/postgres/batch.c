#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/batch.h"

int
rc_batch_add(struct rc_batch *b, const struct rc_batch_row *row, struct rc_span record)
{
	struct rc_batch_row *list;
	size_t raw = b->raw.len;
	int status;

	if (b->count == b->room) {
		size_t room = b->room == 0 ? 1024 : b->room * 2;

		if ((list = realloc(b->list, room * sizeof(*list))) == NULL) {
			rc_log_errno("no memory for a batch of %zu rows", room);
			return RC_OSERR;
		}
		b->list = list;
		b->room = room;
	}
	if ((status = rc_buf_add(&b->raw, record.p, record.n)) != 0)
		return status;
	b->list[b->count] = *row;
	b->list[b->count].raw = raw;
	b->list[b->count].raw_n = record.n;
	b->count++;
	return 0;
}

static int
same_key(const struct rc_batch *b, const struct rc_batch_row *x, const struct rc_batch_row *y)
{
	return x->key_n == y->key_n &&
	    memcmp(b->rows.data + x->key, b->rows.data + y->key, x->key_n) == 0;
}

/* by_key: an order that all loaders have, and PostgreSQL's COLLATE "C". */
static int
by_key(const void *one, const void *other)
{
	const struct rc_span x = ((const struct rc_batch_key *)one)->key;
	const struct rc_span y = ((const struct rc_batch_key *)other)->key;
	int d = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

	return d != 0 ? d : (x.n > y.n) - (x.n < y.n);
}

/* put_in_order: the rows that are to be loaded; most batches come so. */
static int
put_in_order(struct rc_batch *b)
{
	int sorted = 1;

	if (b->order_room < b->room) {
		struct rc_batch_key *order = realloc(b->order, b->room * sizeof(*order));

		if (order == NULL) {
			rc_log_errno("no memory for a batch of %zu rows", b->room);
			return RC_OSERR;
		}
		b->order = order;
		b->order_room = b->room;
	}
	b->loads = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct rc_batch_row *row = &b->list[i];

		if (row->state != RC_BATCH_LOAD)
			continue;
		b->order[b->loads] =
		    (struct rc_batch_key){ { b->rows.data + row->key, row->key_n }, i };
		sorted &= b->loads == 0 || by_key(&b->order[b->loads - 1], &b->order[b->loads]) < 0;
		b->loads++;
	}
	if (!sorted)
		qsort(b->order, b->loads, sizeof(*b->order), by_key);
	return 0;
}

/* is_newer: whether the row that came first is the one that counts. */
static int
is_newer(
    const struct rc_batch *b, const struct rc_batch_row *first, const struct rc_batch_row *last)
{
	return b->by_time && first->partition != last->partition && last->ms >= 0 &&
	    first->ms > last->ms;
}

/* supersede: of rows with one key, all but the one that counts. */
static int
supersede(struct rc_batch *b)
{
	uint32_t *slots;
	size_t at, mask;
	int status;

	if ((status = rc_hash_slots_clear(&b->slots, b->count)) != 0)
		return status;
	slots = b->slots.at;
	mask = b->slots.mask;
	for (size_t i = 0; i < b->count; i++) {
		struct rc_batch_row *row = &b->list[i], *other;

		if (row->state == RC_BATCH_REJECTED)
			continue;
		row->state = RC_BATCH_LOAD;
		at = (size_t)rc_hash((struct rc_span){ b->rows.data + row->key, row->key_n }).a &
		    mask;
		for (; slots[at] != 0; at = (at + 1) & mask) {
			other = &b->list[slots[at] - 1];
			if (same_key(b, other, row)) {
				(is_newer(b, other, row) ? row : other)->state =
				    RC_BATCH_SUPERSEDED;
				break;
			}
		}
		if (row->state == RC_BATCH_LOAD)
			slots[at] = (uint32_t)(i + 1);
	}
	return 0;
}

int
rc_batch_settle(struct rc_batch *b)
{
	int status = supersede(b);

	return status != 0 ? status : put_in_order(b);
}

void
rc_batch_cut(struct rc_batch *b, size_t count)
{
	if (count >= b->count)
		return;
	b->rows.len = b->list[count].row;
	b->raw.len = b->list[count].raw;
	b->count = count;
}

void
rc_batch_drop(struct rc_batch *b, size_t partition)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->count; i++)
		if (b->list[i].partition != partition)
			b->list[kept++] = b->list[i];
	b->count = kept;
}

size_t
rc_batch_bytes(const struct rc_batch *b)
{
	return b->rows.len + b->raw.len;
}

void
rc_batch_free(struct rc_batch *b)
{
	free(b->list);
	free(b->order);
	rc_hash_slots_free(&b->slots);
	rc_buf_free(&b->rows);
	rc_buf_free(&b->raw);
	*b = (struct rc_batch){ .by_time = b->by_time };
}
