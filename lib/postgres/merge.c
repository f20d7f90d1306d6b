#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/merge.h"
#include "postgres/row.h"
#include "postgres/sqlstate.h"

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

/* keep_failure: a failed result for the caller to look at, or a lost connection. */
static int
keep_failure(struct rc_merge *m, PGresult *r, PGresult **failure)
{
	int status;

	if (rc_pg_is_state(r, "") && !rc_pg_lost(m->pg)) {
		*failure = r;
		return rc_sqlstate_status(r);
	}
	status = rc_pg_note(m->pg, m->table->name.data, r);
	PQclear(r);
	return status;
}

/* put_rows: those from low to high that are to be loaded, each run of neighbours at once. */
static int
put_rows(struct rc_pg *pg, const struct rc_batch *b, size_t low, size_t high)
{
	size_t i = low, start, n;

	while (i < high) {
		if (b->list[i].state != RC_BATCH_LOAD) {
			i++;
			continue;
		}
		start = b->list[i].row;
		for (n = 0; i < high && b->list[i].state == RC_BATCH_LOAD && n < PUT_BYTES; i++)
			n += b->list[i].row_n;
		if (rc_pg_put(pg, b->rows.data + start, n) != 0)
			return -1;
	}
	return 0;
}

/* copy: the rows from low to high into the batch's table. */
static int
copy(struct rc_merge *m, const struct rc_batch *b, size_t low, size_t high, PGresult **failure)
{
	struct rc_buf edge = { 0 };
	PGresult *r;
	int status, bad = 1;

	r = rc_pg_try(m->pg, m->sql.copy.data, 0, NULL);
	if (!rc_pg_ok(r))
		return keep_failure(m, r, failure);
	PQclear(r);
	if ((status = rc_row_header(&edge)) == 0 && (status = rc_row_trailer(&edge)) == 0) {
		size_t header = edge.len - 2;

		bad = rc_pg_put(m->pg, edge.data, header) != 0 ||
		    put_rows(m->pg, b, low, high) != 0 ||
		    rc_pg_put(m->pg, edge.data + header, 2) != 0;
	}
	rc_buf_free(&edge);
	r = rc_pg_put_end(m->pg, bad);
	if (status == 0 && !rc_pg_ok(r))
		return keep_failure(m, r, failure);
	PQclear(r);
	return status;
}

