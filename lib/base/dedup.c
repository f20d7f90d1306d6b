#include <stdlib.h>

#include "base/dedup.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/span.h"
#include "base/status.h"

#define ROUND_BITS 16
#define ROUND_MASK (((uint64_t)1 << ROUND_BITS) - 1)

struct rc_dedup_slot {
	uint64_t a; /* a and b both 0: free */
	uint64_t b; /* its lowest bits are the round */
	uint64_t note;
};

/* identify: what the n bytes at p are known by; never that of a free slot. */
static struct rc_dedup_slot
identify(const char *p, size_t n)
{
	struct rc_hash hash = rc_hash((struct rc_span){ p, n });
	struct rc_dedup_slot slot = { hash.a, hash.b & ~ROUND_MASK, 0 };

	if (slot.a == 0 && slot.b == 0)
		slot.a = 1;
	return slot;
}

/* find_slot: the slot of hash, or the free one where it belongs. */
static struct rc_dedup_slot *
find_slot(const struct rc_dedup *s, const struct rc_dedup_slot *hash)
{
	size_t i = (size_t)hash->a & (s->room - 1);

	while ((s->slots[i].a | s->slots[i].b) != 0 &&
	    (s->slots[i].a != hash->a || (s->slots[i].b & ~ROUND_MASK) != hash->b))
		i = (i + 1) & (s->room - 1);
	return &s->slots[i];
}

static int
grow(struct rc_dedup *s)
{
	struct rc_dedup larger = *s;

	larger.room = s->room == 0 ? 1024 : s->room * 2;
	if ((larger.slots = calloc(larger.room, sizeof(*larger.slots))) == NULL) {
		rc_log_errno("no memory to remember %zu records", larger.room);
		return RC_OSERR;
	}
	for (size_t i = 0; i < s->room; i++) {
		struct rc_dedup_slot hash = { s->slots[i].a, s->slots[i].b & ~ROUND_MASK, 0 };

		if ((s->slots[i].a | s->slots[i].b) != 0)
			*find_slot(&larger, &hash) = s->slots[i];
	}
	free(s->slots);
	*s = larger;
	return 0;
}

int
rc_dedup_add(struct rc_dedup *s, const char *p, size_t n, enum rc_dedup_when *when, uint64_t **note)
{
	struct rc_dedup_slot hash = identify(p, n), *slot;
	int status;

	if (s->count >= s->room / 4 * 3 && (status = grow(s)) != 0)
		return status;
	slot = find_slot(s, &hash);
	if ((slot->a | slot->b) == 0) {
		*when = RC_DEDUP_NEVER;
		s->count++;
	} else {
		*when = (slot->b & ROUND_MASK) == s->round ? RC_DEDUP_AGAIN : RC_DEDUP_EARLIER;
	}
	slot->a = hash.a;
	slot->b = hash.b | s->round;
	*note = &slot->note;
	return 0;
}

int
rc_dedup_has(const struct rc_dedup *s, const char *p, size_t n)
{
	struct rc_dedup_slot hash = identify(p, n), *slot;

	if (s->room == 0)
		return 0;
	slot = find_slot(s, &hash);
	return (slot->a | slot->b) != 0;
}

void
rc_dedup_next_round(struct rc_dedup *s)
{
	s->round++;
}

void
rc_dedup_free(struct rc_dedup *s)
{
	free(s->slots);
	*s = (struct rc_dedup){ 0 };
}
