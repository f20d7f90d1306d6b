#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "base/visible.h"
#include "json/jsontext.h"
#include "postgres/commit.h"
#include "state/journal.h"
#include "state/runs.h"

#define TABLE     "table rc_runs"
#define CELL_TEXT 1024 /* bytes of a value that are shown, and a NUL */

const char *
rc_runs_ddl(void)
{
	return "CREATE TABLE IF NOT EXISTS rc_runs (run text NOT NULL, task text NOT NULL, "
	       "attempt integer NOT NULL, started timestamptz NOT NULL, ended timestamptz, "
	       "status integer, records_in bigint, records_out bigint, rejected bigint, "
	       "skipped bigint, position_before jsonb, position_after jsonb, error text, "
	       "programs jsonb, dataset text, sequence bigint, "
	       "place text, seen timestamptz, PRIMARY KEY (run, task, attempt))";
}

const char *
rc_runs_version(void)
{
	return RC_COMMIT_VERSION("rc_runs", "2");
}

static int
create_table(struct rc_pg *pg)
{
	static const char is_old[] =
	    "SELECT FROM pg_attribute WHERE attrelid = to_regclass('rc_runs') AND attname IN "
	    "('dataset', 'sequence', 'place', 'seen') HAVING count(*) < 4";
	static const char alter[] = "ALTER TABLE rc_runs ADD COLUMN IF NOT EXISTS dataset text, "
				    "ADD COLUMN IF NOT EXISTS sequence bigint, "
				    "ADD COLUMN IF NOT EXISTS place text, "
				    "ADD COLUMN IF NOT EXISTS seen timestamptz";
	PGresult *r;
	int status, found;

	if ((status = rc_commit_there(pg, TABLE, "rc_runs", &found)) != 0)
		return status;
	if (!found)
		return rc_commit_create(pg, TABLE, rc_runs_ddl(), rc_runs_version());
	if ((status = rc_commit_alone(pg, TABLE, &r, is_old, 0, NULL)) != 0)
		return status;
	found = PQntuples(r) > 0;
	PQclear(r);
	return found ? rc_commit_create(pg, TABLE, alter, rc_runs_version()) : 0;
}

/* check_table: that it is there. */
static int
check_table(struct rc_pg *pg)
{
	int status, found;

	if ((status = rc_commit_there(pg, TABLE, "rc_runs", &found)) != 0 || found)
		return status;
	rc_log_error("no run was recorded yet: rc-flow run makes the first");
	return RC_CONFIG;
}

/* An event to be recorded. */
struct event {
	struct rc_pg *pg;
	const char *text, *dataset;
};

/* put_event: record it.  The same once more changes nothing, and a start does not take away an end.
 * RC_DATA: it is none: not JSON, a member that is no number or time, or none where there must be
 * one. */
static int
put_event(void *arg)
{
	/* What comes in is counted where the task begins, what goes out where it ends; the
	 * error is that of the program whose status is the task's, never of one whose reader had
	 * gone (141).  Runs are in the order in which they are recorded, which is that in which
	 * they began: a clock that was wrong for a while changes nothing. */
	static const char put[] =
	    "INSERT INTO rc_runs AS r (run, task, attempt, started, ended, status, records_in, "
	    "records_out, rejected, skipped, position_before, position_after, error, programs, "
	    "dataset, sequence, place, seen) SELECT e->>'run', e->>'task', "
	    "(e->>'attempt')::integer, "
	    "(e->>'started')::timestamptz, (e->>'ended')::timestamptz, (e->>'status')::integer, "
	    "(SELECT (p->>'records_in')::bigint FROM jsonb_array_elements(e->'programs') p "
	    "WHERE p->>'tool' IN ('rc-fetch', 'rc-consume') LIMIT 1), "
	    "(SELECT (p->>'records_out')::bigint FROM jsonb_array_elements(e->'programs') p "
	    "WHERE p->>'tool' IN ('rc-produce', 'rc-load') LIMIT 1), "
	    "(SELECT sum((p->>'rejected')::bigint) FROM jsonb_array_elements(e->'programs') p), "
	    "(SELECT sum((p->>'skipped')::bigint) FROM jsonb_array_elements(e->'programs') p), "
	    "NULLIF(e->'before', '[]'), COALESCE((SELECT p->'position' FROM "
	    "jsonb_array_elements(e->'programs') p WHERE p->>'tool' IN ('rc-produce', 'rc-load') "
	    "AND p->>'position' IS NOT NULL LIMIT 1), NULLIF(e->'before', '[]')), "
	    "COALESCE(e->>'error', (SELECT concat(p->>'tool', ': ', p->>'error') FROM "
	    "jsonb_array_elements(e->'programs') WITH ORDINALITY l(p, n) WHERE "
	    "p->>'error' IS NOT NULL AND p->>'status' IS DISTINCT FROM '141' ORDER BY "
	    "p->>'status' IS DISTINCT FROM e->>'status', n LIMIT 1)), e->'programs', $2, "
	    "COALESCE((SELECT max(sequence) FROM rc_runs WHERE run = e->>'run'), (SELECT "
	    "max(sequence) FROM rc_runs) + 1, 1), e->>'place', now() FROM (SELECT $1::jsonb AS e) "
	    "event "
	    "ON CONFLICT (run, task, attempt) DO UPDATE SET ended = EXCLUDED.ended, "
	    "status = EXCLUDED.status, records_in = EXCLUDED.records_in, "
	    "records_out = EXCLUDED.records_out, rejected = EXCLUDED.rejected, "
	    "skipped = EXCLUDED.skipped, position_before = EXCLUDED.position_before, "
	    "position_after = EXCLUDED.position_after, error = EXCLUDED.error, "
	    "programs = EXCLUDED.programs, seen = EXCLUDED.seen WHERE r.ended IS NULL AND r.status "
	    "IS NULL";
	const struct event *e = arg;
	const char *const params[] = { e->text, e->dataset };

	return rc_pg_exec(e->pg, TABLE, NULL, put, 2, params);
}

