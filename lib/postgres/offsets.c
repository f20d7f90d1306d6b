#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/commit.h"
#include "postgres/offsets.h"
#include "record/envelope.h"
#include "record/envelope_put.h"

#define TABLE     "table rc_positions"
#define SQL_BYTES 1024 /* of a statement with the name of that table */

int
rc_offsets_open(struct rc_offsets *o, struct rc_pg *pg)
{
	return rc_home_find(&o->home, pg, &o->conf);
}

int
rc_offsets_check(const struct rc_offsets *o)
{
	return rc_home_check(&o->home, &o->conf);
}

int
rc_offsets_create(struct rc_offsets *o, struct rc_pg *pg)
{
	return rc_home_make(&o->home, pg, &o->conf);
}

/* lock: the partition, until the transaction ends; one who has it is waited for. */
static int
lock(struct rc_pg *pg, const char *const *params)
{
	static const char sql[] = "SELECT pg_advisory_xact_lock(hashtextextended("
				  "jsonb_build_array($1::text, $2::text, $3::text)::text, 0))";

	return rc_pg_exec(pg, "lock of the positions", NULL, sql, 3, params);
}

/* read_stored: the position in the table. */
static int
read_stored(const struct rc_offsets *o, struct rc_pg *pg, const char *const *params,
    struct rc_place *stored)
{
	char sql[SQL_BYTES];
	PGresult *r;
	int status;

	snprintf(sql, sizeof(sql),
	    "SELECT next_offset, " RC_HOME_TIMESTAMP("p") " FROM %s p WHERE consumer = $1 AND "
							  "topic = $2 AND partition = $3::integer",
	    o->home.name.data);

	if ((status = rc_pg_exec(pg, TABLE, &r, sql, 3, params)) != 0)
		return status;
	*stored = (struct rc_place){ -1, -1 };
	if (PQntuples(r) > 0) {
		stored->offset = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
		if (!PQgetisnull(r, 0, 1))
			stored->ms = strtoll(PQgetvalue(r, 0, 1), NULL, 10);
	}
	PQclear(r);
	return 0;
}

/* A partition's position, to be read. */
struct reading {
	const struct rc_offsets *o;
	struct rc_pg *pg;
	const char *const *params;
	struct rc_place stored;
};

static int
read_one(void *arg)
{
	struct reading *r = arg;

	return read_stored(r->o, r->pg, r->params, &r->stored);
}

static int
add_partition(struct rc_offsets *o, struct rc_pg *pg, struct rc_span topic, int32_t partition)
{
	struct rc_progress *list, entry = { .partition = partition };
	char number[16];
	int status;

	list = realloc(o->list, (o->count + 1) * sizeof(*list));
	if (list != NULL)
		o->list = list;
	if (list == NULL || (entry.topic = malloc(topic.n + 1)) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	memcpy(entry.topic, topic.p, topic.n);
	entry.topic[topic.n] = '\0';
	snprintf(number, sizeof(number), "%" PRId32, partition);
	const char *const params[] = { o->conf.consumer, entry.topic, number };
	struct reading reading = { o, pg, params, { -1, -1 } };

	status = rc_commit(
	    &(struct rc_commit){ .pg = pg, .what = TABLE, .work = read_one, .arg = &reading });
	if (status != 0) {
		free(entry.topic);
		return status;
	}
	rc_progress_start(&entry, reading.stored);
	o->list[o->count++] = entry;
	return 0;
}

int
rc_offsets_find(
    struct rc_offsets *o, struct rc_pg *pg, struct rc_span topic, int32_t partition, size_t *index)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->list[i].partition == partition && rc_span_is(topic, o->list[i].topic)) {
			*index = i;
			return 0;
		}
	*index = o->count;
	return add_partition(o, pg, topic, partition);
}

