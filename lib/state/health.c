#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/log.h"
#include "base/status.h"
#include "dataset/locate.h"
#include "postgres/commit.h"
#include "postgres/sql.h"
#include "postgres/table.h"
#include "state/health.h"
#include "state/journal.h"
#include "state/lock.h"
#include "state/run.h"
#include "state/runs.h"

#define DAY_SECONDS 86400

/* number, text: a value of a result's first row. */
static int64_t
number(const PGresult *r, int column)
{
	return PQgetisnull(r, 0, column) ? RC_HEALTH_UNKNOWN
					 : strtoll(PQgetvalue(r, 0, column), NULL, 10);
}

static int
text(const PGresult *r, int column, char **to)
{
	if (PQgetisnull(r, 0, column))
		return 0;
	if ((*to = strdup(PQgetvalue(r, 0, column))) != NULL)
		return 0;
	rc_log_errno("no memory");
	return RC_OSERR;
}

/* Of the dataset $1: its last run l, with what its tasks counted: of each the last attempt that
 * did.  A follow that was stopped by hand ended well, and was well when it was last seen. */
static const char ask_last[] =
    "SELECT l.run, l.task, COALESCE(l.error, f.error), to_jsonb(l)->>'place', "
    "extract(epoch FROM l.started)::bigint, extract(epoch FROM l.ended)::bigint, l.status, "
    "extract(epoch FROM (to_jsonb(l)->>'seen')::timestamptz)::bigint, "
    "extract(epoch FROM f.ended)::bigint, "
    "s.records_in, s.records_out, t.records_in, t.records_out, "
    "(SELECT sum(rejected) FROM rc_runs t WHERE t.run = l.run), "
    "(SELECT extract(epoch FROM CASE WHEN task IN ('follow', 'member') THEN "
    "COALESCE((to_jsonb(r)->>'seen')"
    "::timestamptz, ended) ELSE ended END)::bigint FROM rc_runs r WHERE attempt = 0 "
    "AND " RC_RUNS_OF_DATASET "AND (status = 0 OR task IN ('follow', 'member') AND (status IS NULL "
    "OR status IN (129, 130, 143))) "
    "ORDER BY " RC_RUNS_NEWEST " LIMIT 1), "
    "(SELECT sum(records_out) FROM rc_runs r WHERE task = 'load' AND " RC_RUNS_OF_DATASET "), "
    "(SELECT string_agg(DISTINCT to_jsonb(r)->>'dataset', ' ') FROM rc_runs r WHERE task = 'load' "
    "AND records_out > 0 AND NOT (" RC_RUNS_OF_DATASET ")) "
    "FROM (SELECT * FROM rc_runs r WHERE attempt = 0 AND " RC_RUNS_OF_DATASET
    "ORDER BY " RC_RUNS_NEWEST " LIMIT 1) l "
    "LEFT JOIN LATERAL (SELECT * FROM rc_runs t WHERE t.run = l.run AND attempt > 0 AND "
    "task = 'stream' ORDER BY records_out IS NULL, attempt DESC LIMIT 1) s ON true "
    "LEFT JOIN LATERAL (SELECT * FROM rc_runs t WHERE t.run = l.run AND attempt > 0 AND "
    "task = 'load' ORDER BY records_out IS NULL, attempt DESC LIMIT 1) t ON true "
    "LEFT JOIN LATERAL (SELECT * FROM rc_runs t WHERE t.run = l.run AND error IS NOT NULL AND "
    "attempt > 0 ORDER BY started DESC LIMIT 1) f ON true";

