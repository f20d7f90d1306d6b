#include <string.h>

#include "base/secrets.h"
#include "base/status.h"

#define LEAST 3 /* bytes: what is shorter is in any message */

int
rc_secrets_add(struct rc_secrets *s, struct rc_span text)
{
	int status;

	if (text.n < LEAST || memchr(text.p, '\0', text.n) != NULL)
		return 0;
	status = rc_buf_add(&s->list, text.p, text.n);
	return status != 0 ? status : rc_buf_addc(&s->list, '\0');
}

/* hex: the digit's value, or -1. */
static int
hex(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *p = c != '\0' ? strchr(digits, c) : NULL;

	return p != NULL ? (int)(p - digits) % 16 : -1;
}

/* add_meant: as rc_secrets_add(), with what each %XX stands for (RFC 3986, section 2.1). */
static int
add_meant(struct rc_secrets *s, struct rc_span text)
{
	struct rc_buf out = { 0 };
	int status = 0;

	for (size_t i = 0; i < text.n && status == 0; i++) {
		int high = -1, low = -1;

		if (text.p[i] == '%' && i + 2 < text.n) {
			high = hex(text.p[i + 1]);
			low = hex(text.p[i + 2]);
		}
		if (high >= 0 && low >= 0)
			i += 2;
		status =
		    rc_buf_addc(&out, high >= 0 && low >= 0 ? (char)(high * 16 + low) : text.p[i]);
	}
	if (status == 0)
		status = rc_secrets_add(s, rc_buf_span(&out));
	rc_buf_free(&out);
	return status;
}

int
rc_secrets_add_url(struct rc_secrets *s, const char *url)
{
	const char *scheme = strstr(url, "://"), *at = strrchr(url, '@');
	const char *user = scheme != NULL ? scheme + 3 : url, *colon;
	struct rc_span password;
	int status;

	if (at == NULL || at < user)
		return 0;
	if ((status = rc_secrets_add(s, (struct rc_span){ user, (size_t)(at - user) })) != 0 ||
	    (colon = memchr(user, ':', (size_t)(at - user))) == NULL)
		return status;
	password = (struct rc_span){ colon + 1, (size_t)(at - colon - 1) };
	status = rc_secrets_add(s, password);
	return status != 0 ? status : add_meant(s, password);
}

/* found: the length of the longest secret that text begins with; 0: none. */
static size_t
found(const struct rc_secrets *s, const char *text)
{
	size_t longest = 0;

	for (size_t at = 0; at < s->list.len; at += strlen(s->list.data + at) + 1) {
		size_t n = strlen(s->list.data + at);

		if (n > longest && strncmp(text, s->list.data + at, n) == 0)
			longest = n;
	}
	return longest;
}

void
rc_secrets_mask(const struct rc_secrets *s, const char *text, char *out, size_t room)
{
	static const char mask[] = "***";
	size_t len = 0, n;

	while (*text != '\0' && len + sizeof(mask) < room) {
		if ((n = found(s, text)) == 0) {
			out[len++] = *text++;
			continue;
		}
		memcpy(out + len, mask, sizeof(mask) - 1);
		len += sizeof(mask) - 1;
		text += n;
	}
	out[len] = '\0';
}

void
rc_secrets_free(struct rc_secrets *s)
{
	rc_buf_free(&s->list);
}
