#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/commit.h"
#include "postgres/sql.h"
#include "postgres/times.h"

#define MAX_NAME 63 /* bytes of a name */

enum { KEYS, MILLISECONDS, TOPICS, PARTITIONS, OFFSETS, GONE };

int
rc_times_find(struct rc_times *t, struct rc_pg *pg, const char *table)
{
	const char *point = strchr(table, '.');
	struct rc_buf name = { 0 };
	int status;

	/* PostgreSQL would cut it, so that two could become one */
	t->too_long = strlen(point != NULL ? point + 1 : table) + strlen("_times") > MAX_NAME;
	if (t->too_long)
		return 0;
	if ((status = rc_buf_printf(&name, "%s_times%c", table, '\0')) == 0)
		status = rc_table_quote(&t->name, name.data);
	rc_buf_free(&name);
	return status != 0 ? status : rc_commit_there(pg, t->name.data, t->name.data, &t->there);
}

/* make_times: the table beside it. */
static int
make_times(struct rc_times *t, struct rc_pg *pg)
{
	struct rc_buf sql = { 0 };
	int status = rc_buf_printf(&sql,
	    "CREATE TABLE IF NOT EXISTS %s (key text COLLATE \"C\" PRIMARY KEY, time bigint, topic "
	    "text, partition integer, \"offset\" bigint, gone boolean NOT NULL)%c",
	    t->name.data, '\0');

	if (status == 0)
		status = rc_commit_create(pg, t->name.data, sql.data, NULL);
	rc_buf_free(&sql);
	t->there |= status == 0;
	return status;
}

/* make_choose: keys are noted in their order, in which all loaders lock them. */
static int
make_choose(struct rc_times *t, size_t key)
{
	return rc_buf_printf(&t->choose,
	    "WITH w AS (INSERT INTO %s AS s (key, time, topic, partition, \"offset\", gone) SELECT "
	    "m.* FROM unnest($1::text[], $2::bigint[], $3::text[], $4::integer[], $5::bigint[], "
	    "$6::boolean[]) m (key) ORDER BY m.key COLLATE \"C\" ON CONFLICT (key) DO UPDATE SET "
	    "time = "
	    "EXCLUDED.time, topic = EXCLUDED.topic, partition = EXCLUDED.partition, \"offset\" = "
	    "EXCLUDED.\"offset\", gone = EXCLUDED.gone WHERE CASE WHEN s.topic = EXCLUDED.topic "
	    "AND "
	    "s.partition = EXCLUDED.partition THEN EXCLUDED.\"offset\" > s.\"offset\" ELSE "
	    "COALESCE(EXCLUDED.time >= s.time, true) END RETURNING key), late AS (DELETE FROM "
	    "pg_temp.rc_load_batch b WHERE NOT EXISTS (SELECT FROM w WHERE w.key = b.c%zu) "
	    "RETURNING d) SELECT count(*) FILTER (WHERE NOT d), count(*) FILTER (WHERE d) FROM "
	    "late%c",
	    t->name.data, key, '\0');
}

/* retention: of the topic's messages, as the description has it; -1: for ever, or not known. */
static int64_t
retention(const struct rc_dataset *d)
{
	for (size_t i = 0; i < d->topic.setting_count; i++)
		if (strcmp(d->topic.settings[i].name, "retention.ms") == 0)
			return strtoll(d->topic.settings[i].value, NULL, 10);
	return -1;
}

/* prune: what was deleted so long ago that nothing older can come: a broker deletes by whole
 * segments, and looks now and then. */
static int
prune(const struct rc_times *t, struct rc_pg *pg, int64_t keep_ms)
{
	struct rc_buf sql = { 0 };
	int status = rc_buf_printf(&sql,
	    "DELETE FROM %s WHERE gone AND time < extract(epoch FROM now() - interval '1 day') * "
	    "1000 - 2 * %" PRId64 "%c",
	    t->name.data, keep_ms, '\0');

	if (status == 0)
		status = rc_commit_alone(pg, t->name.data, NULL, sql.data, 0, NULL);
	rc_buf_free(&sql);
	return status;
}

