#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/merge.h"
#include "postgres/row.h"

/* keep_failure: a failed result for the caller to look at, or a lost connection. */
static int
keep_failure(PGconn *conn, PGresult *r, PGresult **failure)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	int status;

	if (state == NULL || PQstatus(conn) != CONNECTION_OK) {
		status = rc_pg_failed(conn, "PostgreSQL", r);
		PQclear(r);
		return status;
	}
	*failure = r;
	return rc_pg_status(state);
}

/* wanted: whether a row is one to COPY. */
static int
wanted(const struct rc_batch_row *row)
{
	return row->state == RC_BATCH_LOAD && !row->tombstone;
}

/* put_rows: those from low to high, each run of neighbours at once. */
static int
put_rows(PGconn *conn, const struct rc_batch *b, size_t low, size_t high)
{
	size_t i = low, start, n;

	while (i < high) {
		if (!wanted(&b->list[i])) {
			i++;
			continue;
		}
		start = b->list[i].row;
		for (n = 0; i < high && wanted(&b->list[i]) && n < ((size_t)1 << 20); i++)
			n += b->list[i].row_n;
		if (PQputCopyData(conn, b->rows.data + start, (int)n) != 1)
			return -1;
	}
	return 0;
}

/* copy: the rows from low to high into the session's batch table. */
static int
copy(PGconn *conn, const struct rc_table *t, const struct rc_batch *b, size_t low, size_t high,
    PGresult **failure)
{
	struct rc_buf edge = { 0 };
	PGresult *r, *more;
	int status, bad;

	r = rc_pg_try(conn, t->copy.data, 0, NULL);
	if (!rc_pg_ok(r))
		return keep_failure(conn, r, failure);
	PQclear(r);
	if ((status = rc_row_header(&edge)) == 0 && (status = rc_row_trailer(&edge)) == 0) {
		int header = (int)edge.len - 2;

		bad = PQputCopyData(conn, edge.data, header) != 1 ||
		    put_rows(conn, b, low, high) == -1 ||
		    PQputCopyData(conn, edge.data + header, 2) != 1;
		/* Whether this works, too, shows in the result, with the reason. */
		PQputCopyEnd(conn, bad ? "cut off" : NULL);
	}
	rc_buf_free(&edge);
	r = PQgetResult(conn);
	while ((more = PQgetResult(conn)) != NULL)
		PQclear(more);
	if (status == 0 && !rc_pg_ok(r))
		return keep_failure(conn, r, failure);
	PQclear(r);
	return status;
}

/* run: a statement whose failure the caller looks at; the rows it concerned. */
static int
run(PGconn *conn, const char *sql, int n, const char *const *params, uint64_t *rows,
    PGresult **failure)
{
	PGresult *r = rc_pg_try(conn, sql, n, params);

	if (!rc_pg_ok(r))
		return keep_failure(conn, r, failure);
	*rows = strtoull(PQcmdTuples(r), NULL, 10);
	PQclear(r);
	return 0;
}

/* put_key: one more element of an array literal. */
static int
put_key(struct rc_buf *out, const char *key, size_t n)
{
	int status = rc_buf_adds(out, out->len == 1 ? "\"" : ",\"");

	for (size_t i = 0; i < n && status == 0; i++) {
		if (key[i] == '"' || key[i] == '\\')
			status = rc_buf_addc(out, '\\');
		status = rc_status_first(status, rc_buf_addc(out, key[i]));
	}
	return rc_status_first(status, rc_buf_addc(out, '"'));
}

/* erase: the rows whose keys have tombstones from low to high. */
static int
erase(PGconn *conn, const struct rc_table *t, const struct rc_batch *b, size_t low, size_t high,
    uint64_t *rows, PGresult **failure)
{
	struct rc_buf keys = { 0 };
	const char *params[1];
	int status = rc_buf_addc(&keys, '{');

	for (size_t i = low; i < high && status == 0; i++)
		if (b->list[i].state == RC_BATCH_LOAD && b->list[i].tombstone)
			status = put_key(&keys, b->rows.data + b->list[i].key, b->list[i].key_n);
	*rows = 0;
	if (status == 0 && keys.len > 1) {
		status = rc_buf_addc(&keys, '}');
		params[0] = rc_buf_text(&keys);
		if (status == 0 && params[0] != NULL)
			status = run(conn, t->erase.data, 1, params, rows, failure);
	}
	rc_buf_free(&keys);
	return status;
}

/* merge: the rows from low to high. */
static int
merge(PGconn *conn, const struct rc_table *t, const struct rc_batch *b, size_t low, size_t high,
    struct rc_merge_counts *counts, PGresult **failure)
{
	uint64_t rows = 0, deleted = 0, all = 0, superseded = 0;
	int status = 0;

