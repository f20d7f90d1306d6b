#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/status.h"

#define LEAST 128 /* slots */

static struct rc_hash_key hash_key;

int
rc_hash_setup(void)
{
	ssize_t n;

	do
		n = getrandom(&hash_key, sizeof(hash_key), 0);
	while (n == -1 && errno == EINTR);
	if (n != (ssize_t)sizeof(hash_key)) {
		rc_log_errno("no random bytes from the system");
		return RC_OSERR;
	}
	return 0;
}

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

struct rc_hash
rc_hash_keyed(struct rc_hash_key key, struct rc_span s)
{
	uint64_t v[4] = { key.a ^ 0x736f6d6570736575, key.b ^ 0x646f72616e646f6d ^ 0xee,
		key.a ^ 0x6c7967656e657261, key.b ^ 0x7465646279746573 };
	uint64_t last = (uint64_t)s.n << 56, word;
	struct rc_hash hash;

	for (; s.n >= 8; s.p += 8, s.n -= 8) {
		memcpy(&word, s.p, 8);
		sip_word(v, word);
	}
	for (size_t i = 0; i < s.n; i++)
		last |= (uint64_t)(unsigned char)s.p[i] << 8 * i;
	sip_word(v, last);
	v[2] ^= 0xee;
	sip_rounds(v, 4);
	hash.a = v[0] ^ v[1] ^ v[2] ^ v[3];
	v[1] ^= 0xdd;
	sip_rounds(v, 4);
	hash.b = v[0] ^ v[1] ^ v[2] ^ v[3];
	return hash;
}

struct rc_hash
rc_hash(struct rc_span s)
{
	return rc_hash_keyed(hash_key, s);
}

uint64_t
rc_hash_quick(struct rc_span s)
{
	const uint64_t odd = 0x9e3779b97f4a7c15;
	uint64_t a = s.n, b = 1, word[2] = { 0, 0 };

	for (; s.n >= sizeof(word); s.p += sizeof(word), s.n -= sizeof(word)) {
		memcpy(word, s.p, sizeof(word));
		a = (a ^ word[0]) * odd;
		b = (b ^ word[1]) * odd;
	}
	memset(word, 0, sizeof(word));
	if (s.n > 0)
		memcpy(word, s.p, s.n);
	a = (a ^ word[0]) * odd;
	a = (rotate(a, 29) ^ b ^ word[1]) * odd;
	return a != 0 ? a : 1;
}

int
rc_hash_slots_clear(struct rc_hash_slots *s, size_t count)
{
	size_t room = LEAST;

	while (room < count * 2)
		room *= 2;
	if (room > s->room) {
		uint32_t *at = realloc(s->at, room * sizeof(*at));

		if (at == NULL) {
			rc_log_errno("no memory for a table of %zu", count);
			return RC_OSERR;
		}
		s->at = at;
		s->room = room;
	}
	memset(s->at, 0, room * sizeof(*s->at));
	s->mask = room - 1;
	return 0;
}

void
rc_hash_slots_free(struct rc_hash_slots *s)
{
	free(s->at);
	*s = (struct rc_hash_slots){ 0 };
}
