#include "base/base64.h"
#include "base/status.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int
rc_base64_put(struct rc_buf *out, struct rc_span bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	int status;

	if ((status = rc_buf_reserve(out, bytes.n / 3 * 4 + 4)) != 0)
		return status;
	for (size_t left = bytes.n; left > 0; p += 3) {
		size_t n = left < 3 ? left : 3;
		unsigned v =
		    (unsigned)p[0] << 16 | (n > 1 ? (unsigned)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);
		char *q = out->data + out->len;

		q[0] = alphabet[v >> 18];
		q[1] = alphabet[v >> 12 & 63];
		q[2] = n > 1 ? alphabet[v >> 6 & 63] : '=';
		q[3] = n > 2 ? alphabet[v & 63] : '=';
		out->len += 4;
		left -= n;
	}
	return 0;
}

/* digit: the value of a character, or -1. */
static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int
rc_base64_get(struct rc_buf *out, struct rc_span text)
{
	size_t before = out->len, pad = 0;
	int status;

	if (text.n % 4 != 0)
		return RC_DATA;
	if ((status = rc_buf_reserve(out, text.n / 4 * 3)) != 0)
		return status;
	for (size_t i = 0; i < text.n; i += 4) {
		unsigned v = 0;

		for (size_t k = i; k < i + 4; k++) {
			int d = digit(text.p[k]);

			if (d == -1 && text.p[k] == '=' && k + 2 >= text.n) {
				pad++;
				d = 0;
			} else if (d == -1 || pad > 0) {
				out->len = before;
				return RC_DATA;
			}
			v = v << 6 | (unsigned)d;
		}
		out->data[out->len++] = (char)(v >> 16);
		out->data[out->len++] = (char)(v >> 8 & 0xFF);
		out->data[out->len++] = (char)(v & 0xFF);
	}
	out->len -= pad;
	return 0;
}
