#include <string.h>

#include "base/nearest.h"

/* distance: how many letters are to be put in, left out or changed to make a of b (Levenshtein);
 * b has RC_NEAREST_MAX at most. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[RC_NEAREST_MAX + 1], n = strlen(b);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t least = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			least = row[j] + 1 < least ? row[j] + 1 : least;
			row[j] = row[j - 1] + 1 < least ? row[j - 1] + 1 : least;
		}
	}
	return row[n];
}

void
rc_nearest_try(struct rc_nearest *n, const char *candidate)
{
	size_t d;

	if (strlen(n->name) > RC_NEAREST_MAX || strlen(candidate) > RC_NEAREST_MAX)
		return;
	d = distance(n->name, candidate);
	if (n->found == NULL || d < n->distance) {
		n->found = candidate;
		n->distance = d;
	}
}

int
rc_nearest_likely(const struct rc_nearest *n)
{
	return n->found != NULL && n->distance <= (strlen(n->name) + 2) / 3;
}