/* run: a statement whose failure the caller looks at; the rows it concerned. */
static int
run(struct rc_merge *m, const char *sql, uint64_t *rows, PGresult **failure)
{
	PGresult *r = rc_pg_try(m->pg, sql, 0, NULL);

	if (!rc_pg_ok(r))
		return keep_failure(m, r, failure);
	*rows = strtoull(PQcmdTuples(r), NULL, 10);
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

/* merge: the rows from low to high. */
static int
merge(struct rc_merge *m, const struct rc_batch *b, size_t low, size_t high,
    struct rc_merge_counts *counts, PGresult **failure)
{
	uint64_t rows = 0, deleted = 0, all = 0, superseded = 0, tombstones = 0;
	int status = 0;

	for (size_t i = low; i < high; i++) {
		all += b->list[i].state == RC_BATCH_LOAD && !b->list[i].tombstone;
		tombstones += b->list[i].state == RC_BATCH_LOAD && b->list[i].tombstone;
		superseded += b->list[i].state == RC_BATCH_SUPERSEDED;
	}
	if (all + tombstones > 0)
		status = copy(m, b, low, high, failure);
	if (status == 0 && all > 0)
		status = run(m, m->sql.merge.data, &rows, failure);
	if (status == 0 && tombstones > 0 &&
	    (status = run(m, m->sql.erase.data, &deleted, failure)) == 0)
		warn_hidden(m, tombstones, deleted);
	*counts = (struct rc_merge_counts){ rows + deleted, all - rows, superseded };
	return status;
}

/* prepare: what the transaction has, in which each statement is refused for what it does, and not
 * the COMMIT, which blames no row. */
static int
prepare(struct rc_merge *m)
{
	int status =
	    rc_pg_exec(m->pg, "SET CONSTRAINTS", NULL, "SET CONSTRAINTS ALL IMMEDIATE", 0, NULL);

	return status != 0 ? status
			   : rc_pg_exec(m->pg, "batch table", NULL, m->sql.create.data, 0, NULL);
}

int
rc_merge_batch(struct rc_merge *m, const struct rc_batch *b, struct rc_merge_counts *counts)
{
	PGresult *failure = NULL;
	int status;

	if ((status = prepare(m)) != 0)
		return status;
	status = merge(m, b, 0, b->count, counts, &failure);
	if (failure != NULL)
		status = rc_pg_note(m->pg, m->table->name.data, failure);
	PQclear(failure);
	return status;
}

/* The search for bad rows. */
struct search {
	struct rc_merge *merge;
	const struct rc_batch *batch;
	int only_first;
	int together; /* what was found last is rows that are refused together */
	struct rc_merge_bad *bad;
	size_t count;
};

static char *
copy_text(const char *text)
{
	size_t n = text != NULL ? strlen(text) + 1 : 0;
	char *copied = n > 0 ? malloc(n) : NULL;

	return copied != NULL ? memcpy(copied, text, n) : NULL;
}

/* blame: the rows from low to high, for the reason in the result. */
static int
blame(struct search *s, size_t low, size_t high, const PGresult *r)
{
	const char *detail = PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL);
	struct rc_buf reason = { 0 };
	struct rc_merge_bad *bad;
	int status;

	if ((bad = realloc(s->bad, (s->count + 1) * sizeof(*bad))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	s->bad = bad;
	status = rc_buf_printf(&reason, "PostgreSQL refuses %s: %s%s%s",
	    high - low == 1 ? "it" : "these together, but none of them alone",
	    PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY), detail != NULL ? ": " : "",
	    detail != NULL ? detail : "");
	if (status == 0 && rc_buf_text(&reason) == NULL)
		status = RC_OSERR;
	if (status != 0) {
		rc_buf_free(&reason);
		return status;
	}
	s->bad[s->count++] = (struct rc_merge_bad){ .index = low,
		.last = high - 1,
		.conflict = rc_pg_is_state(r, "23505"),
		.field = copy_text(PQresultErrorField(r, PG_DIAG_COLUMN_NAME)),
		.reason = reason.data };
	s->together = high - low > 1;
	return 0;
}

static int search(struct search *s, size_t low, size_t high);

/* halve: the rows from low to high were refused: search each half. */
static int
halve(struct search *s, size_t low, size_t high, const PGresult *failure)
{
	size_t before = s->count, middle = low + (high - low) / 2;
	int status;

	if (high - low == 1)
		return blame(s, low, high, failure);
	if ((status = search(s, low, middle)) == 0 && (status = search(s, middle, high)) == 0 &&
	    s->count == before)
		status = blame(s, low, high, failure);
	return status;
}

/* search: the rows from low to high.  Those before are merged already, so that
 * what is refused for what another row of the batch holds is found, too. */
static int
search(struct search *s, size_t low, size_t high)
{
	struct rc_merge *m = s->merge;
	struct rc_merge_counts counts;
	PGresult *failure = NULL;
	int status;

	if (s->together || (s->only_first && s->count > 0))
		return 0;
	if ((status = rc_pg_exec(m->pg, "SAVEPOINT", NULL, "SAVEPOINT half", 0, NULL)) != 0)
		return status;
	status = merge(m, s->batch, low, high, &counts, &failure);
	if (status == 0) {
		/* The next part's COPY must not find this one's rows. */
		status = rc_pg_exec(m->pg, "batch table", NULL, m->sql.clear.data, 0, NULL);
		return status != 0 ? status
				   : rc_pg_exec(m->pg, "SAVEPOINT", NULL, "RELEASE half", 0, NULL);
	}
	if (failure == NULL)
		return status;
	if (status != RC_DATA)
		rc_pg_note(m->pg, m->table->name.data, failure);
	else if ((status = rc_pg_exec(
		      m->pg, "SAVEPOINT", NULL, "ROLLBACK TO half; RELEASE half", 0, NULL)) == 0)
		status = halve(s, low, high, failure);
	PQclear(failure);
	return status;
}

int
rc_merge_find_bad(struct rc_merge *m, const struct rc_batch *b, int only_first,
    struct rc_merge_bad **bad, size_t *count)
{
	struct search s = { .merge = m, .batch = b, .only_first = only_first };
	int status;

	if ((status = rc_pg_exec(m->pg, "SAVEPOINT", NULL, "SAVEPOINT whole", 0, NULL)) == 0 &&
	    (status = prepare(m)) == 0 && (status = search(&s, 0, b->count)) == 0)
		status = rc_pg_exec(m->pg, "SAVEPOINT", NULL, "ROLLBACK TO whole", 0, NULL);
	*bad = s.bad;
	*count = s.count;
	if (status == 0 && s.count == 0) {
		rc_log_error("table %s: a batch was refused, and then it was not: run it again",
		    m->table->name.data);
		status = RC_TEMPFAIL;
	}
	return status;
}

void
rc_merge_free_bad(struct rc_merge_bad *bad, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(bad[i].field);
		free(bad[i].reason);
	}
	free(bad);
}
