#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "portal/dedup.h"

#define ROUND_BITS 16
#define ROUND_MASK (((uint64_t)1 << ROUND_BITS) - 1)

struct rc_dedup_slot {
	uint64_t a; /* a and b both 0: free */
	uint64_t b; /* its lowest bits are the round */
};

static uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void
sip_rounds(uint64_t v[4], int rounds)
{
	while (rounds-- > 0) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static void
sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_rounds(v, 2);
	v[0] ^= word;
}

/* sip: SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012, and
 * their reference code) and a key of zeros; words are taken in the byte order
 * of the machine, for no hash leaves it. */
static struct rc_dedup_slot
sip(const char *p, size_t n)
{
	uint64_t v[4] = { 0x736f6d6570736575, 0x646f72616e646f6d ^ 0xee, 0x6c7967656e657261,
		0x7465646279746573 };
	uint64_t last = (uint64_t)n << 56, word;
	struct rc_dedup_slot hash;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&word, p, 8);
		sip_word(v, word);
	}
	for (size_t i = 0; i < n; i++)
		last |= (uint64_t)(unsigned char)p[i] << 8 * i;
	sip_word(v, last);
	v[2] ^= 0xee;
	sip_rounds(v, 4);
	hash.a = v[0] ^ v[1] ^ v[2] ^ v[3];
	v[1] ^= 0xdd;
	sip_rounds(v, 4);
	hash.b = (v[0] ^ v[1] ^ v[2] ^ v[3]) & ~ROUND_MASK;
	if (hash.a == 0 && hash.b == 0)
		hash.a = 1;
	return hash;
}

/* find: the slot of hash, or the free one where it belongs. */
static struct rc_dedup_slot *
find(const struct rc_dedup *s, const struct rc_dedup_slot *hash)
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
		struct rc_dedup_slot hash = { s->slots[i].a, s->slots[i].b & ~ROUND_MASK };

		if ((s->slots[i].a | s->slots[i].b) != 0)
			*find(&larger, &hash) = s->slots[i];
	}
	free(s->slots);
	*s = larger;
	return 0;
}

int
rc_dedup_add(struct rc_dedup *s, const char *p, size_t n, enum rc_dedup_when *when)
{
	struct rc_dedup_slot hash = sip(p, n), *slot;
	int status;

	if (s->count >= s->room / 4 * 3 && (status = grow(s)) != 0)
		return status;
	slot = find(s, &hash);
	if ((slot->a | slot->b) == 0) {
		*when = RC_DEDUP_NEVER;
		s->count++;
	} else {
		*when = (slot->b & ROUND_MASK) == s->round ? RC_DEDUP_AGAIN : RC_DEDUP_EARLIER;
	}
	*slot = (struct rc_dedup_slot){ hash.a, hash.b | s->round };
	return 0;
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
