#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "postgres/claim.h"
#include "postgres/commit.h"
#include "record/envelope_put.h"

#define TABLE    "table rc_positions"
#define GRACE_MS 2000 /* for whoever has the partition to end its transaction */
#define LOOK_MS  100  /* how often it is looked whether it has */

/* The number of a partition's advisory lock. */
#define NUMBER "hashtextextended(jsonb_build_array($1::text, $2::text, $3::text)::text, 0)"

struct claim {
	const struct rc_home *home;
	struct rc_pg *pg;
	const char *consumer;
	int by_time;
	int64_t partitions; /* of the topic */
	const struct rc_progress *p;
	struct rc_buf *others;
	struct rc_place stored;
	int64_t epoch;
	int added;
};

/* try_lock: the lock, without waiting. */
static int
try_lock(const struct claim *c, const char *const *params, int *got)
{
	PGresult *r;
	int status =
	    rc_pg_exec(c->pg, TABLE, &r, "SELECT pg_try_advisory_xact_lock(" NUMBER ")", 3, params);

	if (status != 0)
		return status;
	*got = PQgetvalue(r, 0, 0)[0] == 't';
	PQclear(r);
	return 0;
}

/* end_holder: the session that has the lock. */
static int
end_holder(const struct claim *c, const char *const *params)
{
	static const char sql[] =
	    "SELECT pg_terminate_backend(l.pid) FROM (SELECT " NUMBER " AS n) x JOIN pg_locks l ON "
	    "l.classid = ((x.n >> 32) & 4294967295)::oid AND l.objid = (x.n & 4294967295)::oid "
	    "WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.pid <> "
	    "pg_backend_pid() AND l.database = (SELECT oid FROM pg_database WHERE datname = "
	    "current_database())";
	PGresult *r;
	int status = rc_pg_exec(c->pg, TABLE, &r, sql, 3, params);

	if (status != 0)
		return status;
	if (PQntuples(r) > 0)
		rc_log_warn("%s partition %" PRId32
			    ": a session held it for more than %d ms, and was ended",
		    c->p->topic, c->p->partition, GRACE_MS);
	PQclear(r);
	return 0;
}

/* wait_for: the lock, as long as the server lets one wait. */
static int
wait_for(const struct claim *c, const char *const *params)
{
	return rc_pg_exec(c->pg, "lock of the positions", NULL,
	    "SELECT pg_advisory_xact_lock(" NUMBER ")", 3, params);
}

/* is_ours: RC_TEMPFAIL, reported: another has claimed the partition since. */
static int
is_ours(const struct claim *c, const char *const *params)
{
	char sql[1024];
	PGresult *r;
	int status, ours;

	snprintf(sql, sizeof(sql),
	    "SELECT epoch FROM %s WHERE consumer = $1 AND topic = $2 AND partition = $3::integer",
	    c->home->name.data);
	if ((status = rc_pg_exec(c->pg, TABLE, &r, sql, 3, params)) != 0)
		return status;
	ours = PQntuples(r) > 0 && strtoll(PQgetvalue(r, 0, 0), NULL, 10) == c->p->epoch;
	PQclear(r);
	return ours ? 0 : rc_progress_refuse_moved(c->consumer, c->p);
}

/* take_over: the lock, from whoever has it; within: by who has claimed the partition already, and
 * may not end the session of who has claimed it since. */
static int
take_over(const struct claim *c, const char *const *params, int within)
{
	int status, got;

	for (int waited = 0; waited <= GRACE_MS; waited += LOOK_MS) {
		if ((status = try_lock(c, params, &got)) != 0 || got)
			return status;
		if (rc_stop_signal() != 0 && !within)
			return RC_TEMPFAIL;
		rc_stop_sleep(LOOK_MS);
	}
	if ((within && (status = is_ours(c, params)) != 0) || (status = end_holder(c, params)) != 0)
		return status;
	return wait_for(c, params);
}

int
rc_claim_lock(
    const struct rc_home *home, struct rc_pg *pg, const char *consumer, const struct rc_progress *p)
{
	const struct claim c = { .home = home, .pg = pg, .consumer = consumer, .p = p };
	char number[16];
	const char *const params[] = { consumer, p->topic, number };
	int status;

	snprintf(number, sizeof(number), "%" PRId32, p->partition);
	if (p->epoch == 0)
		return wait_for(&c, params);
	status = take_over(&c, params, 1);
	return status != 0 ? status : is_ours(&c, params);
}

