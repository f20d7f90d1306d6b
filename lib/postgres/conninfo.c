#include <ctype.h>
#include <libpq-fe.h>
#include <string.h>

#include "base/status.h"
#include "postgres/conninfo.h"

/* is_option: whether the n bytes at text are the name of an option, or a sign. */
static int
is_option(const PQconninfoOption *all, const char *text, size_t n)
{
	if (n == 1)
		return ispunct((unsigned char)*text);
	for (; all != NULL && all->keyword != NULL; all++)
		if (strlen(all->keyword) == n && memcmp(all->keyword, text, n) == 0)
			return 1;
	return 0;
}

/* end_of: where what begins at the quote ends; it may have quotes in it. */
static const char *
end_of(const char *open)
{
	const char *end = strstr(open + 1, "\" for connection option \"");

	return end != NULL ? end : strrchr(open + 1, '"');
}

int
rc_conninfo_mask(const char *text, struct rc_buf *out)
{
	PQconninfoOption *all = PQconndefaults();
	const char *open, *close;
	int status = 0;

	while (status == 0 && (open = strchr(text, '"')) != NULL) {
		close = strchr(open + 1, '"');
		if (close != NULL && is_option(all, open + 1, (size_t)(close - open) - 1)) {
			status = rc_buf_add(out, text, (size_t)(close - text) + 1);
		} else {
			close = end_of(open);
			status = rc_buf_add(out, text, (size_t)(open - text));
			status = rc_status_first(status, rc_buf_adds(out, "\"***\""));
		}
		text = close == NULL ? "" : close + 1;
	}
	PQconninfoFree(all);
	return rc_status_first(status, rc_buf_adds(out, text));
}

/* value: of an option; "" where it is not set. */
static const char *
value(const PQconninfoOption *all, const char *keyword)
{
	for (; all->keyword != NULL; all++)
		if (strcmp(all->keyword, keyword) == 0)
			return all->val != NULL ? all->val : "";
	return "";
}

/* is_uri: by libpq's rule. */
static int
is_uri(const char *conninfo)
{
	return strncmp(conninfo, "postgresql://", 13) == 0 ||
	    strncmp(conninfo, "postgres://", 11) == 0;
}

int
rc_conninfo_check(const char *conninfo, struct rc_buf *why)
{
	PQconninfoOption *all;
	char *wrong = NULL;
	int status = 0;

	why->len = 0;
	if (!is_uri(conninfo) && strchr(conninfo, '=') == NULL)
		return 0; /* the name of a database */
	all = PQconninfoParse(conninfo, &wrong);
	if (all == NULL && wrong == NULL)
		return RC_OSERR;
	if (all == NULL) {
		wrong[strcspn(wrong, "\n")] = '\0';
		status = rc_buf_adds(why, "the connection string is malformed: ");
		status = rc_status_first(status, rc_conninfo_mask(wrong, why));
	} else if (is_uri(conninfo) &&
	    (strchr(value(all, "host"), '@') != NULL || strchr(value(all, "dbname"), '@') != NULL))
		status = rc_buf_adds(why,
		    "the connection string has an @ too many: in a password, "
		    "write @ as %40 and / as %2F");
	PQfreemem(wrong);
	PQconninfoFree(all);
	if (status != 0 || why->len == 0)
		return status;
	return rc_buf_text(why) == NULL ? RC_OSERR : RC_CONFIG;
}

int
rc_conninfo_has_password(const char *conninfo)
{
	PQconninfoOption *all = PQconninfoParse(conninfo, NULL);
	int has =
	    all != NULL && (*value(all, "password") != '\0' || *value(all, "sslpassword") != '\0');

	PQconninfoFree(all);
	return has;
}
