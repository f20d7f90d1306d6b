#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/search.h"
#include "postgres/sqlstate.h"

struct walk {
	struct rc_search *s;
	struct rc_buf sql;
	size_t *rows;    /* indices in the batch of those that are tried, in order */
	size_t *waiting; /* of those that refer to what is not there yet */
	size_t waits;
	int begun, failed; /* the savepoint is set; what was done since was refused */
	int listed;        /* rows are not all that lie between the first and the last */
	int last;          /* nothing is waited for any more */
	int ended;
};

/* add_rows: a condition for them. */
static int
add_rows(struct walk *w, const size_t *rows, size_t count)
{
	int status;

	if (!w->listed)
		return rc_buf_printf(&w->sql, "n BETWEEN %zu AND %zu", rows[0], rows[count - 1]);
	status = rc_buf_adds(&w->sql, "n IN (");
	for (size_t i = 0; i < count && status == 0; i++)
		status = rc_buf_printf(&w->sql, i == 0 ? "%zu" : ",%zu", rows[i]);
	return status != 0 ? status : rc_buf_addc(&w->sql, ')');
}

static int
add_part(struct walk *w, const struct rc_merge_part *part, const size_t *rows, size_t count)
{
	int status = rc_buf_adds(&w->sql, part->head.data);

	if (status == 0)
		status = add_rows(w, rows, count);
	return status != 0 ? status : rc_buf_adds(&w->sql, part->tail.data);
}

/* try: to merge the rows, on top of those that were.  *r: what the server says. */
static int
try(struct walk *w, const size_t *rows, size_t count, PGresult **r)
{
	const struct rc_batch *b = w->s->batch;
	const struct rc_merge_sql *sql = &w->s->merge->sql;
	size_t tombstones = 0;
	int status;

	for (size_t i = 0; i < count; i++)
		tombstones += b->list[rows[i]].tombstone != 0;
	w->sql.len = 0;
	status = rc_buf_adds(&w->sql,
	    w->failed      ? "ROLLBACK TO part"
		: w->begun ? "RELEASE part; SAVEPOINT part"
			   : "SAVEPOINT part");
	if (status == 0 && tombstones < count)
		status = add_part(w, &sql->merge_part, rows, count);
	if (status == 0 && tombstones > 0)
		status = add_part(w, &sql->erase_part, rows, count);
	if (status == 0 && rc_buf_text(&w->sql) == NULL)
		status = RC_OSERR;
	if (status != 0)
		return status;
	*r = rc_pg_try(w->s->merge->pg, w->sql.data, 0, NULL);
	w->begun = 1;
	w->failed = !rc_pg_ok(*r);
	return 0;
}

/* blame: the rows from first to last, for the reason in the result. */
static int
blame(struct walk *w, size_t first, size_t last, const PGresult *r)
{
	const char *detail = PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL);
	struct rc_buf reason = { 0 };
	int status;

	status = rc_buf_printf(&reason, "PostgreSQL refuses %s: %s%s%s",
	    first == last ? "it" : "these together, but none of them alone",
	    PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY), detail != NULL ? ": " : "",
	    detail != NULL ? detail : "");
	if (status == 0 && rc_buf_text(&reason) == NULL)
		status = RC_OSERR;
	if (status == 0) {
		const struct rc_search_bad bad = { .index = first,
			.last = last,
			.conflict = rc_sqlstate_is(r, "23505"),
			.field = PQresultErrorField(r, PG_DIAG_COLUMN_NAME),
			.reason = reason.data };

		w->s->count++;
		w->s->stopped = w->s->found(w->s->arg, &bad);
		w->ended = w->s->stopped != 0 || first != last;
	}
	rc_buf_free(&reason);
	return status;
}

static int search(struct walk *w, const size_t *rows, size_t count);

/* halve: the rows were refused: search each half. */
static int
halve(struct walk *w, const size_t *rows, size_t count, const PGresult *failure)
{
	size_t before = w->s->count + w->waits, half = count / 2;
	int status;

	if (count == 1 && !w->last && rc_sqlstate_is(failure, "23503")) {
		w->waiting[w->waits++] = rows[0];
		return 0;
	}
	if (count == 1)
		return blame(w, rows[0], rows[0], failure);
	if ((status = search(w, rows, half)) == 0 &&
	    (status = search(w, rows + half, count - half)) == 0 && !w->ended &&
	    w->s->count + w->waits == before)
		status = blame(w, rows[0], rows[count - 1], failure);
	return status;
}

static int
search(struct walk *w, const size_t *rows, size_t count)
{
	struct rc_merge *m = w->s->merge;
	PGresult *r;
	int status;

	if (w->ended || count == 0)
		return 0;
	if ((status = try(w, rows, count, &r)) != 0)
		return status;
	if (w->failed && (status = rc_sqlstate_status(r)) == RC_DATA)
		status = halve(w, rows, count, r);
	else if (w->failed)
		status = rc_pg_note(m->pg, m->table->name.data, r);
	PQclear(r);
	return status;
}

/* rounds: all rows, and those that wait for others until none of them comes to be there. */
static int
rounds(struct walk *w, size_t count)
{
	int status = search(w, w->rows, count);

	w->listed = 1;
	while (status == 0 && w->waits > 0 && !w->ended) {
		size_t waited = w->waits, *list = w->rows;

		w->rows = w->waiting;
		w->waiting = list;
		w->waits = 0;
		status = search(w, w->rows, waited);
		w->last = w->waits == waited;
	}
	return status;
}

/* walk: in a batch table that has the rows. */
static int
walk(struct walk *w)
{
	const struct rc_batch *b = w->s->batch;
	size_t *rows = calloc(b->count, sizeof(*rows)), *waiting = calloc(b->count, sizeof(*rows));
	size_t count = 0;
	int status = 0;

	if (rows == NULL || waiting == NULL) {
		rc_log_errno("no memory");
		status = RC_OSERR;
	}
	for (size_t i = 0; i < b->count && status == 0; i++)
		if (b->list[i].state == RC_BATCH_LOAD)
			rows[count++] = i;
	w->rows = rows;
	w->waiting = waiting;
	if (status == 0)
		status = rounds(w, count);
	free(rows);
	free(waiting);
	rc_buf_free(&w->sql);
	return status;
}

int
rc_search(struct rc_search *s)
{
	struct walk w = { .s = s };
	struct rc_merge *m = s->merge;
	int status;

	s->count = 0;
	s->stopped = 0;
	if ((status = rc_merge_copy(m, s->batch)) == 0)
		status = rc_pg_exec(m->pg, "batch table", NULL, m->sql.index.data, 0, NULL);
	return status != 0 ? status : walk(&w);
}
