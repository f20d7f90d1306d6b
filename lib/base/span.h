/* span.h - bytes that somebody else owns. */
#ifndef RC_SPAN_H
#define RC_SPAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rc_span { /* may hold NUL; p may be NULL where n is 0 */
	const char *p;
	size_t n;
};

/* rc_span_is: whether s is exactly the NUL-terminated text. */
static inline int
rc_span_is(struct rc_span s, const char *text)
{
	return s.n == strlen(text) && (s.n == 0 || memcmp(s.p, text, s.n) == 0);
}

/* rc_span_from: s from the first place on where text, NUL-terminated, is in it; empty where it is
 * not. */
static inline struct rc_span
rc_span_from(struct rc_span s, const char *text)
{
	size_t n = strlen(text);

	for (; s.n >= n; s.p++, s.n--)
		if (memcmp(s.p, text, n) == 0)
			return s;
	return (struct rc_span){ NULL, 0 };
}

/* rc_span_trim: s without the white space of JSON (space, tab, LF, CR) around it. */
static inline struct rc_span
rc_span_trim(struct rc_span s)
{
	while (s.n > 0 &&
	    (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\n' ||
		s.p[s.n - 1] == '\r'))
		s.n--;
	while (s.n > 0 && (*s.p == ' ' || *s.p == '\t' || *s.p == '\n' || *s.p == '\r')) {
		s.p++;
		s.n--;
	}
	return s;
}

/* rc_span_number: the whole number from 0 to max that s is in decimal digits, and nothing else; -1
 * where it is none. */
static inline int64_t
rc_span_number(struct rc_span s, int64_t max)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int d = s.p[i] - '0';

		if (d < 0 || d > 9 || n > max / 10 || n * 10 > max - d)
			return -1;
		n = n * 10 + d;
	}
	return s.n > 0 ? n : -1;
}

#endif
