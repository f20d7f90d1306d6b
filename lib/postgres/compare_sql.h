/* compare_sql.h - the statements that say what differs between a table and rows in a temporary one.
 *
 * Tested by tests/rc-load-compare.t. */
#ifndef RC_COMPARE_SQL_H
#define RC_COMPARE_SQL_H

#include "postgres/table.h"

#define RC_COMPARE_STAGING "pg_temp.rc_load_compare" /* the rows */
#define RC_COMPARE_ASIDE   "pg_temp.rc_load_aside"   /* keys that are none of theirs, as texts */

/* rc_compare_sql_lines: append a COPY ... TO STDOUT of a row for each difference: a letter (m, c,
 * e) and its line, as rc-load(1) describes it; with mend, behind a tab, the message that mends it.
 * whole: also of rows that the table alone has.  RC_OSERR: no memory. */
int rc_compare_sql_lines(
    struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d, int whole, int mend);
/* rc_compare_sql_extra: append what counts the rows that the table alone has, and all of it. */
int rc_compare_sql_extra(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d);

#endif
