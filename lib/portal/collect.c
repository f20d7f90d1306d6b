#include <stdlib.h>

#include "base/date.h"
#include "base/dedup.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/status.h"
#include "json/json.h"
#include "json/jsontext.h"
#include "json/value.h"
#include "portal/collect.h"
#include "portal/identity.h"
#include "portal/odsql.h"

struct field { /* of a record */
	struct rc_span name;
	struct rc_json_hint hint;
};

/* What the portal's errors have: those of the Explore API, and of the quota in front of it. */
static const char *const error_fields[] = { "error_code", "errorcode", "error", "message" };

struct rc_collect {
	struct rc_out *out;
	struct rc_stats *stats;
	struct rc_dedup seen;
	struct rc_json json;
	struct rc_identity identity;
	struct field cursor, errors[sizeof(error_fields) / sizeof(*error_fields)];
	struct rc_buf id, last; /* the last record's key, as JSON */
	uint64_t without_key;
	/* of this pass */
	uint64_t most;
	struct rc_collected met;
	struct rc_buf newest, since;
};

static struct field
field(const char *name)
{
	return (struct field){ .name = { name, name == NULL ? 0 : strlen(name) } };
}

int
rc_collect_open(struct rc_collect **hp, const struct rc_dataset *dataset, struct rc_out *out,
    struct rc_stats *stats)
{
	struct rc_collect *h;
	int status;

	if ((h = calloc(1, sizeof(*h))) == NULL) {
		rc_log_errno("no memory for records");
		return RC_OSERR;
	}
	if ((status = rc_identity_open(&h->identity, dataset)) != 0) {
		rc_collect_close(h);
		return status;
	}
	h->out = out;
	h->stats = stats;
	h->cursor = field(dataset->cursor.field);
	for (size_t i = 0; i < sizeof(error_fields) / sizeof(*error_fields); i++)
		h->errors[i] = field(error_fields[i]);
	*hp = h;
	return 0;
}

void
rc_collect_start(struct rc_collect *h, uint64_t most)
{
	rc_dedup_next_round(&h->seen);
	h->most = most;
	h->met = (struct rc_collected){ .in_order = 1 };
	h->newest.len = h->since.len = 0;
}

int
rc_collect_since(struct rc_collect *h, struct rc_span date)
{
	h->met.newer = 0;
	h->since.len = 0;
	return rc_buf_add(&h->since, date.p, date.n);
}

/* value: a member of the record, or NULL where it is missing or null. */
static const struct rc_json_value *
value(struct rc_collect *h, struct field *f)
{
	const struct rc_json_value *v =
	    f->name.p == NULL ? NULL : rc_json_get(&h->json, f->name, &f->hint);

	return v == NULL || v->kind == RC_JSON_NULL ? NULL : v;
}

/* is_error: whether what has no key is what the portal says in place of a record: no cursor either.
 */
static int
is_error(struct rc_collect *h)
{
	int found = 0;

	for (size_t i = 0; i < sizeof(error_fields) / sizeof(*error_fields); i++)
		found |= value(h, &h->errors[i]) != NULL;
	return found && value(h, &h->cursor) == NULL;
}

/* date_of: the scanned record's, as the portal writes it; empty: none that can be compared. */
static struct rc_span
date_of(struct rc_collect *h)
{
	const struct rc_json_value *v = value(h, &h->cursor);

	if (v == NULL || v->kind != RC_JSON_STRING || !rc_odsql_is_date(v->raw))
		return (struct rc_span){ NULL, 0 };
	return v->raw;
}