static int
ask_runs(struct rc_health *h, struct rc_pg *pg, const char *dataset)
{
	int64_t *const to[] = { &h->started, &h->ended, &h->status, &h->seen, &h->failed,
		&h->fetched, &h->sent, &h->consumed, &h->loaded, &h->rejected, &h->last_success,
		&h->ever_loaded };
	const char *const params[] = { dataset };
	PGresult *r;
	int status;

	if ((status = rc_commit_alone(pg, "table rc_runs", &r, ask_last, 1, params)) != 0)
		return status;
	if (PQntuples(r) > 0) {
		status = text(r, 0, &h->run);
		status = rc_status_first(status, text(r, 1, &h->command));
		status = rc_status_first(status, text(r, 2, &h->error));
		status = rc_status_first(status, text(r, 3, &h->place));
		for (int i = 0; i < 12; i++)
			*to[i] = number(r, 4 + i);
		status = rc_status_first(status, text(r, 16, &h->others));
	}
	PQclear(r);
	return status;
}

/* ask_table: its rows and newest date.  A date that is still to come, or is none, says
 * nothing about how new the table is.  Without a cursor, column is NULL. */
static int
ask_table(struct rc_health *h, struct rc_pg *pg, const struct rc_buf *table, const char *column)
{
	struct rc_buf text = { 0 };
	struct rc_sql sql = { &text, 0 };
	PGresult *r;
	int status;

	rc_sql_add(&sql,
	    "SELECT count(*), extract(epoch FROM max(day)::timestamp)::bigint "
	    "FROM (SELECT CASE WHEN day ~ '^[0-9]{4}-[01][0-9]-[0-3][0-9]$' AND day <= "
	    "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') THEN day END "
	    "FROM (SELECT left(");
	if (column != NULL)
		rc_sql_name(&sql, column);
	else
		rc_sql_add(&sql, "NULL");
	rc_sql_add(&sql, "::text, 10) FROM ");
	rc_sql_add(&sql, table->data);
	rc_sql_add(&sql, ") dates(day)) past(day)");
	status = rc_sql_end(&sql);
	if (status == 0 &&
	    (status = rc_commit_alone(pg, table->data, &r, text.data, 0, NULL)) == 0) {
		h->rows = number(r, 0);
		h->newest = number(r, 1);
		PQclear(r);
	}
	rc_buf_free(&text);
	return status;
}

static int
ask_postgres(struct rc_health *h, const struct rc_health_conf *conf, const struct rc_dataset *d)
{
	struct rc_buf name = { 0 };
	struct rc_pg *pg = NULL;
	int status, runs, found;

	if ((status = rc_table_quote(&name, conf->table)) == 0 &&
	    (status = rc_pg_open(&pg, NULL, conf->timeout_ms)) == 0) {
		runs = rc_commit_there(pg, "table rc_runs", "rc_runs", &found);
		if (runs == 0 && found)
			runs = ask_runs(h, pg, d->name);
		status = rc_commit_there(pg, conf->table, name.data, &found);
		if (status == 0 && found)
			status = ask_table(h, pg, &name, d->cursor.column);
		status = rc_status_first(runs, status);
	}
	rc_pg_close(pg);
	rc_buf_free(&name);
	return status;
}

/* take_lag: one line of rc-consume --lag. */
static int
take_lag(struct rc_health *h, const struct rc_line *line)
{
	json_int_t partition, offset, end, lag;
	struct rc_health_lag *lags;
	const char *topic;
	json_t *json;
	int status = 0;

	if (rc_span_trim(line->text).n == 0)
		return 0;
	json = json_loadb(line->text.p, line->text.n, 0, NULL);
	if (json_unpack(json, "{s:s, s:I, s:I, s:I, s:I}", "topic", &topic, "partition", &partition,
		"offset", &offset, "end", &end, "lag", &lag) != 0) {
		rc_log_error("<stdin>: line %llu: not a line of rc-consume --lag",
		    (unsigned long long)line->number);
		status = RC_DATA;
	} else if ((lags = realloc(h->lags, (h->lag_count + 1) * sizeof(*lags))) == NULL ||
	    (h->lags = lags, lags[h->lag_count].topic = strdup(topic)) == NULL) {
		rc_log_errno("no memory");
		status = RC_OSERR;
	} else {
		lags[h->lag_count].partition = (int32_t)partition;
		lags[h->lag_count].offset = offset;
		lags[h->lag_count].end = end;
		lags[h->lag_count++].lag = lag;
	}
	json_decref(json);
	return status;
}

