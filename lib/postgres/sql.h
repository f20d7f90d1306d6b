/* sql.h - an SQL text that is put together; the first failure stays, and is what the end
 * returns.
 *
 * Tested by tests/rc-load-tables.t. */
#ifndef RC_SQL_H
#define RC_SQL_H

#include "base/buf.h"

struct rc_sql { /* start as { out, 0 } */
	struct rc_buf *out;
	int status;
};

/* rc_sql_add: append text as it is. */
void rc_sql_add(struct rc_sql *s, const char *text);
/* rc_sql_name: append a name, quoted as an identifier.  RC_CONFIG at the end: it is longer than
 * PostgreSQL's names, which it would cut, so that two could become one. */
void rc_sql_name(struct rc_sql *s, const char *name);
/* rc_sql_names: append several, a comma between them; each has a NUL behind it. */
void rc_sql_names(struct rc_sql *s, const struct rc_span *names, size_t count);
/* rc_sql_text: append a text as a constant, whatever standard_conforming_strings is. */
void rc_sql_text(struct rc_sql *s, const char *text);
/* rc_sql_element: append an element to an array as PostgreSQL writes one; the text begins with it,
 * and "}" ends it. */
void rc_sql_element(struct rc_sql *s, struct rc_span element);
/* rc_sql_end: end the text, so that it can be used as a C string.  RC_OSERR: there was no
 * memory for it, or for some part. */
int rc_sql_end(struct rc_sql *s);

#endif
