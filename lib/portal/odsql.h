/* odsql.h - pieces of ODSQL, the query language of the Explore API v2.1, and of
 * the addresses they go into. */
#ifndef RC_ODSQL_H
#define RC_ODSQL_H

#include "base/buf.h"

/* rc_odsql_field: append a field's name: as it is where it is a plain word, else
 * in back-quotes.  RC_CONFIG: it has a back-quote itself; RC_OSERR: no memory. */
int rc_odsql_field(struct rc_buf *out, const char *name);
/* rc_odsql_is_date: whether text looks like a date, or a date with a time, so that
 * rc_odsql_date() may be used with it. */
int rc_odsql_is_date(struct rc_span text);
/* rc_odsql_date: append date'text', which is ISO 8601.  RC_OSERR: no memory. */
int rc_odsql_date(struct rc_buf *out, struct rc_span text);
/* rc_odsql_encode: append text percent-encoded, for any part of an address (RFC
 * 3986, section 2.1).  RC_OSERR: no memory. */
int rc_odsql_encode(struct rc_buf *out, struct rc_span text);

#endif
