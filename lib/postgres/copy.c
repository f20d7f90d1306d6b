#include "postgres/copy.h"
#include "base/status.h"
#include "postgres/row.h"

#define PUT_BYTES ((size_t)64 << 10) /* handed to libpq at once */

/* send_chunk: what is in it, which is empty then. */
static int
send_chunk(struct rc_pg *pg, struct rc_buf *chunk)
{
	int bad = rc_pg_put(pg, chunk->data, chunk->len);

	chunk->len = 0;
	return bad;
}

/* put_rows: with what goes before and behind them.  1: no memory; -1: as rc_pg_put(). */
static int
put_rows(struct rc_pg *pg, const struct rc_batch *b, enum rc_copy_form form, struct rc_buf *chunk)
{
	if (rc_row_header(chunk) != 0)
		return 1;
	for (size_t i = 0; i < b->loads; i++) {
		const struct rc_batch_row *row = &b->list[b->order[i].index];
		struct rc_span bytes = { b->rows.data + row->row, row->row_n };

		if ((form == RC_COPY_PLAIN ? rc_row_plain(chunk, bytes)
					   : rc_buf_add(chunk, bytes.p, bytes.n)) != 0)
			return 1;
		if (chunk->len >= PUT_BYTES && send_chunk(pg, chunk) != 0)
			return -1;
	}
	return rc_row_trailer(chunk) != 0 ? 1 : send_chunk(pg, chunk);
}

int
rc_copy(struct rc_pg *pg, const char *sql, const struct rc_batch *b, enum rc_copy_form form,
    PGresult **r)
{
	struct rc_buf chunk = { 0 };
	int bad;

	*r = rc_pg_try(pg, sql, 0, NULL);
	if (!rc_pg_ok(*r))
		return 0;
	PQclear(*r);
	bad = put_rows(pg, b, form, &chunk);
	rc_buf_free(&chunk);
	*r = rc_pg_put_end(pg, bad != 0);
	return bad == 1 ? RC_OSERR : 0;
}
