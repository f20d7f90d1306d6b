#include "base/quote.h"
#include "base/utf8.h"

/* put_escaped: append one byte that cannot stand in a string as it is. */
static int
put_escaped(struct rc_buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
	size_t n = 2;

	switch (c) {
	case '"':
	case '\\':
		text[1] = (char)c;
		break;
	case '\b':
		text[1] = 'b';
		break;
	case '\f':
		text[1] = 'f';
		break;
	case '\n':
		text[1] = 'n';
		break;
	case '\r':
		text[1] = 'r';
		break;
	case '\t':
		text[1] = 't';
		break;
	default:
		n = 6;
	}
	return rc_buf_add(out, text, n);
}

int
rc_quote_put(struct rc_buf *out, struct rc_span text)
{
	const char *p = text.p, *end = text.p + text.n, *stop;
	int status;

	if ((status = rc_buf_reserve(out, text.n + 2)) != 0)
		return status;
	status = rc_buf_addc(out, '"');
	while (status == 0 && p < end) {
		stop = rc_quote_end(p, end);
		status = rc_buf_add(out, p, (size_t)(stop - p));
		if (status == 0 && stop < end)
			status = put_escaped(out, (unsigned char)*stop++);
		p = stop;
	}
	return status != 0 ? status : rc_buf_addc(out, '"');
}

int
rc_quote_lossy(struct rc_buf *out, struct rc_span bytes)
{
	const char *p = bytes.p, *end = bytes.p + bytes.n;
	struct rc_buf text = { 0 };
	char one[4];
	int status = 0;

	if (rc_utf8_valid(bytes.p, bytes.n))
		return rc_quote_put(out, bytes);
	while (p < end && status == 0)
		status = rc_buf_add(&text, one, rc_utf8_put(one, rc_utf8_next(&p, end)));
	if (status == 0)
		status = rc_quote_put(out, rc_buf_span(&text));
	rc_buf_free(&text);
	return status;
}
