/* backoff.h - how long to wait before the next try. */
#ifndef RC_BACKOFF_H
#define RC_BACKOFF_H

#include <stdint.h>

struct rc_backoff {
	long first_ms;
	long most_ms; /* of the next wait, before chance */
	uint64_t random;
};

/* rc_backoff_start: the first wait is at most first_ms; each further one may be
 * twice as long as that before, up to 30 s, or first_ms where that is longer. */
void rc_backoff_start(struct rc_backoff *b, long first_ms);
/* rc_backoff_next: the next wait in milliseconds, random from 0 to its maximum, so
 * that clients that failed together do not come back together. */
long rc_backoff_next(struct rc_backoff *b);
/* rc_backoff_reset: the next wait is a first one. */
void rc_backoff_reset(struct rc_backoff *b);

#endif