int
rc_times_open(struct rc_times *t, struct rc_pg *pg, const struct rc_table *table,
    const struct rc_dataset *d, int make)
{
	const int64_t keep_ms = retention(d);
	int status = 0;

	if (!t->there && !make)
		return 0;
	if (t->too_long) {
		rc_log_error("table %s: its name is too long for a table beside it (--by-time)",
		    table->name.data);
		return RC_CONFIG;
	}
	if (!table->columns[table->key].is_text) {
		rc_log_error("table %s: it cannot go by time (--by-time): its key is no text",
		    table->name.data);
		return RC_CONFIG;
	}
	if (!t->there)
		status = make_times(t, pg);
	if (status == 0)
		status = make_choose(t, table->key);
	return status == 0 && keep_ms >= 0 ? prune(t, pg, keep_ms) : status;
}

/* add_element: an element of one of the arrays. */
static void
add_element(struct rc_times *t, int which, const char *text)
{
	struct rc_sql s = { &t->lists[which], 0 };

	rc_sql_add(&s, t->lists[which].len == 0 ? "{" : ",");
	rc_sql_add(&s, text);
}

/* list_row: a message of the batch. */
static void
list_row(struct rc_times *t, const struct rc_batch *b, const struct rc_batch_key *key,
    const struct rc_progress *list)
{
	const struct rc_batch_row *row = &b->list[key->index];
	const struct rc_progress *p = &list[row->partition];
	struct rc_sql keys = { &t->lists[KEYS], 0 }, topics = { &t->lists[TOPICS], 0 };
	char number[32];

	rc_sql_element(&keys, key->key);
	snprintf(number, sizeof(number), "%" PRId64, row->ms);
	add_element(t, MILLISECONDS, row->ms >= 0 ? number : "NULL");
	rc_sql_element(&topics, (struct rc_span){ p->topic, strlen(p->topic) });
	snprintf(number, sizeof(number), "%" PRId32, p->partition);
	add_element(t, PARTITIONS, number);
	snprintf(number, sizeof(number), "%" PRId64, row->offset);
	add_element(t, OFFSETS, number);
	add_element(t, GONE, row->tombstone ? "t" : "f");
}

int
rc_times_choose(struct rc_times *t, struct rc_pg *pg, const struct rc_batch *b,
    const struct rc_progress *list, struct rc_times_late *late)
{
	const char *params[6];
	PGresult *r;
	int status;

	*late = (struct rc_times_late){ 0, 0 };
	if (b->loads == 0)
		return 0;
	for (int i = 0; i < 6; i++)
		t->lists[i].len = 0;
	for (size_t i = 0; i < b->loads; i++)
		list_row(t, b, &b->order[i], list);
	for (int i = 0; i < 6; i++) {
		struct rc_sql s = { &t->lists[i], 0 };

		rc_sql_add(&s, "}");
		if ((status = rc_sql_end(&s)) != 0)
			return status;
		params[i] = t->lists[i].data;
	}
	if ((status = rc_pg_exec(pg, t->name.data, &r, t->choose.data, 6, params)) != 0)
		return status;
	late->rows = strtoull(PQgetvalue(r, 0, 0), NULL, 10);
	late->tombstones = strtoull(PQgetvalue(r, 0, 1), NULL, 10);
	PQclear(r);
	return 0;
}

int
rc_times_forget(
    const struct rc_times *t, struct rc_pg *pg, const char *positions, const char *consumer)
{
	const char *const params[] = { consumer };
	struct rc_buf sql = { 0 };
	int status;

	if (!t->there)
		return 0;
	status = rc_buf_printf(&sql,
	    "UPDATE %s SET topic = NULL WHERE topic IN (SELECT topic FROM %s WHERE consumer = "
	    "$1)%c",
	    t->name.data, positions, '\0');
	if (status == 0)
		status = rc_pg_exec(pg, t->name.data, NULL, sql.data, 1, params);
	rc_buf_free(&sql);
	return status;
}

void
rc_times_free(struct rc_times *t)
{
	rc_buf_free(&t->name);
	rc_buf_free(&t->choose);
	for (int i = 0; i < 6; i++)
		rc_buf_free(&t->lists[i]);
}
