/* dedup.h - which records have been seen: a set of 112-bit hashes, 24 bytes each.
 *
 * Two different records are taken for one with a chance below 2^-70 for a
 * million of them. */
#ifndef RC_DEDUP_H
#define RC_DEDUP_H

#include <stddef.h>
#include <stdint.h>

enum rc_dedup_when {
	RC_DEDUP_NEVER,   /* it is new */
	RC_DEDUP_EARLIER, /* in an earlier round, and not yet in this one */
	RC_DEDUP_AGAIN    /* in this round */
};

struct rc_dedup { /* start as { 0 } */
	struct rc_dedup_slot *slots;
	size_t room; /* of slots: 0 or a power of two */
	size_t count;
	uint16_t round;
};

/* rc_dedup_add: add the record that the n bytes at p identify; set *when to whether it was there
 * already, and *note to a number that the caller keeps with it, 0 at first, valid until the next
 * call.  RC_OSERR: no memory. */
int rc_dedup_add(
    struct rc_dedup *s, const char *p, size_t n, enum rc_dedup_when *when, uint64_t **note);
/* rc_dedup_has: whether it is in the set. */
int rc_dedup_has(const struct rc_dedup *s, const char *p, size_t n);
/* rc_dedup_next_round: everything in the set becomes RC_DEDUP_EARLIER. */
void rc_dedup_next_round(struct rc_dedup *s);
/* rc_dedup_free: release what s owns and empty it. */
void rc_dedup_free(struct rc_dedup *s);

#endif
