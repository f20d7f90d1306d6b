#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/meter.h"
#include "base/quote.h"
#include "json/json.h"
#include "json/jsontext.h"
#include "kafka/to_json.h"
#include "record/envelope.h"
#include "record/envelope_put.h"

static void
count(const rd_kafka_message_t *m, struct rc_stats *stats)
{
	stats->records_in++;
	stats->bytes_in += m->len + m->key_len;
	rc_meter_tick();
}

static struct rc_span
topic_of(const rd_kafka_message_t *m)
{
	const char *name = rd_kafka_topic_name(m->rkt);

	return (struct rc_span){ name, strlen(name) };
}

/* end_line: of what a message was made into; a line that is too long is a reject. */
static int
end_line(const rd_kafka_message_t *m, struct rc_rejects *rejects, struct rc_out *out,
    struct rc_stats *stats)
{
	struct rc_reject reject = { .input = "<kafka>",
		.reason = RC_OUT_TOO_LONG,
		.raw = { m->payload, m->len },
		.id = { topic_of(m), m->partition, m->offset } };

	if (rc_out_too_long(out)) {
		reject.is_json = rc_json_check(reject.raw.p, reject.raw.n) == NULL;
		return rc_rejects_add(rejects, &reject);
	}
	stats->records_out++;
	return rc_out_end_line(out);
}

int
rc_to_json_record(const rd_kafka_message_t *m, struct rc_rejects *rejects, struct rc_out *out,
    struct rc_stats *stats)
{
	struct rc_span value = { m->payload, m->len };
	const char *why;
	int status;

	count(m, stats);
	if (value.p == NULL) {
		stats->skipped++;
		return 0;
	}
	if ((why = rc_json_check(value.p, value.n)) != NULL) {
		char reason[128];
		struct rc_reject reject = { .input = "<kafka>",
			.reason = reason,
			.raw = value,
			.id = { topic_of(m), m->partition, m->offset } };

		snprintf(reason, sizeof(reason), "not JSON: %s", why);
		return rc_rejects_add(rejects, &reject);
	}
	status = rc_jsontext_one_line(&out->buf, value);
	return status != 0 ? status : end_line(m, rejects, out, stats);
}

/* put_headers: each of the message's. */
static int
put_headers(const rd_kafka_message_t *m, struct rc_buf *out)
{
	rd_kafka_headers_t *headers;
	struct rc_envelope_header h;
	const char *name;
	const void *value;
	size_t size;
	int status = 0;

	if (rd_kafka_message_headers(m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return 0;
	for (size_t i = 0; status == 0 &&
	     rd_kafka_header_get_all(headers, i, &name, &value, &size) ==
		 RD_KAFKA_RESP_ERR_NO_ERROR;
	     i++) {
		h.name = (struct rc_span){ name, strlen(name) };
		h.value = (struct rc_span){ value, size };
		status = rc_envelope_put_header(out, &h, i);
	}
	return status;
}

int
rc_to_json_message(
    const rd_kafka_message_t *m, int32_t partition, int64_t timestamp, struct rc_buf *out)
{
	struct rc_envelope e = { .kind = m->payload != NULL ? RC_ENVELOPE_RECORD
							    : RC_ENVELOPE_TOMBSTONE,
		.topic = topic_of(m),
		.partition = partition,
		.offset = m->offset,
		.timestamp = timestamp,
		.key = { m->key, m->key_len },
		.value = { m->payload, m->len } };
	int status;

	if ((status = rc_envelope_put_begin(out, &e)) == 0 && (status = put_headers(m, out)) == 0)
		status = rc_envelope_put_end(out, &e);
	return status;
}

int
rc_to_json_envelope(const rd_kafka_message_t *m, struct rc_rejects *rejects, struct rc_out *out,
    struct rc_stats *stats)
{
	rd_kafka_timestamp_type_t type;
	int status;

	count(m, stats);
	status =
	    rc_to_json_message(m, m->partition, rd_kafka_message_timestamp(m, &type), &out->buf);
	return status != 0 ? status : end_line(m, rejects, out, stats);
}

int
rc_to_json_position(const char *topic, const struct rc_consumer_event *event, struct rc_out *out)
{
	struct rc_envelope e = { .kind = RC_ENVELOPE_POSITION,
		.topic = { topic, strlen(topic) },
		.partition = event->partition,
		.offset = event->offset,
		.timestamp = -1,
		.start = event->start,
		.added = event->added,
		.skipped = event->skipped };
	int status = rc_envelope_put_position(&out->buf, &e);

	return status != 0 ? status : rc_out_end_line(out);
}

int
rc_to_json_lag(const char *topic, const struct rc_consumer_lag *lag, struct rc_out *out)
{
	struct rc_buf *buf = &out->buf;
	int status = rc_buf_adds(buf, "{\"topic\":");

	if (status == 0)
		status = rc_quote_put(buf, (struct rc_span){ topic, strlen(topic) });
	if (status == 0)
		status = rc_buf_printf(buf,
		    ",\"partition\":%" PRId32 ",\"offset\":%" PRId64 ",\"end\":%" PRId64
		    ",\"lag\":%" PRId64 "}",
		    lag->partition, lag->offset, lag->end, lag->end - lag->offset);
	return status != 0 ? status : rc_out_end_line(out);
}
