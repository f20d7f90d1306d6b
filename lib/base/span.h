/* span.h - bytes that somebody else owns. */
#ifndef RC_SPAN_H
#define RC_SPAN_H

#include <stddef.h>
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

#endif
