#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/status.h"
#include "postgres/loader.h"
#include "postgres/row.h"
#include "record/envelope.h"

#define BATCH_BYTES  ((size_t)6 << 20) /* of a batch, beyond which it is committed */
#define NO_PARTITION SIZE_MAX
#define SILENCE_MS   200 /* of the input, after which what is there is committed */
#define AGE_S        1   /* of a batch, at which it is committed */

struct rc_loader {
	struct rc_loader_conf conf;
	struct rc_loader_to to;
	struct rc_input *input; /* borrowed */
	struct rc_writer *writer;
	struct rc_offsets *offsets; /* the writer's */
	struct rc_row_maker *rows;
	struct rc_batch batch;
	int moved;           /* a position did, though perhaps no row came */
	int ended;           /* a row ends the run, and only what came before it is loaded */
	double since;        /* when the batch began */
	uint64_t suppressed; /* rows, by a trigger or rule of the table */
	struct rc_envelope_reader reader;
	struct rc_json value; /* of an envelope */
	struct rc_span key_column;
	struct rc_json_hint key_hint; /* of rejects */
	struct rc_buf key;
};

int
rc_loader_open(struct rc_loader **lp, const struct rc_loader_conf *conf, const struct rc_dataset *d,
    const struct rc_loader_to *to)
{
	struct rc_loader *l;
	int status;

	if ((l = calloc(1, sizeof(*l))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	l->conf = *conf;
	l->to = *to;
	if ((status = rc_writer_open(&l->writer, &conf->writer, d)) != 0 ||
	    (status = rc_row_open(&l->rows, d)) != 0) {
		rc_loader_close(l);
		return status;
	}
	l->offsets = rc_writer_offsets(l->writer);
	l->batch.by_time = l->offsets->by_time;
	l->key_column = (struct rc_span){ d->key.column, strlen(d->key.column) };
	*lp = l;
	return 0;
}

/* reject: a record of the batch or of the input. */
static struct rc_reject
reject(const struct rc_loader *l, const struct rc_batch_row *row, const char *field,
    const char *reason, struct rc_span raw)
{
	struct rc_reject j = { .input = "<stdin>",
		.line = row->line,
		.field = field,
		.reason = reason,
		.raw = raw,
		.is_json = 1 };

	if (row->partition != NO_PARTITION) {
		const struct rc_progress *o = &l->offsets->list[row->partition];

		j.id = (struct rc_message_id){ { o->topic, strlen(o->topic) }, o->partition,
			row->offset };
	}
	return j;
}

/* add_row: the record in json, whose text is raw. */
static int
add_row(
    struct rc_loader *l, const struct rc_json *json, struct rc_span raw, struct rc_batch_row *row)
{
	const char *field = NULL, *reason = NULL;
	struct rc_reject j;
	struct rc_span key;
	int status;

	row->row = l->batch.rows.len;
	status = rc_row_put(l->rows, json, l->batch.count, &l->batch.rows, &key, &field, &reason);
	if (status == RC_DATA) {
		const struct rc_json_value *v = rc_json_get(json, l->key_column, &l->key_hint);

		j = reject(l, row, field, reason, raw);
		if (v != NULL && (v->kind == RC_JSON_STRING || v->kind == RC_JSON_NUMBER))
			j.key = rc_json_source(v);
		return rc_rejects_add(l->to.rejects, &j);
	}
	if (status != 0)
		return status;
	row->row_n = l->batch.rows.len - row->row;
	row->key = (size_t)(key.p - l->batch.rows.data);
	row->key_n = key.n;
	return rc_batch_add(&l->batch, row, raw);
}

/* add_tombstone: the key of an envelope, whose row is to be deleted. */
static int
add_tombstone(
    struct rc_loader *l, const struct rc_envelope *e, struct rc_span raw, struct rc_batch_row *row)
{
	struct rc_reject j;
	struct rc_span key;
	int status;

	row->tombstone = 1;
	row->row = l->batch.rows.len;
	if (e->key.p == NULL || memchr(e->key.p, '\0', e->key.n) != NULL) {
		j = reject(l, row, "key",
		    e->key.p == NULL ? "a tombstone without a key"
				     : "U+0000 is not allowed in PostgreSQL text",
		    raw);
		return rc_rejects_add(l->to.rejects, &j);
	}
	status = rc_row_put_tombstone(l->rows, e->key, l->batch.count, &l->batch.rows, &key);
	if (status != 0)
		return status;
	row->row_n = l->batch.rows.len - row->row;
	row->key = (size_t)(key.p - l->batch.rows.data);
	row->key_n = key.n;
	return rc_batch_add(&l->batch, row, raw);
}

/* add_message: an envelope that is not below its partition's position. */
static int
add_message(struct rc_loader *l, const struct rc_envelope *e, const struct rc_record *rec,
    struct rc_batch_row *row)
{
	struct rc_reject j;
	int status = RC_DATA;

	if (e->kind == RC_ENVELOPE_TOMBSTONE)
		return add_tombstone(l, e, rec->text, row);
	if (e->value_is_json && rec->json->inner_at == e->value.p)
		status = 0; /* it was scanned with the envelope */
	else if (e->value_is_json)
		status = rc_json_scan(&l->value, e->value.p, e->value.n);
	if (status == RC_DATA) {
		j = reject(l, row, NULL, "its value is not a JSON object", e->value);
		j.is_json = e->value_is_json;
		return rc_rejects_add(l->to.rejects, &j);
	}
	return status != 0 ? status : add_row(l, &l->value, e->value, row);
}

/* let_go: of a partition that was revoked, or lost: what came of that is another's to load. */
static int
let_go(struct rc_loader *l, size_t index, int lost)
{
	int status = lost ? 0 : rc_loader_commit(l);

	if (status != 0)
		return status;
	rc_batch_drop(&l->batch, index);
	rc_offsets_release(l->offsets, index);
	l->moved = rc_offsets_moved(l->offsets);
	return rc_offsets_answer(l->offsets, index, l->to.out);
}

/* take_claim: what the group says of a partition. */
static int
take_claim(struct rc_loader *l, const struct rc_envelope *e)
{
	size_t index;
	int status;

	rc_input_expect_torn(l->input);
	if (e->claim != RC_ENVELOPE_ASSIGNED) {
		status = rc_writer_partition(l->writer, e->topic, e->partition, &index);
		return status != 0 ? status : let_go(l, index, e->claim == RC_ENVELOPE_LOST);
	}
	status = rc_writer_claim(l->writer, e->topic, e->partition, e->partitions, &index);
	return status != 0 ? status : rc_offsets_answer(l->offsets, index, l->to.out);
}

/* add_envelope: a message, or a position. */
static int
add_envelope(struct rc_loader *l, const struct rc_record *rec)
{
	struct rc_batch_row row = { .line = rec->line, .partition = NO_PARTITION, .offset = -1 };
	const char *field, *reason;
	struct rc_envelope e;
	struct rc_progress *p;
	struct rc_reject j;
	int status, wanted;

	status = rc_envelope_read(&l->reader, rec->json, &e, &field, &reason);
	if (status == 0 && e.kind == RC_ENVELOPE_CLAIM) {
		l->to.stats->records_in--;
		return take_claim(l, &e);
	}
	if (status == 0 && (field = rc_envelope_lacks(&e)) != NULL) {
		reason = "missing: nothing can be loaded just once without it";
		status = RC_DATA;
	}
	if (status == RC_DATA) {
		j = reject(l, &row, field, reason, rec->text);
		return rc_rejects_add(l->to.rejects, &j);
	}
	if (status == 0)
		status = rc_writer_partition(l->writer, e.topic, e.partition, &row.partition);
	if (status != 0)
		return status;
	p = &l->offsets->list[row.partition];
	row.offset = e.offset;
	row.ms = e.timestamp;
	row.before = p->next;
	if (e.kind == RC_ENVELOPE_POSITION)
		l->to.stats->records_in--; /* a line, but no record */
	if ((status = rc_progress_check(
		 l->offsets->conf.consumer, l->offsets->by_time, p, &e, &wanted)) != 0)
		return status;
	if (!wanted) {
		l->to.stats->skipped += e.kind != RC_ENVELOPE_POSITION;
		return 0;
	}
	if (e.kind != RC_ENVELOPE_POSITION)
		status = add_message(l, &e, rec, &row);
	if (status == 0) { /* processed, if only as a reject */
		rc_progress_advance(p, &e);
		l->moved |= rc_progress_moved(p);
	}
	return status;
}

int
rc_loader_add(struct rc_loader *l, const struct rc_record *rec)
{
	struct rc_batch_row row = { .line = rec->line, .partition = NO_PARTITION, .offset = -1 };
	int status;

	if (l->conf.writer.positions)
		status = add_envelope(l, rec);
	else
		status = add_row(l, rec->json, rec->text, &row);
	if (status != 0 || !rc_loader_pending(l))
		return status;
	if (l->since == 0)
		l->since = rc_clock_now();
	if (l->batch.count >= (size_t)l->conf.batch_rows ||
	    rc_batch_bytes(&l->batch) >= BATCH_BYTES || rc_clock_now() - l->since >= AGE_S)
		status = rc_loader_commit(l);
	return status;
}

int
rc_loader_pending(const struct rc_loader *l)
{
	return l->batch.count > 0 || l->moved;
}

/* cut: forget the batch's rows from the at'th on, and go back in each partition to before the
 * first of them. */
static void
cut(struct rc_loader *l, size_t at)
{
	for (size_t i = l->batch.count; i > at; i--) {
		const struct rc_batch_row *row = &l->batch.list[i - 1];

		if (row->partition != NO_PARTITION)
			rc_progress_rewind(&l->offsets->list[row->partition], row->before);
	}
	rc_batch_cut(&l->batch, at);
}

/* refuse: what was found, which is no single row's fault; the run ends before it. */
static int
refuse(const struct rc_loader *l, const struct rc_search_bad *bad)
{
	rc_log_error("<stdin>: lines %" PRIu64 " to %" PRIu64 ": %s",
	    l->batch.list[bad->index].line, l->batch.list[bad->last].line, bad->reason);
	return RC_DATA;
}

/* reject_bad: a row that PostgreSQL refuses. */
static int
reject_bad(struct rc_loader *l, const struct rc_search_bad *bad)
{
	struct rc_batch_row *row = &l->batch.list[bad->index];
	struct rc_span raw = { l->batch.raw.data + row->raw, row->raw_n };
	struct rc_span key = { l->batch.rows.data + row->key, row->key_n };
	struct rc_reject j = reject(l, row, bad->field, bad->reason, raw);
	int status;

	l->key.len = 0;
	if ((status = rc_quote_put(&l->key, key)) != 0)
		return status;
	j.key = rc_buf_span(&l->key);
	status = bad->conflict && l->conf.writer.conflict == RC_MERGE_FAIL
	    ? rc_rejects_refuse(l->to.rejects, &j)
	    : rc_rejects_add(l->to.rejects, &j);

	if (status == 0)
		row->state = RC_BATCH_REJECTED;
	return status;
}

/* found: rows that PostgreSQL refuses: reject them.  RC_DATA: the run is to end, and the batch was
 * cut before them.  What is refused of the rest is so for what was cut off. */
static int
found(void *arg, const struct rc_search_bad *bad)
{
	struct rc_loader *l = arg;
	int status = RC_DATA;

	if (!l->ended)
		status = bad->last > bad->index ? refuse(l, bad) : reject_bad(l, bad);
	l->ended |= status == RC_DATA;
	if (status == RC_DATA)
		cut(l, bad->index);
	return status;
}

/* load: the batch.  Where it is refused, the rows to blame are rejected and the
 * rest is loaded. */
static int
load(struct rc_loader *l, struct rc_merge_counts *counts)
{
	int status;

	do {
		/* The commit passes what was set aside, also in the last round. */
		if ((status = rc_batch_settle(&l->batch)) != 0 ||
		    (status = rc_rejects_sync(l->to.rejects)) != 0)
			return status;
		if ((status = rc_writer_write(l->writer, &l->batch, counts)) != RC_DATA)
			return status;
		status = rc_writer_search(l->writer, &l->batch, found, l);
	} while (status == 0 || status == RC_DATA);
	return status;
}

int
rc_loader_commit(struct rc_loader *l)
{
	struct rc_merge_counts counts = { 0 };
	int status;

	if (!rc_loader_pending(l))
		return 0;
	if ((status = load(l, &counts)) == 0) {
		l->to.stats->records_out += counts.changed;
		l->to.stats->skipped += counts.unchanged + counts.superseded;
		l->suppressed += counts.suppressed;
		status = rc_offsets_committed(l->offsets, l->to.out);
		status =
		    rc_status_first(status, rc_offsets_put(l->offsets, &l->to.stats->position));
		if (l->ended)
			status = RC_DATA;
	}
	rc_batch_cut(&l->batch, 0);
	l->moved = 0;
	l->since = 0;
	return status;
}

int
rc_loader_run(struct rc_loader *l, struct rc_input *input)
{
	enum rc_event event = RC_EVENT_LINE;
	struct rc_record rec;
	int status = 0, committed;

	l->input = input;
	rc_input_roomy(input); /* while PostgreSQL is at work, nothing is read */
	if (l->conf.writer.positions)
		rc_input_expect_envelopes(input, &l->value);
	while (status == 0) {
		status = rc_input_next(input, rc_loader_pending(l) ? SILENCE_MS : -1, &event, &rec);
		if (status != 0 || event == RC_EVENT_END)
			break;
		status = event == RC_EVENT_LINE ? rc_loader_add(l, &rec) : rc_loader_commit(l);
	}
	/* What came before a bad record is loaded; after a failure of PostgreSQL
	 * the batch is gone, and there is nothing to commit. */
	committed = rc_loader_commit(l);
	return rc_status_first(status, committed);
}

int
rc_loader_compare(
    struct rc_loader *l, const struct rc_compare_conf *conf, struct rc_compare_counts *counts)
{
	int status = rc_writer_compare(l->writer, conf, l->to.out, counts);

	l->to.stats->records_out = counts->missing + counts->changed + counts->extra;
	l->to.stats->skipped = counts->equal;
	return status;
}

void
rc_loader_close(struct rc_loader *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; l->offsets != NULL && i < l->offsets->count; i++)
		rc_progress_report(&l->offsets->list[i]);
	if (l->suppressed > 0)
		rc_log_warn("table \"%s\": %" PRIu64 " rows were not written: a trigger or rule of "
			    "the table suppresses them",
		    l->conf.writer.home.table, l->suppressed);
	rc_writer_close(l->writer);
	rc_row_close(l->rows);
	rc_batch_free(&l->batch);
	rc_envelope_reader_free(&l->reader);
	rc_json_free(&l->value);
	rc_buf_free(&l->key);
	free(l);
}
