/* copy.h - the rows of a batch that are to be loaded, by COPY, in the order of their keys.
 *
 * Tested by tests/rc-load-tables.t. */
#ifndef RC_COPY_H
#define RC_COPY_H

#include "postgres/batch.h"
#include "postgres/pg.h"

enum rc_copy_form {
	RC_COPY_NUMBERED, /* for the table of a batch (merge_sql.h) */
	RC_COPY_PLAIN     /* the dataset's columns alone */
};

/* rc_copy: run sql, which ends in COPY ... FROM STDIN (FORMAT binary), and send the rows.  *r is
 * set as rc_pg_try() does.  RC_OSERR: no memory. */
int rc_copy(struct rc_pg *pg, const char *sql, const struct rc_batch *b, enum rc_copy_form form,
    PGresult **r);

#endif