/* moved_away: say that a position is not what this loader knows it to be. */
static int
moved_away(const struct rc_offsets *o, const struct rc_progress *entry)
{
	rc_log_error("%s partition %" PRId32
		     ": another loader has moved the position of consumer \"%s\", or it was "
		     "deleted: let one loader end; then start again",
	    entry->topic, entry->partition, o->conf.consumer);
	return RC_TEMPFAIL;
}

int
rc_offsets_settle(const struct rc_offsets *o, struct rc_pg *pg, int *committed)
{
	size_t before = 0, after = 0;
	int status;

	for (size_t i = 0; i < o->count; i++) {
		const struct rc_progress *entry = &o->list[i];
		struct rc_place stored = { -1, -1 };
		enum rc_progress_found found;
		char number[16];
		const char *const params[] = { o->conf.consumer, entry->topic, number };

		snprintf(number, sizeof(number), "%" PRId32, entry->partition);
		if ((status = lock(pg, params)) != 0 ||
		    (status = read_stored(o, pg, params, &stored)) != 0)
			return status;
		if ((found = rc_progress_compare(entry, stored)) == RC_PROGRESS_OTHER)
			return moved_away(o, entry);
		before += found == RC_PROGRESS_BEFORE;
		after += found == RC_PROGRESS_AFTER;
	}
	if (before > 0 && after > 0) /* no transaction of this loader's leaves that */
		return moved_away(o, &o->list[0]);
	*committed = after > 0;
	return 0;
}

/* store: one position, if it is still what this loader believes.  One that was there
 * and is gone was deleted by somebody: it must not come back. */
static int
store(const struct rc_offsets *o, struct rc_pg *pg, const struct rc_progress *entry)
{
	int is_new = entry->stored.offset == -1;
	char number[16], next[32], ms[32], stored[32], sql[SQL_BYTES];
	const char *const params[] = { o->conf.consumer, entry->topic, number, next,
		entry->next.ms >= 0 ? ms : NULL, stored };
	PGresult *r;
	int status, moved;

	snprintf(number, sizeof(number), "%" PRId32, entry->partition);
	snprintf(next, sizeof(next), "%" PRId64, entry->next.offset);
	snprintf(ms, sizeof(ms), "%" PRId64, entry->next.ms);
	snprintf(stored, sizeof(stored), "%" PRId64, entry->stored.offset);
	if (is_new)
		snprintf(sql, sizeof(sql),
		    "INSERT INTO %s (consumer, topic, partition, next_offset, last_timestamp, "
		    "timestamp_offset) VALUES ($1, $2, $3::integer, $4::bigint, $5::bigint, "
		    "$4::bigint) "
		    "ON CONFLICT (consumer, topic, partition) DO NOTHING",
		    o->home.name.data);
	else
		snprintf(sql, sizeof(sql),
		    "UPDATE %s SET next_offset = $4::bigint, last_timestamp = $5::bigint, "
		    "timestamp_offset = $4::bigint, updated = now() WHERE consumer = $1 AND topic "
		    "= $2 AND partition = "
		    "$3::integer AND next_offset = $6::bigint",
		    o->home.name.data);
	status = rc_pg_exec(pg, TABLE, &r, sql, is_new ? 5 : 6, params);
	if (status != 0)
		return status;
	moved = strcmp(PQcmdTuples(r), "1") != 0;
	PQclear(r);
	return moved ? moved_away(o, entry) : 0;
}

int
rc_offsets_lock(const struct rc_offsets *o, struct rc_pg *pg)
{
	int status = 0;

	for (size_t i = 0; i < o->count && status == 0; i++) {
		char number[16];
		const char *const params[] = { o->conf.consumer, o->list[i].topic, number };

		snprintf(number, sizeof(number), "%" PRId32, o->list[i].partition);
		if (rc_progress_moved(&o->list[i]))
			status = lock(pg, params);
	}
	return status;
}

int
rc_offsets_store(const struct rc_offsets *o, struct rc_pg *pg)
{
	int status = 0;

	for (size_t i = 0; i < o->count && status == 0; i++)
		if (rc_progress_moved(&o->list[i]))
			status = store(o, pg, &o->list[i]);
	return status;
}

