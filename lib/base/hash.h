/* hash.h - hashes for tables in memory, with a random key, so that nobody can choose texts that
 * collide: if all were in one place, each look-up would have to pass over all of them. */
#ifndef RC_HASH_H
#define RC_HASH_H

#include <stdint.h>

#include "base/span.h"

struct rc_hash {
	uint64_t a; /* enough for a place in a table */
	uint64_t b; /* with it, enough to tell texts apart without comparing them */
};

struct rc_hash_key {
	uint64_t a, b;
};

struct rc_hash_slots { /* start as { 0 }: numbers by hash, 0 where there is none */
	uint32_t *at;
	size_t room;
	size_t mask; /* of a hash, for a place in the table in use */
};

/* rc_hash_setup: from now on hash with a key that nobody knows, once in a process.  RC_OSERR: the
 * system has no random bytes. */
int rc_hash_setup(void);
/* rc_hash: the hash of a text, for as long as the process lives. */
struct rc_hash rc_hash(struct rc_span s);
/* rc_hash_keyed: SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012, and their
 * reference code).  Words are taken in the byte order of the machine, for no hash leaves it. */
struct rc_hash rc_hash_keyed(struct rc_hash_key key, struct rc_span s);

/* rc_hash_quick: a number that tells texts apart that nobody chose to collide, many times as fast;
 * never 0. */
uint64_t rc_hash_quick(struct rc_span s);
/* rc_hash_slots_clear: an empty table for count entries, at most half full.  RC_OSERR:
 * no memory. */
int rc_hash_slots_clear(struct rc_hash_slots *s, size_t count);
/* rc_hash_slots_free: release what s owns. */
void rc_hash_slots_free(struct rc_hash_slots *s);

#endif