static int
ask_lag(struct rc_health *h)
{
	struct rc_lines *lines = NULL;
	enum rc_event event;
	struct rc_line line;
	int status;

	if ((status = rc_lines_open_stdin(&lines, "the lag")) == 0)
		while ((status = rc_lines_next(lines, -1, &event, &line)) == 0 &&
		    event == RC_EVENT_LINE && (status = take_lag(h, &line)) == 0)
			;
	rc_lines_close(lines);
	return status;
}

/* count_lines: of one file of rejects, which has a line for each. */
static int
count_lines(const char *folder, const char *name, int64_t *count)
{
	struct rc_buf path = { 0 };
	int status = rc_buf_printf(&path, "%s/%s%c", folder, name, '\0'), c;
	FILE *fp = NULL;

	if (status == 0 && (fp = fopen(path.data, "re")) == NULL && errno != ENOENT) {
		rc_log_errno("%s: cannot be read", path.data);
		status = RC_IO;
	}
	while (fp != NULL && (c = getc(fp)) != EOF)
		*count += c == '\n';
	if (fp != NULL) {
		if (ferror(fp)) {
			rc_log_errno("%s: cannot be read", path.data);
			status = RC_IO;
		}
		fclose(fp);
	}
	rc_buf_free(&path);
	return status;
}

/* ask_rejects: how many wait in the files that the programs append to. */
static int
ask_rejects(struct rc_health *h, const char *folder)
{
	static const char *const names[] = { "rc-transform.jsonl", "rc-produce.jsonl",
		"rc-load.jsonl" };
	int status = 0;

	h->rejects_waiting = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && status == 0; i++)
		status = count_lines(folder, names[i], &h->rejects_waiting);
	return status;
}

/* ask_lock: whether the last run is at work: by the lock, where it is of who asks, else by when it
 * was seen. */
static int
ask_lock(struct rc_health *h, const char *lock)
{
	struct rc_buf mine = { 0 };
	int status = 0;

	if (lock != NULL && (status = rc_run_place(lock, &mine)) != 0)
		return status;
	if (h->place == NULL || (lock != NULL && strcmp(h->place, mine.data) == 0)) {
		h->at_work = lock != NULL && rc_lock_ask(lock) == RC_LOCK_HELD;
		free(h->place);
		h->place = NULL;
	} else {
		h->at_work = h->ended == RC_HEALTH_UNKNOWN && h->status == RC_HEALTH_UNKNOWN &&
		    h->now - h->seen < RC_RUNS_SEEN_S;
	}
	rc_buf_free(&mine);
	return 0;
}

/* find_shared: of the other datasets, those whose table is this one; one that has no description
 * any more may be. */
static int
find_shared(struct rc_health *h, const char *table)
{
	struct rc_buf list = { 0 };
	char *rest = NULL, *name, *path;
	struct rc_dataset *d;
	int status = 0;

	for (name = h->others != NULL ? strtok_r(h->others, " ", &rest) : NULL;
	     name != NULL && status == 0; name = strtok_r(NULL, " ", &rest)) {
		d = NULL;
		if ((status = rc_locate_name(name, &path)) != 0)
			break;
		if (path == NULL || rc_dataset_open(&d, path) != 0 || strcmp(d->table, table) == 0)
			status = rc_buf_printf(&list, "%s%s", list.len > 0 ? " " : "", name);
		rc_dataset_free(d);
		free(path);
	}
	if (status == 0 && list.len > 0) {
		status = rc_buf_text(&list) == NULL ? RC_OSERR : 0;
		h->shared = list.data;
	} else
		rc_buf_free(&list);
	return status;
}

