#include <libpq-fe.h>
#include <string.h>

#include "base/status.h"
#include "postgres/conninfo.h"

int
rc_conninfo_mask(const char *text, struct rc_buf *out)
{
	const char *open = strchr(text, '"'), *close = strrchr(text, '"');
	int status;

	if (open == NULL)
		return rc_buf_adds(out, text);
	status = rc_buf_add(out, text, (size_t)(open - text));
	status = rc_status_first(status, rc_buf_adds(out, "\"***\""));
	return rc_status_first(status, rc_buf_adds(out, close + 1));
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
rc_conninfo_is_one(const char *text)
{
	PQconninfoOption *all = NULL;
	int is = is_uri(text);

	if (!is && strchr(text, '=') != NULL && (all = PQconninfoParse(text, NULL)) != NULL)
		is = 1;
	PQconninfoFree(all);
	return is;
}

/* is_secret: of an option of libpq; what it marks is not all. */
static int
is_secret(const PQconninfoOption *o)
{
	return strchr(o->dispchar, '*') != NULL || strstr(o->keyword, "password") != NULL ||
	    strstr(o->keyword, "secret") != NULL || strncmp(o->keyword, "scram_", 6) == 0;
}

/* put_option: one that is set, as libpq would read it. */
static int
put_option(struct rc_buf *out, const PQconninfoOption *o)
{
	int status = rc_buf_printf(out, "%s%s=", out->len > 0 ? " " : "", o->keyword);
	int quote = *o->val == '\0' || strpbrk(o->val, " \t\n'\\") != NULL;

	if (status != 0 || is_secret(o))
		return status != 0 ? status : rc_buf_adds(out, "***");
	status = rc_buf_adds(out, quote ? "'" : "");
	for (const char *p = o->val; *p != '\0' && status == 0; p++) {
		if (quote && (*p == '\'' || *p == '\\'))
			status = rc_buf_addc(out, '\\');
		status = rc_status_first(status, rc_buf_addc(out, *p));
	}
	return rc_status_first(status, rc_buf_adds(out, quote ? "'" : ""));
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
	} else if (value(all, "port")[strspn(value(all, "port"), "0123456789,")] != '\0')
		status = rc_buf_adds(why,
		    "the connection string has a port that is no number: in a password, "
		    "write @ as %40 and / as %2F");
	else if (is_uri(conninfo) &&
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
rc_conninfo_show(const char *conninfo, struct rc_buf *out)
{
	PQconninfoOption *all;
	struct rc_buf why = { 0 };
	int status = rc_conninfo_check(conninfo, &why);

	rc_buf_free(&why);
	if (status != 0)
		return rc_buf_adds(out, "***");
	if (!is_uri(conninfo) && strchr(conninfo, '=') == NULL)
		return rc_buf_adds(out, conninfo); /* the name of a database */
	if ((all = PQconninfoParse(conninfo, NULL)) == NULL)
		return RC_OSERR; /* for it was taken apart before */
	for (const PQconninfoOption *o = all; o->keyword != NULL && status == 0; o++)
		if (o->val != NULL)
			status = put_option(out, o);
	PQconninfoFree(all);
	return status;
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
