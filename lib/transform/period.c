#include "transform/period.h"

#define DATE_LENGTH 10 /* of dd/mm/yyyy */

static int
is_date(const char *p)
{
	static const char pattern[] = "99/99/9999";

	for (size_t i = 0; i < DATE_LENGTH; i++)
		if (pattern[i] == '9' ? p[i] < '0' || p[i] > '9' : p[i] != pattern[i])
			return 0;
	return 1;
}

/* has: whether text has the lower-case word, in any case. */
static int
has(struct rc_span text, const char *word)
{
	size_t n = strlen(word), k;

	for (size_t i = 0; i + n <= text.n; i++) {
		for (k = 0; k < n; k++) {
			char c = text.p[i + k];

			if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != word[k])
				break;
		}
		if (k == n)
			return 1;
	}
	return 0;
}

void
rc_period_find(struct rc_span text, struct rc_span *start, struct rc_span *end)
{
	struct rc_span dates[2] = { { NULL, 0 }, { NULL, 0 } };
	size_t count = 0;

	*start = *end = (struct rc_span){ NULL, 0 };
	for (size_t i = 0; i + DATE_LENGTH <= text.n;) {
		if (!is_date(text.p + i)) {
			i++;
			continue;
		}
		if (count < 2)
			dates[count] = (struct rc_span){ text.p + i, DATE_LENGTH };
		count++;
		i += DATE_LENGTH;
	}
	if (count == 2) {
		*start = dates[0];
		*end = dates[1];
	} else if (count == 1 && has(text, "depuis le")) {
		*start = dates[0];
	} else if (count == 1 && has(text, "jusqu")) {
		*end = dates[0];
	}
}