int
rc_health_ask(struct rc_health *h, const struct rc_health_conf *conf, const struct rc_dataset *d)
{
	struct rc_journal journal = { .folder = conf->journal };
	int status;

	*h = (struct rc_health){ .started = RC_HEALTH_UNKNOWN,
		.ended = RC_HEALTH_UNKNOWN,
		.status = RC_HEALTH_UNKNOWN,
		.fetched = RC_HEALTH_UNKNOWN,
		.sent = RC_HEALTH_UNKNOWN,
		.consumed = RC_HEALTH_UNKNOWN,
		.loaded = RC_HEALTH_UNKNOWN,
		.rejected = RC_HEALTH_UNKNOWN,
		.last_success = RC_HEALTH_UNKNOWN,
		.ever_loaded = RC_HEALTH_UNKNOWN,
		.rows = RC_HEALTH_UNKNOWN,
		.has_cursor = d->cursor.column != NULL,
		.newest = RC_HEALTH_UNKNOWN,
		.seen = RC_HEALTH_UNKNOWN,
		.failed = RC_HEALTH_UNKNOWN,
		.rejects_waiting = RC_HEALTH_UNKNOWN };
	h->now = (int64_t)time(NULL);
	h->postgres = ask_postgres(h, conf, d);
	if ((status = find_shared(h, conf->table)) != 0 || (status = ask_lock(h, conf->lock)) != 0)
		return status;
	status = conf->lag ? ask_lag(h) : 0;
	if (status == 0 && conf->rejects != NULL)
		status = ask_rejects(h, conf->rejects);
	if (status == 0 && conf->journal != NULL && (status = rc_journal_open(&journal)) == 0)
		h->journal_waiting = (int64_t)journal.count;
	rc_journal_close(&journal);
	return status;
}

int64_t
rc_health_age(const struct rc_health *h)
{
	int64_t end = h->newest + DAY_SECONDS;

	if (h->newest == RC_HEALTH_UNKNOWN)
		return RC_HEALTH_UNKNOWN;
	return h->now > end ? h->now - end : 0;
}

int
rc_health_is_emptied(const struct rc_health *h)
{
	return h->postgres == 0 && h->rows <= 0 && h->ever_loaded > 0;
}

enum rc_health_run
rc_health_run(const struct rc_health *h)
{
	if (h->run == NULL)
		return RC_HEALTH_NONE;
	if (h->status == 0)
		return RC_HEALTH_WELL;
	if (h->status == RC_HEALTH_UNKNOWN)
		return h->at_work ? RC_HEALTH_AT_WORK : RC_HEALTH_GONE;
	return (strcmp(h->command, "follow") == 0 || strcmp(h->command, "member") == 0) &&
		(h->status == 129 || h->status == 130 || h->status == 143)
	    ? RC_HEALTH_STOPPED
	    : RC_HEALTH_FAILED;
}

int
rc_health_status(const struct rc_health *h, const struct rc_health_conf *conf)
{
	enum rc_health_run run = rc_health_run(h);

	if (h->postgres != 0)
		return h->postgres;
	if (run == RC_HEALTH_FAILED)
		return (int)h->status;
	if (run == RC_HEALTH_GONE)
		return RC_TEMPFAIL;
	if (run == RC_HEALTH_NONE || (h->rows == RC_HEALTH_UNKNOWN && run != RC_HEALTH_AT_WORK))
		return RC_CONFIG;
	if (rc_health_is_emptied(h) || h->rejects_waiting > 0)
		return RC_DATA;
	if (conf->max_age != RC_HEALTH_UNKNOWN &&
	    (h->newest == RC_HEALTH_UNKNOWN || rc_health_age(h) >= conf->max_age))
		return RC_DATA;
	return 0;
}

void
rc_health_free(struct rc_health *h)
{
	for (size_t i = 0; i < h->lag_count; i++)
		free(h->lags[i].topic);
	free(h->lags);
	free(h->run);
	free(h->command);
	free(h->error);
	free(h->place);
	free(h->others);
	free(h->shared);
}
