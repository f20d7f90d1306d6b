/* jsontext.h - the texts of JSON: how they are escaped and what they mean. */
#ifndef RC_JSONTEXT_H
#define RC_JSONTEXT_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/buf.h"

/* rc_jsontext_unescape: append to out what the raw text of a string that was
 * scanned means, as UTF-8; it may hold U+0000.  RC_OSERR: no memory. */
int rc_jsontext_unescape(struct rc_span raw, struct rc_buf *out);
/* rc_jsontext_compact: append checked JSON without the white space between its
 * parts.  RC_OSERR: no memory. */
int rc_jsontext_compact(struct rc_buf *out, struct rc_span json);

/* rc_jsontext_one_line: append checked JSON as it is, or where it has line breaks
 * between its parts, compact.  RC_OSERR: no memory. */
int rc_jsontext_one_line(struct rc_buf *out, struct rc_span json);

/* rc_jsontext_plain_end: the first of the bytes from p to end that is not plain
 * ASCII inside a string: a quote, a backslash, a control or the start of a
 * longer character; end if there is none. */
static inline const char *
rc_jsontext_plain_end(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i space = _mm_set1_epi8(' ');

	for (; end - p >= 16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* as signed bytes, controls and non-ASCII are both below a space */
		__m128i hit = _mm_or_si128(_mm_cmplt_epi8(x, space),
		    _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);

		if (mask != 0)
			return p + __builtin_ctz(mask);
	}
#endif
	while (p < end && (signed char)*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

#endif
