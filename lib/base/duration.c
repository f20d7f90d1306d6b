#include <stdlib.h>
#include <string.h>

#include "base/duration.h"

int
rc_duration_read(const char *text, int64_t unit_ms, int64_t *ms)
{
	static const struct unit {
		const char *name;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", RC_DURATION_SECOND }, { "m", 60 * RC_DURATION_SECOND },
		{ "h", 3600 * RC_DURATION_SECOND }, { "d", RC_DURATION_DAY } };
	size_t digits = strspn(text, "0123456789");
	int64_t n;

	if (digits == 0 || digits > 9)
		return -1;
	n = strtol(text, NULL, 10);

	if (text[digits] != '\0') {
		unit_ms = 0;
		for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
			if (strcmp(text + digits, units[i].name) == 0)
				unit_ms = units[i].ms;
	}
	*ms = n * unit_ms;
	return unit_ms > 0 ? 0 : -1;
}
