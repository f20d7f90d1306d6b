#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backoff.h"
#include "date.h"

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

/* zone: seconds east of UTC that "+hh:mm", "+hhmm" or "+hh" stands for. */
static long
zone(const char *text)
{
	long hours = 0, minutes = 0;

	if ((*text != '+' && *text != '-') ||
	    (sscanf(text + 1, "%2ld:%2ld", &hours, &minutes) < 2 &&
		sscanf(text + 1, "%2ld%2ld", &hours, &minutes) < 1))
		return 0;
	return (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

long
rc_backoff_until(const char *text, time_t now)
{
	long days, h = 0, m = 0, s = 0, at;
	const char *rest;
	char *end;

	if (rc_date_parse((struct rc_span){ text, strlen(text) }, &days) == 0) {
		if (sscanf(text + 10, "%*1[T ]%2ld:%2ld:%2ld", &h, &m, &s) < 2)
			h = m = s = 0;
		rest = text + 10 + strcspn(text + 10, "+-");
		at = days * 86400 + h * 3600 + m * 60 + s - zone(rest);
	} else {
		at = strtol(text, &end, 10);
		if (end == text)
			return 0;
	}
	return at > (long)now ? at - (long)now : 0;
}