/* compare_dates: two dates; as texts where they are in one zone, which mostly they are. */
static int
compare_dates(struct rc_span a, struct rc_span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
	int64_t at_a, at_b;

	if (a.n == b.n &&
	    (n < sizeof("2024-04-18T08:15Z") || memcmp(a.p + n - 6, b.p + n - 6, 6) == 0))
		return order;
	if (rc_date_instant(a, &at_a) == 0 && rc_date_instant(b, &at_b) == 0 && at_a != at_b)
		return at_a > at_b ? 1 : -1;
	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

/* note_date: the pass has met a record with this date, or without. */
static int
note_date(struct rc_collect *h, struct rc_span date)
{
	struct rc_buf *position = &h->stats->position;
	int order, status;

	h->met.undated += date.n == 0;
	if (date.n == 0)
		return 0;
	h->met.newer += h->since.len > 0 && compare_dates(date, rc_buf_span(&h->since)) > 0;
	if ((order = compare_dates(date, h->met.newest)) < 0) {
		h->met.in_order = 0;
		return 0;
	}
	if (order == 0) {
		h->met.at_newest++;
		return 0;
	}
	h->met.at_newest = 1;
	h->met.dates++;
	h->newest.len = position->len = 0;
	if ((status = rc_buf_add(&h->newest, date.p, date.n)) != 0)
		return status;
	h->met.newest = rc_buf_span(&h->newest);
	return rc_buf_printf(position, "\"%.*s\"", (int)date.n, date.p);
}

/* end_record: it is in the buffer of h->out. */
static int
end_record(struct rc_collect *h)
{
	int status = rc_out_end_line(h->out);

	if (status != 0)
		return status;
	h->stats->records_out++;
	h->stats->bytes_out = h->out->bytes + h->out->buf.len;
	return 0;
}

/* write_record: its content is known again by what it is set to. */
static int
write_record(struct rc_collect *h, struct rc_span text, uint64_t *content)
{
	size_t before = h->out->buf.len;
	int status = rc_jsontext_compact(&h->out->buf, text);

	if (status != 0)
		return status;
	*content =
	    rc_hash_quick((struct rc_span){ h->out->buf.data + before, h->out->buf.len - before });
	return end_record(h);
}

/* compare_content: warn, once, where a record that is not shown differs from the one that was. */
static int
compare_content(struct rc_collect *h, struct rc_span text, uint64_t *content)
{
	int status;

	if (*content == 0)
		return 0;
	h->id.len = 0; /* which is not needed any more */
	if ((status = rc_jsontext_compact(&h->id, text)) != 0 ||
	    rc_hash_quick(rc_buf_span(&h->id)) == *content)
		return status;
	*content = 0;
	rc_log_warn("the record %.*s differs from one of its key and version that came before, and "
		    "is not shown: see key.version in rc-dataset(5)",
	    (int)h->last.len, h->last.data);
	return 0;
}

int
rc_collect_pass_on(struct rc_collect *h, struct rc_span text, const char *why, int begins)
{
	struct rc_span last = rc_buf_span(&h->last), date = h->met.newest;
	enum rc_dedup_when when;
	uint64_t *note;
	int status;

	h->stats->records_in++;
	if ((status = rc_dedup_add(&h->seen, text.p, text.n, &when, &note)) != 0)
		return status;
	h->met.count += begins && when != RC_DEDUP_AGAIN;
	if (when != RC_DEDUP_NEVER) {
		h->stats->skipped++;
		return 0;
	}
	rc_log_warn("what comes after the record %.*s of %.*s is no record (%s), which another try "
		    "does not change: passed on as it is, for rc-transform to reject",
	    last.n > 0 ? (int)last.n : 8, last.n > 0 ? last.p : "(no key)",
	    date.n > 0 ? (int)date.n : 9, date.n > 0 ? date.p : "(no date)", why);
	if ((status = rc_buf_add(&h->out->buf, text.p, text.n)) != 0)
		return status;
	return end_record(h);
}

int
rc_collect_has_passed_on(const struct rc_collect *h, struct rc_span text)
{
	return rc_dedup_has(&h->seen, text.p, text.n);
}

int
rc_collect_add(struct rc_collect *h, struct rc_span text, const char **bad)
{
	enum rc_dedup_when when;
	uint64_t *content;
	int status, has_key;

	*bad = NULL;
	if ((status = rc_json_scan(&h->json, text.p, text.n)) != 0) {
		*bad = h->json.reason;
		return status == RC_DATA ? 0 : status;
	}
	if ((status = rc_identity_look(&h->identity, &h->json, &has_key)) != 0)
		return status;
	if (!has_key && is_error(h)) {
		*bad = RC_COLLECT_ERROR;
		return 0;
	}
	h->stats->records_in++;
	rc_meter_tick();
	if ((status = rc_identity_name(&h->identity, has_key, &h->last)) != 0 ||
	    (status = rc_identity_put(&h->identity, has_key, text, &h->id)) != 0 ||
	    (status = rc_dedup_add(&h->seen, h->id.data, h->id.len, &when, &content)) != 0)
		return status;
	if (when != RC_DEDUP_AGAIN) {
		h->met.count++;
		h->without_key += !has_key && when == RC_DEDUP_NEVER;
		if ((status = note_date(h, date_of(h))) != 0)
			return status;
	}
	if (when == RC_DEDUP_NEVER)
		return write_record(h, text, content);
	h->stats->skipped++;
	return compare_content(h, text, content);
}

int
rc_collect_flush(struct rc_collect *h)
{
	int status = rc_out_flush(h->out);

	h->stats->bytes_out = h->out->bytes;
	return status;
}

int
rc_collect_full(const struct rc_collect *h)
{
	return h->met.count >= h->most;
}

const struct rc_collected *
rc_collect_met(const struct rc_collect *h)
{
	return &h->met;
}

int
rc_collect_date(struct rc_collect *h, struct rc_span text, struct rc_span *date)
{
	int status = rc_json_scan(&h->json, text.p, text.n);

	if (status == 0)
		*date = date_of(h);
	return status;
}

uint64_t
rc_collect_without_key(const struct rc_collect *h)
{
	return h->without_key;
}

void
rc_collect_close(struct rc_collect *h)
{
	if (h == NULL)
		return;
	rc_identity_close(&h->identity);
	rc_dedup_free(&h->seen);
	rc_json_free(&h->json);
	rc_buf_free(&h->id);
	rc_buf_free(&h->last);
	rc_buf_free(&h->newest);
	rc_buf_free(&h->since);
	free(h);
}
