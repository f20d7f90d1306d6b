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

/* rc_quote_end: the first of the bytes from p to end that cannot stand
 * in a string as it is (quote, backslash, control), or end. */
static inline const char *
rc_quote_end(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1f);

	for (; end - p >= 16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, control), x),
		    _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);

		if (mask != 0)
			return p + __builtin_ctz(mask);
	}
#endif
	while (p < end && (unsigned char)*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

#endif
