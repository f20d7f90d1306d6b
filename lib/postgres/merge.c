#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/merge.h"
#include "postgres/row.h"

#define PUT_BYTES ((size_t)64 << 10) /* handed to libpq at once */

int
rc_merge_open(struct rc_merge *m, struct rc_pg *pg, const struct rc_table *t,
    const struct rc_dataset *d, enum rc_merge_conflict conflict)
{
	m->pg = pg;
	m->table = t;
	return rc_merge_sql_make(&m->sql, t, d, conflict);
}

void
rc_merge_close(struct rc_merge *m)
{
	rc_merge_sql_free(&m->sql);
}

/* put_rows: those that are to be loaded, each run of neighbours at once. */
static int
put_rows(struct rc_pg *pg, const struct rc_batch *b)
{
	size_t i = 0, start, n;

	while (i < b->count) {
		if (b->list[i].state != RC_BATCH_LOAD) {
			i++;
			continue;
		}
		start = b->list[i].row;
		for (n = 0; i < b->count && b->list[i].state == RC_BATCH_LOAD && n < PUT_BYTES; i++)
			n += b->list[i].row_n;
		if (rc_pg_put(pg, b->rows.data + start, n) != 0)
			return -1;
	}
	return 0;
}

/* copy: the rows into the batch's table, which is there. */
static int
copy(struct rc_merge *m, const struct rc_batch *b)
{
	struct rc_buf edge = { 0 };
	int status, bad = 1;
	PGresult *r;

	if ((status = rc_pg_exec(m->pg, "batch table", NULL, m->sql.copy.data, 0, NULL)) != 0)
		return status;
	if ((status = rc_row_header(&edge)) == 0 && (status = rc_row_trailer(&edge)) == 0) {
		size_t header = edge.len - 2;

		bad = rc_pg_put(m->pg, edge.data, header) != 0 || put_rows(m->pg, b) != 0 ||
		    rc_pg_put(m->pg, edge.data + header, 2) != 0;
	}
	rc_buf_free(&edge);
	r = rc_pg_put_end(m->pg, bad);
	if (status == 0 && !rc_pg_ok(r))
		status = rc_pg_note(m->pg, "batch table", r);
	PQclear(r);
	return status;
}

int
rc_merge_copy(struct rc_merge *m, const struct rc_batch *b)
{
	const char *create = rc_pg_is_direct(m->pg) ? m->sql.create_kept.data : m->sql.create.data;
	int status = rc_pg_exec(m->pg, "batch table", NULL, create, 0, NULL);

	return status != 0 ? status : copy(m, b);
}

/* run: a statement; the rows it concerned, or that it counts. */
static int
run(struct rc_merge *m, const char *sql, uint64_t *rows)
{
	PGresult *r;
	int status = rc_pg_exec(m->pg, m->table->name.data, &r, sql, 0, NULL);

	if (status != 0)
		return status;
	*rows = strtoull(PQnfields(r) > 0 ? PQgetvalue(r, 0, 0) : PQcmdTuples(r), NULL, 10);
	PQclear(r);
	return 0;
}

/* warn_hidden: tombstones without a row are nothing to speak of, unless the row may be there. */
static void
warn_hidden(struct rc_merge *m, uint64_t tombstones, uint64_t deleted)
{
	if (!m->table->hides || deleted >= tombstones || m->warned)
		return;
	m->warned = 1;
	rc_log_notice("table %s: warning: row-level security hides rows from this role: %" PRIu64
		      " tombstones found no row to delete",
	    m->table->name.data, tombstones - deleted);
}

int
rc_merge_batch(struct rc_merge *m, const struct rc_batch *b, struct rc_merge_counts *counts)
{
	uint64_t rows = 0, locked = 0, wanted = 0, deleted = 0, all = 0, superseded = 0,
		 tombstones = 0;
	int status = 0;

	for (size_t i = 0; i < b->count; i++) {
		all += b->list[i].state == RC_BATCH_LOAD && !b->list[i].tombstone;
		tombstones += b->list[i].state == RC_BATCH_LOAD && b->list[i].tombstone;
		superseded += b->list[i].state == RC_BATCH_SUPERSEDED;
	}
	if (all + tombstones > 0)
		status = rc_merge_copy(m, b);
	if (status == 0 && tombstones > 0 && all == 0)
		status = run(m, m->sql.lock.data, &locked);
	if (status == 0 && all > 0 && m->table->chooses)
		status = run(m, m->sql.count.data, &wanted);
	if (status == 0 && all > 0)
		status = run(m, tombstones > 0 ? m->sql.mixed.data : m->sql.merge.data, &rows);
	if (status == 0 && tombstones > 0 && (status = run(m, m->sql.erase.data, &deleted)) == 0)
		warn_hidden(m, tombstones, deleted);
	wanted = wanted > rows ? wanted - rows : 0;
	*counts = (struct rc_merge_counts){ .changed = rows + deleted,
		.unchanged = all - rows - wanted,
		.suppressed = wanted,
		.superseded = superseded };
	return status;
}
