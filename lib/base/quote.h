/* quote.h - a text as a string of JSON (RFC 8259, section 7). */
#ifndef RC_QUOTE_H
#define RC_QUOTE_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/buf.h"

/* rc_quote_put: append text, which is UTF-8, as a JSON string in quotes.
 * Only what must be escaped is.  RC_OSERR: no memory. */
int rc_quote_put(struct rc_buf *out, struct rc_span text);
/* rc_quote_lossy: the same of bytes that may not be UTF-8: U+FFFD stands for each that is
 * not.  RC_OSERR: no memory. */
int rc_quote_lossy(struct rc_buf *out, struct rc_span bytes);

#ifdef __SSE2__
/* rc_quote_hits: which of sixteen bytes cannot stand in a string as they are, a bit each. */
static inline unsigned
rc_quote_hits(const char *p)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1f);
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, control), x),
	    _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));

	return (unsigned)_mm_movemask_epi8(hit);
}
#endif

/* rc_quote_end: the first of the bytes from p to end that cannot stand
 * in a string as it is (quote, backslash, control), or end. */
static inline const char *
rc_quote_end(const char *p, const char *end)
{
#ifdef __SSE2__
	const char *start = p;
	unsigned hits;

	for (; end - p >= 16; p += 16)
		if ((hits = rc_quote_hits(p)) != 0)
			return p + __builtin_ctz(hits);
	if (p > start && p < end) { /* the rest, together with some that were looked at */
		hits = rc_quote_hits(end - 16);
		return hits != 0 ? end - 16 + __builtin_ctz(hits) : end;
	}
#endif
	while (p < end && (unsigned char)*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

#endif
