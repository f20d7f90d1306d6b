/* table.h - the table that is loaded, and the statements that merge a batch.
 *
 * Tested by tests/rc-load.t. */
#ifndef RC_TABLE_H
#define RC_TABLE_H

#include "base/out.h"
#include "dataset/dataset.h"
#include "postgres/pg.h"

enum rc_table_conflict { RC_TABLE_UPDATE, RC_TABLE_SKIP, RC_TABLE_FAIL };

struct rc_table {            /* start as { 0 }; for reading only */
	struct rc_buf name;  /* quoted, NUL-terminated */
	struct rc_buf copy;  /* COPY into the session's batch table, NUL-terminated */
	struct rc_buf merge; /* INSERT from there, as the conflict mode says */
	struct rc_buf erase; /* DELETE the rows whose keys are in $1, a text[] */
};

/* rc_table_quote: append name as SQL has it, "schema"."table" where it has a point, the first
 * of which parts them, and a NUL that is not counted.  RC_IO: no memory. */
int rc_table_quote(struct rc_buf *out, const char *name);
/* rc_table_ddl: append the statement that makes the table, whose columns are texts and whose
 * primary key is the key, and a NUL as above.  RC_IO: no memory. */
int rc_table_ddl(struct rc_buf *out, const char *name, const struct rc_dataset *d);
/* rc_table_print_ddl: print that statement, as a line.  RC_IO; RC_PIPE. */
int rc_table_print_ddl(const char *name, const struct rc_dataset *d, struct rc_out *out);
/* rc_table_open: find the table called name (SCHEMA.TABLE or TABLE), make it
 * where create says so and it is not there, check that it has d's columns and
 * is unique by its key, and make the session's batch table.
 * RC_CONFIG: it is not there or does not fit; else as rc_pg_exec(). */
int rc_table_open(struct rc_table *t, PGconn *conn, const struct rc_dataset *d, const char *name,
    enum rc_table_conflict conflict, int create);
/* rc_table_free: release what t owns. */
void rc_table_free(struct rc_table *t);

#endif
