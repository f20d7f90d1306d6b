/* seen.h - which records have been seen: a set of 112-bit hashes, 16 bytes each.
 *
 * Two different records are taken for one with a chance below 2^-70 for a
 * million of them. */
#ifndef RC_SEEN_H
#define RC_SEEN_H

#include <stddef.h>
#include <stdint.h>

enum rc_seen_when {
	RC_SEEN_NEVER,   /* it is new */
	RC_SEEN_EARLIER, /* in an earlier round, and not yet in this one */
	RC_SEEN_AGAIN    /* in this round */
};

struct rc_seen { /* start as { 0 } */
	struct rc_seen_slot *slots;
	size_t room; /* of slots: 0 or a power of two */
	size_t count;
	uint16_t round;
};

/* rc_seen_add: put what the n bytes at p identify into the set, and set *when
 * to when it had been put there before.  RC_IO: no memory. */
int rc_seen_add(struct rc_seen *s, const char *p, size_t n, enum rc_seen_when *when);
/* rc_seen_next_round: what is there becomes RC_SEEN_EARLIER. */
void rc_seen_next_round(struct rc_seen *s);
/* rc_seen_free: release what s owns and empty it. */
void rc_seen_free(struct rc_seen *s);

#endif
