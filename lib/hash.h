/* hash.h - where a text goes in a table in memory. */
#ifndef RC_HASH_H
#define RC_HASH_H

#include <stdint.h>

#include "buf.h"

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
