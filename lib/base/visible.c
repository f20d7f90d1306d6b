#include <stdio.h>

#include "base/utf8.h"
#include "base/visible.h"

#define ESCAPE_MAX 8 /* bytes of \uNNNN, and a NUL */

static int
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || /* C0, DEL, C1 */
	    cp == 0x061C || cp == 0x200E || cp == 0x200F ||
	    (cp >= 0x2028 && cp <= 0x202E) || /* separators, embeddings and overrides */
	    (cp >= 0x2066 && cp <= 0x2069) || /* isolates */
	    cp == 0xFEFF;
}

/* is_cut: whether the bytes at p begin a character of which the end cut something off. */
static int
is_cut(const char *p, const char *end)
{
	static const char rest[] = "\x80\x80\x80";
	char whole[8];
	size_t n = (size_t)(end - p);

	if (n > 3)
		return 0;
	memcpy(whole, p, n);
	memcpy(whole + n, rest, sizeof(rest));
	return rc_utf8_length(whole, whole + n + 3) > n;
}

/* show: what stands for the n bytes at p, which are the character cp, or no UTF-8 (n is 0). */
static struct rc_span
show(const char *p, size_t n, uint32_t cp, char escape[ESCAPE_MAX])
{
	int len = 0;

	if (n == 0)
		len = snprintf(escape, ESCAPE_MAX, "\\x%02x", (unsigned char)*p);
	else if (!is_control(cp))
		return (struct rc_span){ p, n };
	else if (cp == '\n' || cp == '\t')
		return (struct rc_span){ " ", 1 };
	else
		len = snprintf(escape, ESCAPE_MAX, cp < 0x80 ? "\\x%02x" : "\\u%04x", cp);
	return (struct rc_span){ escape, len > 0 ? (size_t)len : 0 };
}

size_t
rc_visible_put(char *out, size_t room, struct rc_span text)
{
	const char *p = text.p, *end = text.p + text.n, *next;
	char escape[ESCAPE_MAX];
	struct rc_span shown;
	size_t len = 0;
	uint32_t cp;

	for (; p < end; p = next) {
		next = p;
		cp = rc_utf8_next(&next, end);
		shown = show(p, rc_utf8_length(p, end), cp, escape);
		if (len + shown.n >= room || is_cut(p, end))
			break;
		memcpy(out + len, shown.p, shown.n);
		len += shown.n;
	}
	out[len] = '\0';
	return len;
}
