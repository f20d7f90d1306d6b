#include <string.h>

#include "base/date.h"
#include "base/duration.h"
#include "base/instant.h"
#include "base/span.h"

#define EARLIEST INT64_C(100000000000)    /* now, in seconds, is less */
#define LATEST   INT64_C(100000000000000) /* and in microseconds more */

int
rc_instant_read(const char *text, int64_t now_ms, int64_t *ms, const char **why)
{
	struct rc_span span = { text, strlen(text) };
	int64_t us;

	*why = "not a time such as @2024-04-18, @2024-04-18T06:00 or @-1h";
	if (*text == '-') {
		if (rc_duration_read(text + 1, 0, ms) == -1)
			return -1;
		*ms = now_ms - *ms;
		return 0;
	}
	if (rc_date_instant(span, &us) == 0) {
		*ms = us / 1000;
		return 0;
	}
	if ((*ms = rc_span_number(span, INT64_MAX - 1)) == -1)
		return -1;
	if (*ms >= EARLIEST && *ms < LATEST)
		return 0;
	*why = *ms < EARLIEST
	    ? "a number is one of milliseconds since 1970, 13 digits today: are these seconds? a "
	      "date, such as @2024-04-18, will do"
	    : "a number is one of milliseconds since 1970, 13 digits today: are these "
	      "microseconds? "
	      "a date, such as @2024-04-18, will do";
	return -1;
}
