#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/commit.h"
#include "postgres/stored.h"
#include "record/envelope_put.h"

#define TABLE     "table rc_positions"
#define SQL_BYTES 1024 /* of a statement with the name of that table */

/* from: the table that has the positions, which it may not be; NULL: none has. */
static const char *
from(const struct rc_offsets *o)
{
	return o->home.from.len > 0 ? o->home.from.data : NULL;
}

/* put_stored: a position, which PostgreSQL has told. */
static int
put_stored(const PGresult *r, int i, struct rc_out *out)
{
	const struct rc_envelope e = { .kind = RC_ENVELOPE_POSITION,
		.topic = { PQgetvalue(r, i, 0), (size_t)PQgetlength(r, i, 0) },
		.partition = (int32_t)strtol(PQgetvalue(r, i, 1), NULL, 10),
		.offset = strtoll(PQgetvalue(r, i, 2), NULL, 10),
		.timestamp = PQgetisnull(r, i, 3) ? -1 : strtoll(PQgetvalue(r, i, 3), NULL, 10) };
	int status = rc_envelope_put_position(&out->buf, &e);

	return status != 0 ? status : rc_out_end_line(out);
}

/* print_stored: all that are stored, a line each; {} where there is none, so that nothing at all
 * means a failure. */
static int
print_stored(const struct rc_offsets *o, struct rc_pg *pg, struct rc_out *out)
{
	char sql[SQL_BYTES];
	const char *const params[] = { o->conf.consumer };
	PGresult *r = NULL;
	int status = 0;

	if (from(o) != NULL) {
		snprintf(sql, sizeof(sql),
		    "SELECT topic, partition, next_offset, " RC_HOME_TIMESTAMP(
			"p") " FROM %s p WHERE consumer = $1 AND " RC_HOME_OFFSET("p") " >= 0 "
										       "ORDER BY "
										       "topic, "
										       "partition",
		    from(o));
		status = rc_commit_alone(pg, TABLE, &r, sql, 1, params);
	}
	for (int i = 0; status == 0 && i < PQntuples(r); i++)
		status = put_stored(r, i, out);
	if (status == 0 && PQntuples(r) == 0 && (status = rc_buf_adds(&out->buf, "{}")) == 0)
		status = rc_out_end_line(out);
	PQclear(r);
	return rc_status_first(status, rc_out_flush(out));
}

/* What is to be forgotten. */
struct forgetting {
	const struct rc_offsets *offsets;
	struct rc_pg *pg;
	struct rc_times times;
	long count; /* of positions */
};

/* forget: delete them; a table that goes by time does not compare their offsets any more. */
static int
forget(void *arg)
{
	struct forgetting *f = arg;
	const char *table = from(f->offsets), *consumer = f->offsets->conf.consumer;
	const char *const params[] = { consumer };
	char sql[SQL_BYTES];
	PGresult *r;
	int status;

	if ((status = rc_times_forget(&f->times, f->pg, table, consumer)) != 0)
		return status;
	snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE consumer = $1", table);
	if ((status = rc_pg_exec(f->pg, TABLE, &r, sql, 1, params)) != 0)
		return status;
	f->count = (long)rc_pg_rows(r);
	PQclear(r);
	return status;
}

int
rc_stored_print(const struct rc_writer_conf *conf, struct rc_out *out)
{
	struct rc_offsets offsets = { .conf = conf->home };
	struct rc_pg *pg;
	int status;

	if ((status = rc_pg_open(&pg, NULL, conf->timeout_ms)) != 0)
		return status;
	if ((status = rc_offsets_open(&offsets, pg)) == 0 &&
	    (status = rc_offsets_check(&offsets)) == 0)
		status = print_stored(&offsets, pg, out);
	rc_offsets_free(&offsets);
	rc_pg_close(pg);
	return status;
}

