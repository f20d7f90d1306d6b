/* table.h - the table that is loaded: what it is, and whether it can be loaded.
 *
 * Tested by tests/rc-load-tables.t. */
#ifndef RC_TABLE_H
#define RC_TABLE_H

#include "base/out.h"
#include "dataset/dataset.h"
#include "postgres/pg.h"

struct rc_table_column {
	char *type;      /* that a domain is made of, too, without a length, as SQL has it:
			  * "character varying" */
	char *rounded;   /* the same with the precision to which it rounds: "numeric(5,2)" */
	char *collation; /* of a text whose equality is not that of its bytes, as SQL has it;
			  * NULL: that of its bytes */
	char *length;    /* of a varchar that has one, in characters; else NULL */
	int is_text;     /* equal values have equal bytes, and no cast is needed */
};

struct rc_table {                        /* start as { 0 }; for reading only */
	struct rc_buf name;              /* quoted, NUL-terminated */
	struct rc_table_column *columns; /* of the dataset, in its order */
	size_t count, key;               /* key: the index of its column */
	int hides;                       /* row-level security may hide rows from this role */
	int chooses;                     /* a trigger or rule may keep rows out */
};

/* rc_table_quote: append name as SQL has it, "schema"."table" where it has a point, the first
 * of which parts them, and a NUL that is not counted.  RC_OSERR: no memory. */
int rc_table_quote(struct rc_buf *out, const char *name);
/* rc_table_ddl: append the statement that makes the table, whose columns are texts and whose
 * primary key is the key, and a NUL as above.  RC_OSERR: no memory. */
int rc_table_ddl(struct rc_buf *out, const char *name, const struct rc_dataset *d);
/* rc_table_print_ddl: print that statement, as a line.  RC_IO; RC_PIPE. */
int rc_table_print_ddl(const char *name, const struct rc_dataset *d, struct rc_out *out);
/* rc_table_open: find the table called name (SCHEMA.TABLE or TABLE), make it where create says
 * so and it is not there, and check that it is one that can be loaded, has d's columns and is
 * unique by its key.  RC_CONFIG: it is not there or does not fit; else as rc_pg_exec(). */
int rc_table_open(
    struct rc_table *t, struct rc_pg *pg, const struct rc_dataset *d, const char *name, int create);
/* rc_table_look: the same of a table that is there, in the open transaction, whose name SQL reads
 * as it is.  What is noted (rc_pg_note()) is not reported. */
int rc_table_look(
    struct rc_table *t, struct rc_pg *pg, const struct rc_dataset *d, const char *name);
/* rc_table_free: release what t owns. */
void rc_table_free(struct rc_table *t);

#endif
