#include <stdio.h>
#include <stdlib.h>
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
