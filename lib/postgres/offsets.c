#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/claim.h"
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

/* read_stored: the position in the table. */
static int
read_stored(const struct rc_offsets *o, struct rc_pg *pg, const char *const *params,
    struct rc_place *stored)
{
	char sql[SQL_BYTES];
	PGresult *r;
	int status;

	snprintf(sql, sizeof(sql),
	    "SELECT " RC_HOME_OFFSET("p") ", " RC_HOME_TIMESTAMP(
		"p") " FROM %s p WHERE consumer = $1 AND topic = $2 AND partition = "
		     "$3::integer",
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

/* add_entry: room for a partition, the last of the list. */
static int
add_entry(struct rc_offsets *o, struct rc_span topic, int32_t partition)
{
	struct rc_progress *list, entry = { .partition = partition, .released = 1 };

	list = realloc(o->list, (o->count + 1) * sizeof(*list));
	if (list != NULL)
		o->list = list;
	if (list == NULL || (entry.topic = malloc(topic.n + 1)) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	memcpy(entry.topic, topic.p, topic.n);
	entry.topic[topic.n] = '\0';
	o->list[o->count++] = entry;
	return 0;
}

/* look_up: where a partition is, or is put. */
static int
look_up(struct rc_offsets *o, struct rc_span topic, int32_t partition, size_t *index)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->list[i].partition == partition && rc_span_is(topic, o->list[i].topic)) {
			*index = i;
			return 0;
		}
	*index = o->count;
	return add_entry(o, topic, partition);
}

/* meet: what is stored of a partition that is new here.  Of a group, all that come are claimed. */
static int
meet(const struct rc_offsets *o, struct rc_pg *pg, struct rc_progress *entry)
{
	char number[16];
	const char *const params[] = { o->conf.consumer, entry->topic, number };
	struct reading reading = { .o = o, .pg = pg, .params = params };
	int status;

	if (o->claims) {
		rc_log_error("%s partition %" PRId32 ": something of it comes, though it is not "
			     "assigned to this member of the group",
		    entry->topic, entry->partition);
		return RC_DATA;
	}
	snprintf(number, sizeof(number), "%" PRId32, entry->partition);
	status = rc_commit(
	    &(struct rc_commit){ .pg = pg, .what = TABLE, .work = read_one, .arg = &reading });
	if (status == 0)
		rc_progress_start(entry, reading.stored);
	return status;
}

int
rc_offsets_find(
    struct rc_offsets *o, struct rc_pg *pg, struct rc_span topic, int32_t partition, size_t *index)
{
	int status = look_up(o, topic, partition, index);

	return status == 0 && o->list[*index].released ? meet(o, pg, &o->list[*index]) : status;
}

int
rc_offsets_claim(struct rc_offsets *o, struct rc_pg *pg, struct rc_span topic, int32_t partition,
    int64_t partitions, size_t *index)
{
	int status = look_up(o, topic, partition, index);

	o->claims = 1;
	return status != 0 ? status
			   : rc_claim_take(&o->home, pg, o->conf.consumer, o->by_time, partitions,
				 &o->list[*index], &o->others);
}

void
rc_offsets_release(struct rc_offsets *o, size_t index)
{
	rc_progress_rewind(&o->list[index], o->list[index].stored);
	o->list[index].released = 1;
}

int
rc_offsets_moved(const struct rc_offsets *o)
{
	int moved = 0;

	for (size_t i = 0; i < o->count; i++)
		moved |= rc_progress_moved(&o->list[i]);
	return moved;
}

int
rc_offsets_settle(const struct rc_offsets *o, struct rc_pg *pg, int *committed)
{
	size_t before = 0, after = 0;
	int status;

	for (size_t i = 0; i < o->count; i++) {
		const struct rc_progress *entry = &o->list[i];
		struct rc_place stored;
		enum rc_progress_found found;
		char number[16];
		const char *const params[] = { o->conf.consumer, entry->topic, number };

		if (entry->released)
			continue;
		snprintf(number, sizeof(number), "%" PRId32, entry->partition);
		if ((status = rc_claim_lock(&o->home, pg, o->conf.consumer, entry)) != 0 ||
		    (status = read_stored(o, pg, params, &stored)) != 0)
			return status;
		if ((found = rc_progress_compare(entry, stored)) == RC_PROGRESS_OTHER)
			return rc_progress_refuse_moved(o->conf.consumer, entry);
		before += found == RC_PROGRESS_BEFORE;
		after += found == RC_PROGRESS_AFTER;
	}
	if (before > 0 && after > 0) /* no transaction of this loader's leaves that */
		return rc_progress_refuse_moved(o->conf.consumer, &o->list[0]);
	*committed = after > 0;
	return 0;
}

/* store: one position, if it is still what this loader believes.  One that was there
 * and is gone was deleted by somebody: it must not come back. */
static int
store(const struct rc_offsets *o, struct rc_pg *pg, const struct rc_progress *entry)
{
	const int is_new = entry->stored.offset == -1 && entry->epoch == 0;
	char number[16], next[32], ms[32], stored[32], epoch[32], sql[SQL_BYTES];
	const char *const params[] = { o->conf.consumer, entry->topic, number, next,
		entry->next.ms >= 0 ? ms : NULL, stored, epoch };
	PGresult *r;
	int status, moved;

	snprintf(number, sizeof(number), "%" PRId32, entry->partition);
	snprintf(next, sizeof(next), "%" PRId64, entry->next.offset);
	snprintf(ms, sizeof(ms), "%" PRId64, entry->next.ms);
	/* a partition that is only claimed has 0 there */
	snprintf(stored, sizeof(stored), "%" PRId64,
	    entry->stored.offset == -1 ? 0 : entry->stored.offset);
	snprintf(epoch, sizeof(epoch), "%" PRId64, entry->epoch);
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
		    "$3::integer AND next_offset = $6::bigint AND ($7::bigint = 0 OR epoch = "
		    "$7::bigint)",
		    o->home.name.data);
	status = rc_pg_exec(pg, TABLE, &r, sql, is_new ? 5 : 7, params);
	if (status != 0)
		return status;
	moved = strcmp(PQcmdTuples(r), "1") != 0;
	PQclear(r);
	return moved ? rc_progress_refuse_moved(o->conf.consumer, entry) : 0;
}