/* put_others: the positions of the topic's other partitions, as lines. */
static int
put_others(struct claim *c, const PGresult *r)
{
	struct rc_envelope e = { .kind = RC_ENVELOPE_POSITION,
		.topic = { c->p->topic, strlen(c->p->topic) },
		.timestamp = -1 };
	int status = 0;

	for (int i = 0; i < PQntuples(r) && status == 0; i++) {
		e.partition = (int32_t)strtol(PQgetvalue(r, i, 0), NULL, 10);
		e.offset = strtoll(PQgetvalue(r, i, 1), NULL, 10);
		status = rc_envelope_put_position(c->others, &e);
		status = rc_status_first(status, rc_buf_addc(c->others, '\n'));
	}
	return status;
}

/* look_added: whether a partition of which nothing was ever stored is one that was added: what is
 * in it may be newer than what is left in the others, of the same keys. */
static int
look_added(struct claim *c, const char *const *params)
{
	char sql[1024];
	PGresult *r;
	int status;

	snprintf(sql, sizeof(sql),
	    "SELECT partition, next_offset FROM %s WHERE consumer = $1 AND topic = $2 AND "
	    "partition <> $3::integer AND next_offset > 0",
	    c->home->name.data);
	if ((status = rc_pg_exec(c->pg, TABLE, &r, sql, 3, params)) != 0)
		return status;
	c->added = PQntuples(r) > 0;
	status = put_others(c, r);
	PQclear(r);
	if (status != 0 || !c->added)
		return status;
	snprintf(sql, sizeof(sql),
	    "UPDATE %s SET timestamp_offset = -1 WHERE consumer = $1 AND topic = $2 AND partition "
	    "= $3::integer",
	    c->home->name.data);
	return rc_pg_exec(c->pg, TABLE, NULL, sql, 3, params);
}

/* note_all: the topic's partitions: they are there from the beginning. */
static int
note_all(const struct claim *c, const char *const *params)
{
	char sql[1024], last[32];
	const char *const all[] = { params[0], params[1], last };

	if (c->partitions == 0)
		return 0;
	snprintf(last, sizeof(last), "%" PRId64, c->partitions - 1);
	snprintf(sql, sizeof(sql),
	    "INSERT INTO %s (consumer, topic, partition, next_offset, epoch) SELECT $1, $2, n, 0, "
	    "1 "
	    "FROM generate_series(0, $3::integer) n ORDER BY n ON CONFLICT DO NOTHING",
	    c->home->name.data);
	return rc_pg_exec(c->pg, TABLE, NULL, sql, 3, all);
}

/* claim: the next epoch.  A partition that is only claimed has next_offset 0, stored by nobody. */
static int
claim(void *arg)
{
	struct claim *c = arg;
	char number[16], sql[1024];
	const char *const params[] = { c->consumer, c->p->topic, number };
	PGresult *r;
	int status, new;

	c->added = 0;
	c->others->len = 0;
	snprintf(number, sizeof(number), "%" PRId32, c->p->partition);
	snprintf(sql, sizeof(sql),
	    "INSERT INTO %s AS p (consumer, topic, partition, next_offset, epoch) VALUES ($1, $2, "
	    "$3::integer, 0, 1) ON CONFLICT (consumer, topic, partition) DO UPDATE SET epoch = "
	    "p.epoch + 1, updated = now() RETURNING " RC_HOME_OFFSET("p") ", " RC_HOME_TIMESTAMP(
		"p") ", epoch, epoch = 1 OR timestamp_offset = -1",
	    c->home->name.data);
	if ((status = take_over(c, params, 0)) != 0 ||
	    (status = rc_pg_exec(c->pg, TABLE, &r, sql, 3, params)) != 0)
		return status;
	c->stored = (struct rc_place){ strtoll(PQgetvalue(r, 0, 0), NULL, 10), -1 };
	if (!PQgetisnull(r, 0, 1))
		c->stored.ms = strtoll(PQgetvalue(r, 0, 1), NULL, 10);
	c->epoch = strtoll(PQgetvalue(r, 0, 2), NULL, 10);
	new = c->stored.offset == -1 && PQgetvalue(r, 0, 3)[0] == 't';
	PQclear(r);
	if (!new)
		return 0; /* somebody has met it before */
	status = c->by_time ? 0 : look_added(c, params);
	return status != 0 || c->added ? status : note_all(c, params);
}

int
rc_claim_take(const struct rc_home *home, struct rc_pg *pg, const char *consumer, int by_time,
    int64_t partitions, struct rc_progress *p, struct rc_buf *others)
{
	struct claim c = { .home = home,
		.pg = pg,
		.consumer = consumer,
		.by_time = by_time,
		.partitions = partitions,
		.p = p,
		.others = others };
	int status;

	status =
	    rc_commit(&(struct rc_commit){ .pg = pg, .what = TABLE, .work = claim, .arg = &c });
	if (status != 0)
		return status;
	rc_progress_start(p, c.stored);
	p->epoch = c.epoch;
	p->added = c.added;
	return 0;
}