static int
move(struct rc_pg *pg, struct rc_journal *j, const char *dataset)
{
	struct event event = { .pg = pg, .dataset = dataset };
	struct rc_commit put = {
		.pg = pg, .what = TABLE, .work = put_event, .looks = 1, .arg = &event
	};
	struct rc_buf text = { 0 };
	int status = 0, found;

	for (size_t i = 0; i < j->count && status == 0; i++) {
		if ((status = rc_journal_read(j, i, &text, &found)) != 0 || !found)
			continue;
		event.text = text.data;
		if ((status = rc_commit(&put)) == 0)
			status = rc_journal_remove(j, i);
		else if (status == RC_DATA)
			status = rc_journal_set_aside(j, i);
	}
	rc_buf_free(&text);
	return status;
}

int
rc_runs_record(const char *folder, const char *dataset, int timeout_ms, uint64_t *count)
{
	struct rc_journal journal = { .folder = folder };
	struct rc_pg *pg;
	int status;

	if ((status = rc_journal_open(&journal)) == 0 && journal.count > 0 &&
	    (status = rc_pg_open(&pg, NULL, timeout_ms)) == 0) {
		if ((status = create_table(pg)) == 0)
			status = move(pg, &journal, dataset);
		rc_pg_close(pg);
	}
	*count = journal.count;
	rc_journal_close(&journal);
	return status;
}

static int
prune(struct rc_pg *pg, const char *dataset, int64_t keep, uint64_t *count)
{
	static const char sql[] =
	    "WITH its AS (SELECT * FROM rc_runs r WHERE " RC_RUNS_OF_DATASET "), kept AS ("
	    "(SELECT run FROM its r WHERE attempt = 0 ORDER BY " RC_RUNS_NEWEST " LIMIT 1) UNION "
	    "(SELECT run FROM its r WHERE attempt = 0 AND status = 0 ORDER BY " RC_RUNS_NEWEST
	    " LIMIT 1) UNION (SELECT run FROM its r WHERE task = 'load' AND records_out > 0 "
	    "ORDER BY " RC_RUNS_NEWEST " LIMIT 1)) DELETE FROM rc_runs r WHERE " RC_RUNS_OF_DATASET
	    " AND COALESCE((to_jsonb(r)->>'seen')::timestamptz, started) < now() - $2::bigint * "
	    "interval '1 second' AND run NOT IN (SELECT run FROM kept)";
	char seconds[24];
	const char *const params[] = { dataset, seconds };
	PGresult *r;
	int status;

	snprintf(seconds, sizeof(seconds), "%" PRId64, keep);
	if ((status = check_table(pg)) != 0 ||
	    (status = rc_commit_alone(pg, TABLE, &r, sql, 2, params)) != 0)
		return status;
	*count = rc_pg_rows(r);
	PQclear(r);
	return 0;
}

int
rc_runs_prune(const char *dataset, int64_t keep, int timeout_ms, uint64_t *count)
{
	struct rc_pg *pg;
	int status;

	if ((status = rc_pg_open(&pg, NULL, timeout_ms)) != 0)
		return status;
	status = prune(pg, dataset, keep, count);
	rc_pg_close(pg);
	return status;
}

/* cell: a value, or its column's name in row -1, fit for a terminal; how many bytes. */
static int
cell(const PGresult *r, int row, int column, char text[CELL_TEXT])
{
	const char *is = row < 0 ? PQfname(r, column) : PQgetvalue(r, row, column);

	return (int)rc_visible_put(text, CELL_TEXT, (struct rc_span){ is, strlen(is) });
}

