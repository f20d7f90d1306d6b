#include "json/jsontext.h"
#include "base/utf8.h"

/* unit: the value of four hexadecimal digits that the scanner has checked. */
static unsigned
unit(const char *p)
{
	unsigned v = 0;

	for (int i = 0; i < 4; i++) {
		unsigned c = (unsigned char)p[i];

		v = v << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return v;
}

int
rc_jsontext_unescape(struct rc_span raw, struct rc_buf *out)
{
	const char *p = raw.p, *end = raw.p + raw.n, *slash;
	uint32_t cp;
	char *q;
	int status;

	if ((status = rc_buf_reserve(out, raw.n)) != 0) /* it never gets longer */
		return status;
	q = out->data + out->len;
	while (p < end) {
		if ((slash = memchr(p, '\\', (size_t)(end - p))) == NULL)
			slash = end;
		memcpy(q, p, (size_t)(slash - p));
		q += slash - p;
		if (slash == end)
			break;
		p = slash + 2;
		switch (slash[1]) {
		case 'b':
			*q++ = '\b';
			break;
		case 'f':
			*q++ = '\f';
			break;
		case 'n':
			*q++ = '\n';
			break;
		case 'r':
			*q++ = '\r';
			break;
		case 't':
			*q++ = '\t';
			break;
		case 'u':
			cp = unit(p);
			p += 4;
			if (cp >= 0xD800 && cp <= 0xDBFF) {
				cp = 0x10000 + ((cp - 0xD800) << 10) + (unit(p + 2) - 0xDC00);
				p += 6;
			}
			q += rc_utf8_put(q, cp);
			break;
		default:
			*q++ = slash[1];
		}
	}
	out->len = (size_t)(q - out->data);
	return 0;
}

int
rc_jsontext_compact(struct rc_buf *out, struct rc_span json)
{
	const char *p = json.p, *end = json.p + json.n;
	char *q;
	int status;

	if ((status = rc_buf_reserve(out, json.n)) != 0)
		return status;
	q = out->data + out->len;
	while (p < end) {
		if (*p == '"') { /* a string, whole */
			const char *start = p++;

			while (*p != '"')
				p += *p == '\\' ? 2 : 1;
			p++;
			memcpy(q, start, (size_t)(p - start));
			q += p - start;
		} else {
			if (*p != ' ' && *p != '\t' && *p != '\n' && *p != '\r')
				*q++ = *p;
			p++;
		}
	}
	out->len = (size_t)(q - out->data);
	return 0;
}

int
rc_jsontext_one_line(struct rc_buf *out, struct rc_span json)
{
	if (memchr(json.p, '\n', json.n) != NULL)
		return rc_jsontext_compact(out, json);
	return rc_buf_add(out, json.p, json.n);
}