/* follows: whether x comes after y in the order in which all loaders take their locks. */
static int
follows(const struct rc_progress *x, const struct rc_progress *y)
{
	int d = strcmp(x->topic, y->topic);

	return d > 0 || (d == 0 && x->partition > y->partition);
}

int
rc_offsets_lock(const struct rc_offsets *o, struct rc_pg *pg)
{
	const struct rc_progress *last = NULL, *next;
	int status = 0;

	do {
		next = NULL;
		for (size_t i = 0; i < o->count; i++) {
			const struct rc_progress *p = &o->list[i];

			if (rc_progress_moved(p) && (last == NULL || follows(p, last)) &&
			    (next == NULL || follows(next, p)))
				next = p;
		}
		if (next != NULL)
			status = rc_claim_lock(&o->home, pg, o->conf.consumer, next);
		last = next;
	} while (next != NULL && status == 0);
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
rc_offsets_answer(const struct rc_offsets *o, size_t index, struct rc_out *out)
{
	const struct rc_progress *p = &o->list[index];
	const struct rc_envelope e = { .kind = RC_ENVELOPE_CLAIM,
		.topic = { p->topic, strlen(p->topic) },
		.partition = p->partition,
		.offset = p->stored.offset,
		.timestamp = p->stored.ms,
		.claim = p->released ? RC_ENVELOPE_RELEASED : RC_ENVELOPE_CLAIMED,
		.epoch = p->epoch,
		.added = p->added && !p->released };
	int status = 0;

	if (e.added) /* lines, each with its end */
		status = rc_buf_add(&out->buf, o->others.data, o->others.len);
	if (status == 0)
		status = rc_envelope_put_claim(&out->buf, &e);
	if (status == 0)
		status = rc_out_end_line(out);
	return rc_status_first(status, rc_out_flush(out));
}

int
rc_offsets_put(const struct rc_offsets *o, struct rc_buf *out)
{
	int status = 0;

	out->len = 0;
	for (size_t i = 0; i < o->count && status == 0; i++) {
		const struct rc_progress *entry = &o->list[i];

		if (entry->stored.offset == -1 || entry->released)
			continue;
		status = rc_buf_addc(out, out->len == 0 ? '[' : ',');
		if (status == 0)
			status = put(entry->topic, entry->partition, entry->stored, out);
	}
	if (status == 0 && out->len > 0)
		status = rc_buf_addc(out, ']');
	return status;
}

void
rc_offsets_free(struct rc_offsets *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->list[i].topic);
	free(o->list);
	rc_home_free(&o->home);
	rc_buf_free(&o->others);
	o->list = NULL;
	o->count = 0;
}
