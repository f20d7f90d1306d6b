/* row.h - a record as a row for PostgreSQL's COPY. */
#ifndef RC_ROW_H
#define RC_ROW_H

#include "dataset/dataset.h"
#include "json/json.h"

struct rc_row_maker; /* opaque */

/* rc_row_open: make rows with d's columns; d is borrowed.  RC_OSERR: no memory. */
int rc_row_open(struct rc_row_maker **mp, const struct rc_dataset *d);
/* rc_row_put: append the row that json gives, in COPY's binary format, for the table of a
 * batch (merge_sql.h), all columns being texts: texts and null as they are, numbers and truth
 * values as their JSON.  number is the row's place in the batch.  *key is set to where in out
 * the key's text is.  A member that is no column is left out, and named once; a column that
 * the record lacks makes it no row (whole.h).
 * RC_DATA: the record is no row, *field and *reason say why, out is as it was
 * and nothing was printed; RC_OSERR: no memory. */
int rc_row_put(struct rc_row_maker *m, const struct rc_json *json, size_t number,
    struct rc_buf *out, struct rc_span *key, const char **field, const char **reason);
/* rc_row_put_tombstone: the same of a tombstone for key, which has no NUL in it.  RC_OSERR: no
 * memory. */
int rc_row_put_tombstone(struct rc_row_maker *m, struct rc_span key, size_t number,
    struct rc_buf *out, struct rc_span *put);
/* rc_row_plain: append a row that one of these made, without its number and whether it is a
 * tombstone. RC_OSERR: no memory. */
int rc_row_plain(struct rc_buf *out, struct rc_span row);
/* rc_row_header, rc_row_trailer: append what goes before and behind the rows. */
int rc_row_header(struct rc_buf *out);
int rc_row_trailer(struct rc_buf *out);
/* rc_row_close: NULL is fine. */
void rc_row_close(struct rc_row_maker *m);

#endif
