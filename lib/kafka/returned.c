#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/returned.h"
#include "kafka/to_json.h"

/* copy: topic, key and value, one behind the other. */
static int
copy(struct rc_returned_one *one, const rd_kafka_message_t *m)
{
	const char *topic = rd_kafka_topic_name(m->rkt);
	size_t n = strlen(topic);
	int status;

	if ((status = rc_buf_add(&one->bytes, topic, n)) != 0 ||
	    (status = rc_buf_add(&one->bytes, m->key != NULL ? m->key : "", m->key_len)) != 0 ||
	    (status = rc_buf_add(&one->bytes, m->payload != NULL ? m->payload : "", m->len)) != 0)
		return status;
	one->message.topic = (struct rc_span){ one->bytes.data, n };
	if (m->key != NULL)
		one->message.key = (struct rc_span){ one->bytes.data + n, m->key_len };
	if (m->payload != NULL)
		one->message.value = (struct rc_span){ one->bytes.data + n + m->key_len, m->len };
	return 0;
}

/* reserve: room for one more. */
static int
reserve(struct rc_returned *r)
{
	size_t room = r->room == 0 ? 256 : r->room * 2;
	struct rc_returned_one *list;

	if (r->count < r->room)
		return 0;
	if ((list = realloc(r->list, room * sizeof(*list))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	r->list = list;
	r->room = room;
	return 0;
}

int
rc_returned_add(struct rc_returned *r, const rd_kafka_message_t *m, uint64_t number, uint64_t line,
    int64_t timestamp, int envelope)
{
	rd_kafka_headers_t *headers = NULL;
	struct rc_returned_one *one;
	int status;

	if ((status = reserve(r)) != 0)
		return status;
	one = &r->list[r->count++];
	*one = (struct rc_returned_one){ .number = number,
		.err = m->err,
		.partition = m->partition,
		.message = { .timestamp = timestamp, .line = line } };
	if ((status = copy(one, m)) != 0)
		return status;
	if (rd_kafka_message_headers(m, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
		one->headers = rd_kafka_headers_copy(headers);
	return envelope ? rc_to_json_message(m, -1, timestamp, &one->raw)
			: rc_buf_add(&one->raw, m->payload, m->len);
}

int
rc_returned_move(struct rc_returned *r, struct rc_returned_one *one)
{
	int status = reserve(r);

	if (status != 0)
		return status;
	r->list[r->count++] = *one;
	*one = (struct rc_returned_one){ 0 };
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	const struct rc_returned_one *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

void
rc_returned_sort(struct rc_returned *r)
{
	if (r->count > 1)
		qsort(r->list, r->count, sizeof(*r->list), by_number);
}

void
rc_returned_clear(struct rc_returned *r)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->list[i].headers != NULL)
			rd_kafka_headers_destroy(r->list[i].headers);
		rc_buf_free(&r->list[i].bytes);
		rc_buf_free(&r->list[i].raw);
	}
	free(r->list);
	*r = (struct rc_returned){ 0 };
}
