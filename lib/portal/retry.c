#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/span.h"
#include "portal/retry.h"

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
rc_retry_until(const char *text, time_t now)
{
	struct rc_span whole = rc_span_trim((struct rc_span){ text, strlen(text) });
	long days, h = 0, m = 0, s = 0, at;
	const char *rest;

	text = whole.p;
	if (rc_date_parse(whole, &days) == 0) {
		if (sscanf(text + 10, "%*1[T ]%2ld:%2ld:%2ld", &h, &m, &s) < 2)
			h = m = s = 0;
		rest = text + 10 + strcspn(text + 10, "+-");
		at = days * 86400 + h * 3600 + m * 60 + s - zone(rest);
	} else {
		at = (long)rc_span_number(whole, LONG_MAX);
	}
	return at > (long)now ? at - (long)now : 0;
}
