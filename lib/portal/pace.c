#include "portal/pace.h"
#include "base/clock.h"

void
rc_pace_start(struct rc_pace *p, int limit_ms)
{
	*p = (struct rc_pace){ .limit_ms = limit_ms, .since = rc_clock_now() };
}

int
rc_pace_is_slow(struct rc_pace *p, const char *text, size_t n)
{
	double seconds = rc_clock_now() - p->since;

	for (size_t i = 0; i < n; i++)
		p->bytes += text[i] != '\n' && text[i] != '\r' && text[i] != ' ' && text[i] != '\t';
	return seconds * 1000 > p->limit_ms && (double)p->bytes < seconds * RC_PACE_LEAST;
}
