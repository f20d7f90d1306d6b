/* hash.h - where a text goes in a table in memory.  Tested by tests/unit/json/json.c. */
#ifndef RC_HASH_H
#define RC_HASH_H

#include <stdint.h>

#include "base/span.h"

struct rc_hash_slots { /* start as { 0 }: numbers by hash, 0 where there is none */
	uint32_t *at;
	size_t room;
	size_t mask; /* of a hash, for a place in the table in use */
};

/* rc_hash_slots_clear: an empty table for count entries, at most half full.  RC_OSERR:
 * no memory. */
int rc_hash_slots_clear(struct rc_hash_slots *s, size_t count);
/* rc_hash_slots_free: release what s owns. */
void rc_hash_slots_free(struct rc_hash_slots *s);

/* rc_hash: FNV-1a, with its high bits folded into the low ones that index. */
static inline uint64_t
rc_hash(struct rc_span s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return h ^ h >> 32;
}

#endif