	for (size_t i = low; i < high; i++) {
		all += wanted(&b->list[i]) ? 1 : 0;
		superseded += b->list[i].state == RC_BATCH_SUPERSEDED ? 1 : 0;
	}
	if (all > 0 && (status = copy(conn, t, b, low, high, failure)) == 0)
		status = run(conn, t->merge.data, 0, NULL, &rows, failure);
	if (status == 0)
		status = erase(conn, t, b, low, high, &deleted, failure);
	*counts = (struct rc_merge_counts){ rows + deleted, all - rows, superseded };
	return status;
}

int
rc_merge_begin(PGconn *conn)
{
	return rc_pg_exec(conn, "BEGIN", NULL, "BEGIN; SET CONSTRAINTS ALL IMMEDIATE", 0, NULL);
}

int
rc_merge_batch(PGconn *conn, const struct rc_table *t, const struct rc_batch *b,
    struct rc_merge_counts *counts, PGresult **failure)
{
	*failure = NULL;
	return merge(conn, t, b, 0, b->count, counts, failure);
}

/* The search for bad rows. */
struct search {
	PGconn *conn;
	const struct rc_table *table;
	const struct rc_batch *batch;
	int only_first;
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

/* blame: the index'th row, for the reason in the result. */
static int
blame(struct search *s, size_t index, const PGresult *r)
{
	const char *detail = PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL);
	struct rc_buf reason = { 0 };
	struct rc_merge_bad *bad;
	int status;

	if ((bad = realloc(s->bad, (s->count + 1) * sizeof(*bad))) == NULL) {
		rc_log_errno("no memory");
		return RC_IO;
	}
	s->bad = bad;
	status = rc_buf_printf(&reason, "PostgreSQL refuses it: %s%s%s",
	    PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY), detail != NULL ? ": " : "",
	    detail != NULL ? detail : "");
	if (status == 0 && rc_buf_text(&reason) == NULL)
		status = RC_IO;
	if (status != 0) {
		rc_buf_free(&reason);
		return status;
	}
	s->bad[s->count++] = (struct rc_merge_bad){ .index = index,
		.conflict = rc_pg_is_state(r, "23505"),
		.field = copy_text(PQresultErrorField(r, PG_DIAG_COLUMN_NAME)),
		.reason = reason.data };
	return 0;
}

/* search: the rows from low to high.  Those before are merged already, so that
 * what is refused for what another row of the batch holds is found, too. */
static int
search(struct search *s, size_t low, size_t high)
{
	struct rc_merge_counts counts;
	PGresult *failure = NULL;
	int status;

	if (s->only_first && s->count > 0)
		return 0;
	status = rc_pg_exec(s->conn, "SAVEPOINT", NULL, "SAVEPOINT half", 0, NULL);
	if (status != 0)
		return status;
	status = merge(s->conn, s->table, s->batch, low, high, &counts, &failure);
	if (status == 0)
		/* The next part's COPY must not find this one's rows. */
		return rc_pg_exec(s->conn, "batch table", NULL,
		    "DELETE FROM pg_temp.rc_load_batch; RELEASE half", 0, NULL);
	if (failure == NULL)
		return status;
	if (status != RC_DATA) {
		rc_pg_failed(s->conn, s->table->name.data, failure);
		PQclear(failure);
		return status;
	}
	status = rc_pg_exec(s->conn, "SAVEPOINT", NULL, "ROLLBACK TO half; RELEASE half", 0, NULL);
	if (status == 0 && high - low == 1)
		status = blame(s, low, failure);
	PQclear(failure);
	if (status != 0 || high - low == 1)
		return status;
	if ((status = search(s, low, low + (high - low) / 2)) == 0)
		status = search(s, low + (high - low) / 2, high);
	return status;
}

int
rc_merge_find_bad(PGconn *conn, const struct rc_table *t, const struct rc_batch *b, int only_first,
    struct rc_merge_bad **bad, size_t *count)
{
	struct search s = { .conn = conn, .table = t, .batch = b, .only_first = only_first };
	int status;

	if ((status = rc_merge_begin(conn)) == 0)
		status = search(&s, 0, b->count);
	if (PQstatus(conn) == CONNECTION_OK)
		status = rc_status_first(
		    status, rc_pg_exec(conn, "ROLLBACK", NULL, "ROLLBACK", 0, NULL));
	*bad = s.bad;
	*count = s.count;
	if (status == 0 && s.count == 0) {
		rc_log_error(
		    "table %s: a batch is refused, but none of its rows alone", t->name.data);
		status = RC_DATA;
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
