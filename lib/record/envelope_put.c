#include "record/envelope_put.h"
#include "base/base64.h"
#include "base/quote.h"
#include "base/status.h"
#include "base/utf8.h"
#include "json/jsontext.h"

/* put_base64: a quoted text. */
static int
put_base64(struct rc_buf *out, struct rc_span bytes)
{
	int status = rc_buf_addc(out, '"');

	status = rc_status_first(status, rc_base64_put(out, bytes));
	return rc_status_first(status, rc_buf_addc(out, '"'));
}

/* put_number: with its name in front. */
static int
put_number(struct rc_buf *out, const char *name, int64_t n)
{
	int status = rc_buf_adds(out, name);

	return status != 0 ? status : rc_buf_addi(out, n);
}

/* put_place: {"topic":T,"partition":P,"offset":N, as far as it is known */
static int
put_place(struct rc_buf *out, const struct rc_envelope *e)
{
	int status;

	if ((status = rc_buf_adds(out, "{\"topic\":")) == 0 &&
	    (status = rc_quote_put(out, e->topic)) == 0 && e->partition >= 0 &&
	    (status = put_number(out, ",\"partition\":", e->partition)) == 0)
		status = put_number(out, ",\"offset\":", e->offset);
	return status;
}

int
rc_envelope_put_position(struct rc_buf *out, const struct rc_envelope *e)
{
	int status = put_place(out, e);

	if (status == 0 && e->timestamp >= 0)
		status = put_number(out, ",\"timestamp\":", e->timestamp);
	if (status == 0 && e->start)
		status = rc_buf_adds(out, ",\"start\":true");
	if (status == 0 && e->added)
		status = rc_buf_adds(out, ",\"added\":true");
	if (status == 0 && e->skipped > 0)
		status = put_number(out, ",\"skipped\":", e->skipped);
	return status != 0 ? status : rc_buf_addc(out, '}');
}

int
rc_envelope_put_claim(struct rc_buf *out, const struct rc_envelope *e)
{
	static const char *const words[] = { ",\"assigned\":true}", ",\"claimed\":true}",
		",\"revoked\":true}", ",\"revoked\":true,\"lost\":true}", ",\"released\":true}" };
	int status;

	if ((status = rc_buf_adds(out, "{\"topic\":")) == 0 &&
	    (status = rc_quote_put(out, e->topic)) == 0)
		status = put_number(out, ",\"partition\":", e->partition);
	if (status == 0 && e->offset >= 0)
		status = put_number(out, ",\"offset\":", e->offset);
	if (status == 0 && e->timestamp >= 0)
		status = put_number(out, ",\"timestamp\":", e->timestamp);
	if (status == 0 && e->epoch > 0)
		status = put_number(out, ",\"epoch\":", e->epoch);
	if (status == 0 && e->partitions > 0)
		status = put_number(out, ",\"partitions\":", e->partitions);
	if (status == 0 && e->added)
		status = rc_buf_adds(out, ",\"added\":true");
	return status != 0 ? status : rc_buf_adds(out, words[e->claim]);
}

int
rc_envelope_put_begin(struct rc_buf *out, const struct rc_envelope *e)
{
	int status = put_place(out, e);

	if (status != 0)
		return status;
	if (e->timestamp >= 0)
		status = put_number(out, ",\"timestamp\":", e->timestamp);
	else
		status = rc_buf_adds(out, ",\"timestamp\":null");
	if (status != 0)
		return status;
	if (e->key.p == NULL) {
		status = rc_buf_adds(out, ",\"key\":null");
	} else if (rc_utf8_valid(e->key.p, e->key.n)) {
		status = rc_buf_adds(out, ",\"key\":");
		status = rc_status_first(status, rc_quote_put(out, e->key));
	} else {
		status = rc_buf_adds(out, ",\"key_base64\":");
		status = rc_status_first(status, put_base64(out, e->key));
	}
	return rc_status_first(status, rc_buf_adds(out, ",\"headers\":["));
}

int
rc_envelope_put_header(struct rc_buf *out, const struct rc_envelope_header *h, size_t index)
{
	int status = rc_buf_adds(out, index == 0 ? "[" : ",[");

	/* Kafka's protocol says that a name is UTF-8 */
	status = rc_status_first(status, rc_quote_lossy(out, h->name));
	if (status == 0 && h->value.p == NULL)
		return rc_buf_adds(out, ",null]");
	if (status == 0 && rc_utf8_valid(h->value.p, h->value.n)) {
		status = rc_buf_addc(out, ',');
		status = rc_status_first(status, rc_quote_put(out, h->value));
	} else if (status == 0) {
		status = rc_buf_adds(out, ",null,");
		status = rc_status_first(status, put_base64(out, h->value));
	}
	return rc_status_first(status, rc_buf_addc(out, ']'));
}

int
rc_envelope_put_end(struct rc_buf *out, const struct rc_envelope *e)
{
	int status = rc_buf_adds(out, "],\"value");

	if (status != 0)
		return status;
	if (e->kind == RC_ENVELOPE_TOMBSTONE)
		return rc_buf_adds(out, "\":null}");
	/* the four bytes null would come back as a tombstone */
	if (rc_json_check(e->value.p, e->value.n) == NULL &&
	    !rc_span_is(rc_span_trim(e->value), "null")) {
		status = rc_buf_adds(out, "\":");
		if (status == 0)
			status = rc_jsontext_one_line(out, e->value);
	} else {
		status = rc_buf_adds(out, "_base64\":");
		status = rc_status_first(status, put_base64(out, e->value));
	}
	return rc_status_first(status, rc_buf_addc(out, '}'));
}