/* runs_table: the rows as columns of the width that they need; the last is not filled up. */
static int
runs_table(const PGresult *r, struct rc_out *out)
{
	int columns = PQnfields(r), rows = PQntuples(r), status = 0, width[16] = { 0 }, n;
	char text[CELL_TEXT];

	for (int c = 0; c < columns && c < 16; c++)
		for (int i = -1; i < rows; i++)
			if ((n = cell(r, i, c, text)) > width[c])
				width[c] = n;
	for (int i = -1; i < rows && status == 0; i++) {
		for (int c = 0; c < columns && c < 16 && status == 0; c++) {
			cell(r, i, c, text);
			status = c + 1 == columns || c == 15
			    ? rc_buf_adds(&out->buf, text)
			    : rc_buf_printf(&out->buf, "%-*s  ", width[c], text);
		}
		while (out->buf.len > 0 && out->buf.data[out->buf.len - 1] == ' ')
			out->buf.len--;
		if (status == 0)
			status = rc_out_end_line(out);
	}
	return status;
}

static int
runs_json(const PGresult *r, struct rc_out *out)
{
	int status = 0;

	for (int i = 0; i < PQntuples(r) && status == 0; i++) {
		struct rc_span row = { PQgetvalue(r, i, 0), (size_t)PQgetlength(r, i, 0) };

		status = rc_jsontext_compact(&out->buf, row);
		if (status == 0)
			status = rc_out_end_line(out);
	}
	return status;
}

static int
list(struct rc_pg *pg, uint64_t count, enum rc_runs_form form, struct rc_out *out)
{
	/* A run's own row, attempt 0, stands above those of its tasks.  A table of an earlier
	 * release has no dataset. */
	static const char table[] =
	    "SELECT to_char(started AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS \"STARTED "
	    "(UTC)\", COALESCE(to_jsonb(r)->>'dataset', '') AS \"DATASET\", CASE attempt WHEN 0 "
	    "THEN task ELSE '  ' || task END AS \"TASK\", "
	    "CASE attempt WHEN 0 THEN '' ELSE attempt::text END AS \"TRY\", "
	    "COALESCE(round(extract(epoch FROM ended - started), 1)::text || ' s', '') AS "
	    "\"TOOK\", "
	    "CASE WHEN status = 0 THEN 'ok' WHEN ended IS NULL AND EXISTS (SELECT FROM rc_runs o "
	    "WHERE o.run = r.run AND o.attempt = 0 AND o.status IS NOT NULL) THEN 'killed' WHEN "
	    "ended IS NULL THEN 'not ended' ELSE status::text END AS \"STATUS\", "
	    "COALESCE(records_in::text, '') AS \"IN\", "
	    "COALESCE(records_out::text, '') AS \"OUT\", COALESCE(rejected::text, '') AS "
	    "\"REJECTED\", left(COALESCE(error, ''), 300) AS \"ERROR\" "
	    "FROM rc_runs r ORDER BY " RC_RUNS_NEWEST ", attempt > 0, started, task, attempt "
	    "LIMIT $1::bigint";
	static const char json[] =
	    "SELECT json_build_object('run', run, 'dataset', to_jsonb(r)->>'dataset', 'task', "
	    "task, 'attempt', attempt, 'started', "
	    "to_char(started AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), 'ended', "
	    "to_char(ended AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), 'status', "
	    "status, "
	    "'records_in', records_in, 'records_out', records_out, 'rejected', rejected, "
	    "'skipped', skipped, 'position_before', position_before, 'position_after', "
	    "position_after, 'error', error)::text FROM rc_runs r "
	    "ORDER BY " RC_RUNS_NEWEST ", attempt > 0, started, task, attempt LIMIT $1::bigint";
	char limit[24];
	const char *const params[] = { limit };
	PGresult *r;
	int status;

	snprintf(limit, sizeof(limit), "%" PRIu64, count);
	if ((status = check_table(pg)) != 0 ||
	    (status = rc_commit_alone(
		 pg, TABLE, &r, form == RC_RUNS_TABLE ? table : json, 1, params)) != 0)
		return status;
	status = form == RC_RUNS_TABLE ? runs_table(r, out) : runs_json(r, out);
	PQclear(r);
	return status;
}

int
rc_runs_list(uint64_t count, enum rc_runs_form form, int timeout_ms, struct rc_out *out)
{
	struct rc_pg *pg;
	int status;

	if ((status = rc_pg_open(&pg, NULL, timeout_ms)) != 0)
		return status;
	status = list(pg, count, form, out);
	rc_pg_close(pg);
	return status;
}
