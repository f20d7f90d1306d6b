#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/copy.h"
#include "postgres/merge.h"

int
rc_merge_open(struct rc_merge *m, struct rc_pg *pg, const struct rc_table *t,
    const struct rc_dataset *d, enum rc_merge_conflict conflict)
{
	int status;

	m->pg = pg;
	m->table = t;
	if ((status = rc_straight_open(&m->straight, t, d)) != 0)
		return status;
	return rc_merge_sql_make(&m->sql, t, d, conflict);
}

void
rc_merge_close(struct rc_merge *m)
{
	rc_merge_sql_free(&m->sql);
	rc_straight_free(&m->straight);
}

int
rc_merge_copy(struct rc_merge *m, const struct rc_batch *b)
{
	const char *create = rc_pg_is_direct(m->pg) ? m->sql.create_kept.data : m->sql.create.data;
	int status = rc_pg_exec(m->pg, "batch table", NULL, create, 0, NULL);
	PGresult *r;

	if (status != 0)
		return status;
	status = rc_copy(m->pg, m->sql.copy.data, b, RC_COPY_NUMBERED, &r);
	if (status == 0 && !rc_pg_ok(r))
		status = rc_pg_note(m->pg, "batch table", r);
	PQclear(r);
	return status;
}

/* run: a statement; the rows it concerned, or that it counts. */
static int
run(struct rc_merge *m, const char *sql, uint64_t *rows)
{
	PGresult *r;
	int status = rc_pg_exec(m->pg, m->table->name.data, &r, sql, 0, NULL);

	if (status != 0)
		return status;
	*rows = rc_pg_rows(r);
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

/* tally: what the batch has. */
struct tally {
	uint64_t rows, tombstones, superseded;
};

static struct tally
tally(const struct rc_batch *b)
{
	struct tally n = { 0 };

	for (size_t i = 0; i < b->count; i++) {
		n.rows += b->list[i].state == RC_BATCH_LOAD && !b->list[i].tombstone;
		n.tombstones += b->list[i].state == RC_BATCH_LOAD && b->list[i].tombstone;
		n.superseded += b->list[i].state == RC_BATCH_SUPERSEDED;
	}
	return n;
}

/* merge: the rows of the batch's table; *wanted: how many are to be written, where the table may
 * not let them. */
static int
merge(struct rc_merge *m, const struct tally *n, uint64_t *written, uint64_t *wanted)
{
	const char *sql = n->tombstones > 0        ? m->sql.mixed.data
	    : m->changing && m->sql.direct.len > 0 ? m->sql.direct.data
						   : m->sql.merge.data;
	int status = 0;

	if (m->table->chooses)
		status = run(m, m->sql.count.data, wanted);
	if (status == 0)
		status = run(m, sql, written);
	m->changing = status == 0 && *written > n->rows / 2;
	return status;
}

/* erase: the rows whose keys have tombstones, which merge() has locked, if it was called. */
static int
erase(struct rc_merge *m, const struct tally *n, uint64_t *deleted)
{
	uint64_t locked;
	int status = 0;

	if (n->rows == 0)
		status = run(m, m->sql.lock.data, &locked);
	if (status == 0 && (status = run(m, m->sql.erase.data, deleted)) == 0)
		warn_hidden(m, n->tombstones, *deleted);
	return status;
}

/* leave_out: what is older than what was loaded. */
static int
leave_out(struct rc_merge *m, const struct rc_batch *b, struct tally *n)
{
	struct rc_times_late late;
	int status = rc_times_choose(m->times, m->pg, b, m->partitions, &late);

	if (status != 0)
		return status;
	n->rows -= late.rows;
	n->tombstones -= late.tombstones;
	n->superseded += late.rows + late.tombstones;
	return 0;
}

int
rc_merge_batch(struct rc_merge *m, const struct rc_batch *b, struct rc_merge_counts *counts)
{
	struct tally n = tally(b);
	uint64_t written = 0, wanted = 0, deleted = 0;
	int status = 0, done = n.rows + n.tombstones == 0;

	if (n.rows > 0 && n.tombstones == 0 && m->times == NULL)
		status =
		    rc_straight_load(&m->straight, m->pg, m->table->name.data, b, &done, &written);
	if (status == 0 && !done)
		status = rc_merge_copy(m, b);
	if (status == 0 && !done && m->times != NULL)
		status = leave_out(m, b, &n);
	if (status == 0 && !done && n.rows > 0)
		status = merge(m, &n, &written, &wanted);
	if (status == 0 && n.tombstones > 0)
		status = erase(m, &n, &deleted);
	wanted = wanted > written ? wanted - written : 0;
	*counts = (struct rc_merge_counts){ .changed = written + deleted,
		.unchanged = n.rows - written - wanted,
		.suppressed = wanted,
		.superseded = n.superseded };
	return status;
}
