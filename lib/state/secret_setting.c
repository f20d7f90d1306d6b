#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "base/visible.h"
#include "postgres/conninfo.h"
#include "state/secret_setting.h"

/* is_secret_name: whether all of its value is one. */
static int
is_secret_name(const char *name)
{
	static const char *const parts[] = { "PASSWORD", "API_KEY", "SECRET", "TOKEN",
		"PASSPHRASE" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strstr(name, parts[i]) != NULL)
			return 1;
	return 0;
}

/* put: bytes as they may be shown. */
static int
put(struct rc_buf *out, const char *p, size_t n)
{
	int status;

	/* at most six bytes (\uNNNN) for each */
	if ((status = rc_buf_grow(out, 6 * n + 1)) == 0)
		out->len +=
		    rc_visible_put(out->data + out->len, 6 * n + 1, (struct rc_span){ p, n });
	return status;
}

/* put_url: an address without what may be a password in it (RFC 3986: userinfo, query). */
static int
put_url(struct rc_buf *out, const char *url)
{
	const char *from = strstr(url, "://") + 3, *at = strrchr(from, '@');
	const char *host = at != NULL ? at + 1 : from;
	size_t n = strcspn(host, "?");
	int status = put(out, url, (size_t)(from - url));

	if (status == 0 && at != NULL)
		status = rc_buf_adds(out, "***@");
	if (status == 0 && (status = put(out, host, n)) == 0 && host[n] != '\0')
		status = rc_buf_adds(out, "?***");
	return status;
}

int
rc_secret_setting_show(const char *name, const char *value, struct rc_buf *out)
{
	size_t before = strncmp(value, "postgres:", 9) == 0 && value[9] != '/' ? 9 : 0;
	struct rc_buf shown = { 0 };
	int status;

	out->len = 0;
	if (*value != '\0' && is_secret_name(name))
		return rc_buf_adds(out, "***");
	if (before > 0 || rc_conninfo_is_one(value)) {
		status = put(out, value, before);
		if (status == 0 && (status = rc_conninfo_show(value + before, &shown)) == 0)
			status = put(out, shown.data, shown.len);
		rc_buf_free(&shown);
		return status;
	}
	return strstr(value, "://") != NULL ? put_url(out, value) : put(out, value, strlen(value));
}

int
rc_secret_setting_is(const char *name, const char *value)
{
	struct rc_buf shown = { 0 };
	int is;

	is = rc_secret_setting_show(name, value, &shown) != 0 ||
	    (rc_buf_text(&shown) != NULL && strstr(shown.data, "***") != NULL &&
		strstr(value, "***") == NULL);
	rc_buf_free(&shown);
	return is;
}
