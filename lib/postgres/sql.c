#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/sql.h"

#define NAME_MAX_BYTES 63 /* of an identifier, as PostgreSQL is built */

void
rc_sql_add(struct rc_sql *s, const char *text)
{
	s->status = s->status != 0 ? s->status : rc_buf_adds(s->out, text);
}

/* put_name: as rc_sql_name(). */
static int
put_name(struct rc_buf *out, const char *name)
{
	int status = RC_CONFIG;

	if (strlen(name) > NAME_MAX_BYTES)
		rc_log_error("%s: longer than %d bytes, where PostgreSQL would cut it: give a "
			     "shorter name",
		    name, NAME_MAX_BYTES);
	else
		status = rc_buf_addc(out, '"');
	for (; *name != '\0' && status == 0; name++) {
		if (*name == '"')
			status = rc_buf_addc(out, '"');
		status = rc_status_first(status, rc_buf_addc(out, *name));
	}
	return rc_status_first(status, rc_buf_addc(out, '"'));
}

void
rc_sql_name(struct rc_sql *s, const char *name)
{
	s->status = s->status != 0 ? s->status : put_name(s->out, name);
}

void
rc_sql_names(struct rc_sql *s, const struct rc_span *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		rc_sql_add(s, i == 0 ? "" : ", ");
		rc_sql_name(s, names[i].p);
	}
}

void
rc_sql_text(struct rc_sql *s, const char *text)
{
	rc_sql_add(s, "E'");
	for (; *text != '\0' && s->status == 0; text++) {
		if (*text == '\'' || *text == '\\')
			s->status = rc_buf_addc(s->out, *text);
		s->status = rc_status_first(s->status, rc_buf_addc(s->out, *text));
	}
	rc_sql_add(s, "'");
}

/* put_element: as rc_sql_element(). */
static int
put_element(struct rc_buf *out, struct rc_span element)
{
	char *q;
	int status;

	if ((status = rc_buf_reserve(out, 2 * element.n + 3)) != 0)
		return status;
	q = out->data + out->len;
	*q++ = out->len == 0 ? '{' : ',';
	*q++ = '"';
	for (size_t i = 0; i < element.n; i++) {
		if (element.p[i] == '"' || element.p[i] == '\\')
			*q++ = '\\';
		*q++ = element.p[i];
	}
	*q++ = '"';
	out->len = (size_t)(q - out->data);
	return 0;
}

void
rc_sql_element(struct rc_sql *s, struct rc_span element)
{
	s->status = s->status != 0 ? s->status : put_element(s->out, element);
}

int
rc_sql_end(struct rc_sql *s)
{
	return s->status != 0 ? s->status : rc_buf_text(s->out) == NULL ? RC_OSERR : 0;
}
