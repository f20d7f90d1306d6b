/* utf8.h - one character of UTF-8 text at a time. */
#ifndef RC_UTF8_H
#define RC_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* rc_utf8_length: how many bytes the character at p has, 1 to 4; 0 where the
 * bytes up to end do not begin with a well-formed one (an overlong form, a
 * surrogate, a value above U+10FFFF, a character cut short, p at end). */
static inline size_t
rc_utf8_length(const char *p, const char *end)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t n = (size_t)(end - p);

	if (n == 0)
		return 0;
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xC2 || s[0] > 0xF4 || n < 2 || (s[1] & 0xC0) != 0x80)
		return 0;
	if (s[0] < 0xE0)
		return 2;
	if (n < 3 || (s[2] & 0xC0) != 0x80)
		return 0;
	if (s[0] < 0xF0) /* E0 80..9F is overlong, ED A0..BF a surrogate */
		return (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ? 0 : 3;
	if (n < 4 || (s[3] & 0xC0) != 0x80)
		return 0;
	/* F0 80..8F is overlong, F4 90..BF is above U+10FFFF */
	return (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F) ? 0 : 4;
}

/* rc_utf8_next: the code point at *p, which must be before end; *p moves
 * behind it.  Where *p does not begin a well-formed character it moves one
 * byte and U+FFFD is returned. */
static inline uint32_t
rc_utf8_next(const char **p, const char *end)
{
	const unsigned char *s = (const unsigned char *)*p;
	size_t n = rc_utf8_length(*p, end);

	*p += n > 0 ? n : 1;
	switch (n) {
	case 1:
		return s[0];
	case 2:
		return (uint32_t)((s[0] & 0x1F) << 6 | (s[1] & 0x3F));
	case 3:
		return (uint32_t)((s[0] & 0x0F) << 12 | (s[1] & 0x3F) << 6 | (s[2] & 0x3F));
	case 4:
		return (uint32_t)((s[0] & 0x07) << 18 | (s[1] & 0x3F) << 12 | (s[2] & 0x3F) << 6 |
		    (s[3] & 0x3F));
	default:
		return 0xFFFD;
	}
}

/* rc_utf8_put: write the code point cp, at most U+10FFFF, at out, without a
 * NUL; the number of bytes written. */
static inline size_t
rc_utf8_put(char out[4], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* rc_utf8_valid: whether all n bytes at p are well-formed UTF-8. */
static inline int
rc_utf8_valid(const char *p, size_t n)
{
	const char *end = p + n;
	size_t len;

	for (; p != end; p += len)
		if ((len = rc_utf8_length(p, end)) == 0)
			return 0;
	return 1;
}

#endif