static int
put(const char *topic, int32_t partition, struct rc_place at, struct rc_buf *out)
{
	struct rc_envelope e = { .kind = RC_ENVELOPE_POSITION,
		.topic = { topic, strlen(topic) },
		.partition = partition,
		.offset = at.offset,
		.timestamp = at.ms };

	return rc_envelope_put_position(out, &e);
}

static int
print(const char *topic, int32_t partition, struct rc_place at, struct rc_out *out)
{
	int status = put(topic, partition, at, &out->buf);

	return status != 0 ? status : rc_out_end_line(out);
}

int
rc_offsets_committed(struct rc_offsets *o, struct rc_out *out)
{
	int status = 0;

	for (size_t i = 0; i < o->count; i++) {
		struct rc_progress *entry = &o->list[i];

		if (!rc_progress_moved(entry))
			continue;
		rc_progress_commit(entry);
		status = rc_status_first(
		    status, print(entry->topic, entry->partition, entry->stored, out));
	}
	return rc_status_first(status, rc_out_flush(out));
}

int
rc_offsets_put(const struct rc_offsets *o, struct rc_buf *out)
{
	int status = 0;

	out->len = 0;
	for (size_t i = 0; i < o->count && status == 0; i++) {
		const struct rc_progress *entry = &o->list[i];

		if (entry->stored.offset == -1)
			continue;
		status = rc_buf_addc(out, out->len == 0 ? '[' : ',');
		if (status == 0)
			status = put(entry->topic, entry->partition, entry->stored, out);
	}
	if (status == 0 && out->len > 0)
		status = rc_buf_addc(out, ']');
	return status;
}

/* from: the table that has the positions; NULL: none has. */
static const char *
from(const struct rc_offsets *o)
{
	return o->home.from.len > 0 ? o->home.from.data : NULL;
}

int
rc_offsets_print(const struct rc_offsets *o, struct rc_pg *pg, struct rc_out *out)
{
	char sql[SQL_BYTES];
	const char *const params[] = { o->conf.consumer };
	PGresult *r = NULL;
	int status = 0;

	if (from(o) != NULL) {
		snprintf(sql, sizeof(sql),
		    "SELECT topic, partition, next_offset, " RC_HOME_TIMESTAMP(
			"p") " FROM %s p WHERE consumer = $1 ORDER BY topic, partition",
		    from(o));
		status = rc_commit_alone(pg, TABLE, &r, sql, 1, params);
	}

	for (int i = 0; status == 0 && i < PQntuples(r); i++) {
		struct rc_place at = { strtoll(PQgetvalue(r, i, 2), NULL, 10), -1 };

		if (!PQgetisnull(r, i, 3))
			at.ms = strtoll(PQgetvalue(r, i, 3), NULL, 10);
		status = print(
		    PQgetvalue(r, i, 0), (int32_t)strtol(PQgetvalue(r, i, 1), NULL, 10), at, out);
	}
	if (status == 0 && PQntuples(r) == 0 && (status = rc_buf_adds(&out->buf, "{}")) == 0)
		status = rc_out_end_line(out);
	PQclear(r);
	return rc_status_first(status, rc_out_flush(out));
}

int
rc_offsets_forget(const struct rc_offsets *o, struct rc_pg *pg, long *count)
{
	char sql[SQL_BYTES];
	const char *const params[] = { o->conf.consumer };
	PGresult *r;
	int status;

	*count = 0;
	if (from(o) == NULL)
		return 0;
	snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE consumer = $1", from(o));
	if ((status = rc_commit_alone(pg, TABLE, &r, sql, 1, params)) != 0)
		return status;
	*count = (long)rc_pg_rows(r);
	PQclear(r);
	return status;
}

void
rc_offsets_free(struct rc_offsets *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->list[i].topic);
	free(o->list);
	rc_home_free(&o->home);
	o->list = NULL;
	o->count = 0;
}