int
rc_stored_forget(const struct rc_writer_conf *conf)
{
	struct rc_offsets offsets = { .conf = conf->home };
	struct forgetting f = { .offsets = &offsets };
	int status;

	if ((status = rc_pg_open(&f.pg, NULL, conf->timeout_ms)) != 0)
		return status;
	if ((status = rc_offsets_open(&offsets, f.pg)) == 0 && from(&offsets) != NULL &&
	    (status = rc_times_find(&f.times, f.pg, conf->home.table)) == 0)
		status = rc_commit(
		    &(struct rc_commit){ .pg = f.pg, .what = TABLE, .work = forget, .arg = &f });
	if (status == 0 && f.count == 0)
		rc_log_warn(
		    "consumer \"%s\" has no positions, so that none was deleted: see --consumer "
		    "and -t",
		    conf->home.consumer);
	else if (status == 0)
		rc_log_info(
		    "%ld positions of consumer \"%s\" deleted", f.count, conf->home.consumer);
	rc_times_free(&f.times);
	rc_offsets_free(&offsets);
	rc_pg_close(f.pg);
	return status;
}

/* --- moving them back */

struct rewind {
	struct rc_offsets offsets;
	struct rc_pg *pg;
	struct rc_json json;
	struct rc_envelope_reader reader;
};

/* take_line: a position of the text. */
static int
take_line(struct rewind *r, struct rc_span line)
{
	const char *field = "", *why = NULL;
	struct rc_progress *entry;
	struct rc_envelope e;
	size_t index;
	int status, found;

	status = rc_envelope_read_position(&r->reader, &r->json, line, &e, &found, &field, &why);
	if (status == RC_DATA)
		rc_log_error("--rewind %.*s: no position: %s%s%s", (int)line.n, line.p, field,
		    *field != '\0' ? ": " : "", why);
	if (status != 0 || !found)
		return status;
	if ((status = rc_offsets_find(&r->offsets, r->pg, e.topic, e.partition, &index)) != 0)
		return status;
	entry = &r->offsets.list[index];
	if (entry->stored.offset == -1) {
		rc_log_error("--rewind: consumer \"%s\" has no position of %s partition %" PRId32
			     ": see --consumer and -t",
		    r->offsets.conf.consumer, entry->topic, entry->partition);
		return RC_DATA;
	}
	if (e.offset > entry->stored.offset) {
		rc_log_error("--rewind: %s partition %" PRId32 " is at offset %" PRId64 ": %" PRId64
			     " lies ahead, and what is between would be passed over",
		    entry->topic, entry->partition, entry->stored.offset, e.offset);
		return RC_DATA;
	}
	rc_progress_rewind(entry, (struct rc_place){ e.offset, e.timestamp });
	return 0;
}

static int
take_text(struct rewind *r, const char *text)
{
	int status = 0;

	while (status == 0 && *text != '\0') {
		size_t n = strcspn(text, "\n");

		status = take_line(r, (struct rc_span){ text, n });
		text += n + (text[n] == '\n');
	}
	return status;
}

/* has_any: that there is anything to move. */
static int
has_any(const struct rc_offsets *o)
{
	if (o->home.has)
		return 0;
	rc_log_error(
	    "--rewind: consumer \"%s\" has no position: see --consumer and -t", o->conf.consumer);
	return RC_DATA;
}

static int
store_back(void *arg)
{
	const struct rewind *r = arg;
	int status = rc_offsets_lock(&r->offsets, r->pg);

	return status != 0 ? status : rc_offsets_store(&r->offsets, r->pg);
}

static int
settle_back(void *arg, int *done)
{
	const struct rewind *r = arg;

	return rc_offsets_settle(&r->offsets, r->pg, done);
}

int
rc_stored_rewind(const struct rc_writer_conf *conf, const char *text, struct rc_out *out)
{
	struct rewind r = { .offsets = { .conf = conf->home } };
	int status;

	if ((status = rc_pg_open(&r.pg, NULL, conf->timeout_ms)) != 0)
		return status;
	if ((status = rc_offsets_open(&r.offsets, r.pg)) == 0 &&
	    (status = has_any(&r.offsets)) == 0 &&
	    (status = rc_offsets_create(&r.offsets, r.pg)) == 0 &&
	    (status = take_text(&r, text)) == 0 &&
	    (status = rc_commit(&(struct rc_commit){ .pg = r.pg,
		 .what = "table rc_positions",
		 .work = store_back,
		 .settle = settle_back,
		 .arg = &r })) == 0)
		status = rc_offsets_committed(&r.offsets, out);
	rc_offsets_free(&r.offsets);
	rc_json_free(&r.json);
	rc_envelope_reader_free(&r.reader);
	rc_pg_close(r.pg);
	return status;
}
