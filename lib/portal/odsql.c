#include "portal/odsql.h"
#include "base/date.h"
#include "base/log.h"
#include "base/status.h"

/* plain_word: whether ODSQL takes name as a field without quotes, which it does
 * not for its many keywords; none of those has an underscore but date_format. */
static int
plain_word(const char *name)
{
	int underscore = 0;

	for (const char *p = name; *p != '\0'; p++) {
		underscore |= *p == '_';
		if (*p != '_' && (*p < 'a' || *p > 'z') && (p == name || *p < '0' || *p > '9'))
			return 0;
	}
	return underscore && strcmp(name, "date_format") != 0;
}

int
rc_odsql_field(struct rc_buf *out, const char *name)
{
	if (strchr(name, '`') != NULL) {
		rc_log_error(
		    "%s: a field's name cannot have a back-quote: fix the description", name);
		return RC_CONFIG;
	}
	return rc_buf_printf(out, plain_word(name) ? "%s" : "`%s`", name);
}

int
rc_odsql_is_date(struct rc_span text)
{
	long days;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\0' || strchr("0123456789-+:.TZ ", text.p[i]) == NULL)
			return 0;
	return text.n < 64 && rc_date_parse(text, &days) == 0;
}

int
rc_odsql_date(struct rc_buf *out, struct rc_span text)
{
	return rc_buf_printf(out, "date'%.*s'", (int)text.n, text.p);
}

int
rc_odsql_encode(struct rc_buf *out, struct rc_span text)
{
	static const char hex[] = "0123456789ABCDEF";
	int status = 0;

	for (size_t i = 0; status == 0 && i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		char code[3] = { '%', hex[c >> 4], hex[c & 15] };

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c != '\0' && strchr("-._~", c) != NULL))
			status = rc_buf_addc(out, (char)c);
		else
			status = rc_buf_add(out, code, 3);
	}
	return status;
}
