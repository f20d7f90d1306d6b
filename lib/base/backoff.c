#include <time.h>
#include <unistd.h>

#include "base/backoff.h"

#define MOST_MS 30000

void
rc_backoff_start(struct rc_backoff *b, long first_ms)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*b = (struct rc_backoff){ .first_ms = first_ms, .most_ms = first_ms };
	/* not 0, which xorshift would never leave */
	b->random =
	    (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec ^ (uint64_t)getpid() << 16 ^ 1;
}

long
rc_backoff_next(struct rc_backoff *b)
{
	uint64_t most = (uint64_t)b->most_ms;

	if (b->most_ms < MOST_MS)
		b->most_ms = b->most_ms * 2 < MOST_MS ? b->most_ms * 2 : MOST_MS;
	/* xorshift64: Marsaglia, "Xorshift RNGs", 2003 */
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return (long)((b->random >> 11) % (most + 1));
}

void
rc_backoff_reset(struct rc_backoff *b)
{
	b->most_ms = b->first_ms;
}
