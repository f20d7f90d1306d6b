#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "inflight.h"
#include "msg.h"
#include "position.h"
#include "producer.h"
#include "status.h"
#include "topic.h"

#define BATCH_BYTES  1000000 /* of a batch, where no topic allows less */
#define POLL_EVERY   256     /* messages between two looks at acknowledgements */
#define WAIT_MS      100
#define BATCH_HEADER 61 /* bytes of a record batch, its records apart (KIP-98) */
#define MIN_BATCH    1024

struct topic {
	char *name;
	rd_kafka_topic_t *handle;
	struct rc_topic_limits limits;
};

struct rc_producer {
	struct rc_producer_conf conf;
	const struct rc_dataset *dataset;
	rd_kafka_t *rk;
	struct rc_kafka_trouble trouble;
	int64_t batch_bytes;
	struct topic *topics;
	size_t topic_count;
	size_t topic_last; /* the one used last */
	struct rc_inflight *inflight;
	rd_kafka_resp_err_t err; /* why the first message failed */
	char err_text[256];
	unsigned since_poll;
	long position; /* printed last */
	int has_position;
};

static void
on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
	struct rc_producer *p = ((struct rc_kafka_trouble *)opaque)->owner;

	(void)rk;
	if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && p->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		p->err = message->err;
		snprintf(p->err_text, sizeof(p->err_text), "%s: %s",
		    rd_kafka_topic_name(message->rkt), rd_kafka_message_errstr(message));
	}
	rc_inflight_done(p->inflight, (uint64_t)(uintptr_t)message->_private,
	    message->err == RD_KAFKA_RESP_ERR_NO_ERROR);
}

/* start_client: with batches of at most p->batch_bytes. */
static int
start_client(struct rc_producer *p)
{
	char batch[32], timeout[32];
	const char *const defaults[] = { "enable.idempotence", "true", "partitioner",
		"murmur2_random", "linger.ms", "5", "batch.size", batch, "message.timeout.ms",
		timeout, "message.max.bytes", "100000000", "queue.buffering.max.kbytes", "32768",
		"reconnect.backoff.max.ms", "1000", NULL };
	rd_kafka_conf_t *conf;
	int status;

	snprintf(batch, sizeof(batch), "%" PRId64, p->batch_bytes);
	snprintf(timeout, sizeof(timeout), "%d", p->conf.kafka.timeout_ms);
	if ((status = rc_kafka_settings(&p->conf.kafka, defaults, &conf, &p->trouble)) != 0)
		return status;
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	return rc_kafka_client(&p->rk, RD_KAFKA_PRODUCER, conf);
}

static void
drop_topics(struct rc_producer *p)
{
	for (size_t i = 0; i < p->topic_count; i++) {
		rd_kafka_topic_destroy(p->topics[i].handle);
		free(p->topics[i].name);
	}
	free(p->topics);
	p->topics = NULL;
	p->topic_count = 0;
}

static void
stop_client(struct rc_producer *p)
{
	drop_topics(p);
	if (p->rk != NULL)
		rd_kafka_destroy(p->rk);
	p->rk = NULL;
}

/* keep_topic: remember a topic that was found.  name is taken over. */
static int
keep_topic(struct rc_producer *p, char *name, const struct rc_topic_limits *limits)
{
	struct topic *topics = realloc(p->topics, (p->topic_count + 1) * sizeof(*topics));
	rd_kafka_topic_t *handle = NULL;

	if (topics == NULL) {
		rc_msg_errno("no memory");
	} else {
		p->topics = topics;
		if ((handle = rd_kafka_topic_new(p->rk, name, NULL)) == NULL)
			rc_msg_error("topic %s: %s", name, rd_kafka_err2str(rd_kafka_last_error()));
	}
	if (handle == NULL) {
		free(name);
		return RC_IO;
	}
	p->topic_last = p->topic_count++;
	p->topics[p->topic_last] = (struct topic){ name, handle, *limits };
	return 0;
}

/* add_topic: look for a topic, make it where that is asked for, and remember it.
 * Where it allows smaller batches than the client makes, the client is made
 * anew, for one record too many costs its whole batch. */
static int
add_topic(struct rc_producer *p, struct rc_span name)
{
	struct rc_topic_limits limits = { 0 };
	const struct rc_kafka_conf *c = &p->conf.kafka;
	char *copy;
	int status = 0;

	if ((copy = malloc(name.n + 1)) == NULL) {
		rc_msg_errno("no memory");
		return RC_IO;
	}
	memcpy(copy, name.p, name.n);
	copy[name.n] = '\0';
	if (strlen(copy) != name.n) {
		rc_msg_error("topic %s...: its name has a U+0000", copy);
		status = RC_CONFIG;
	}
	if (status == 0 && p->conf.create_topic)
		status = rc_topic_create(p->rk, c, &p->trouble, p->dataset, copy);
	if (status == 0)
		status = rc_topic_limits(p->rk, c, &p->trouble, copy, &limits);
	if (status == 0 && limits.max_message_bytes > 0 &&
	    limits.max_message_bytes < p->batch_bytes && p->batch_bytes > MIN_BATCH) {
		if ((status = rc_producer_flush(p)) == 0) {
			stop_client(p);
			p->batch_bytes = limits.max_message_bytes < MIN_BATCH
			    ? MIN_BATCH
			    : limits.max_message_bytes;
			status = start_client(p);
		}
	}
	if (status != 0) {
		free(copy);
		return status;
	}
	return keep_topic(p, copy, &limits);
}

/* find_topic: the topic called name, which is p->topics[p->topic_last] then. */
static int
find_topic(struct rc_producer *p, struct rc_span name)
{
	if (p->topic_count > 0 && rc_span_is(name, p->topics[p->topic_last].name))
		return 0;
	for (size_t i = 0; i < p->topic_count; i++)
		if (rc_span_is(name, p->topics[i].name)) {
			p->topic_last = i;
			return 0;
		}
	return add_topic(p, name);
}

int
rc_producer_open(
    struct rc_producer **pp, const struct rc_producer_conf *conf, const struct rc_dataset *d)
{
	struct rc_producer *p;
	int status;

	if ((p = calloc(1, sizeof(*p))) == NULL) {
		rc_msg_errno("no memory");
		return RC_IO;
	}
	p->conf = *conf;
	p->dataset = d;
	p->batch_bytes = BATCH_BYTES;
	p->trouble.owner = p;
	status = rc_inflight_open(&p->inflight, d->cursor.overlap_days);
	if (status == 0)
		status = start_client(p);
	if (status == 0 && conf->topic != NULL)
		status = find_topic(p, (struct rc_span){ conf->topic, strlen(conf->topic) });
	if (status != 0)
		rc_producer_close(p);
	else
		*pp = p;
	return status;
}

/* varint_size: bytes of n as a zigzag varint (KIP-98). */
static size_t
varint_size(uint64_t n)
{
	size_t size = 1;

	for (n <<= 1; n >= 0x80; n >>= 7)
		size++;
	return size;
}

/* batch_size: bytes of a batch of this one message, of which its headers take
 * header_bytes and are header_count. */
static uint64_t
batch_size(const struct rc_message *m, uint64_t header_bytes, uint64_t header_count)
{
	uint64_t record = 3; /* attributes, timestamp delta and offset delta */

	record += varint_size(m->key.n) + m->key.n + varint_size(m->value.n) + m->value.n;
	record += varint_size(header_count) + header_bytes;
	return BATCH_HEADER + varint_size(record) + record;
}

/* read_headers: into *list, which is NULL where there are none.  Its bytes in a
 * record and its count are added up. */
static int
read_headers(const struct rc_message *m, struct rc_envelope_reader *reader,
    rd_kafka_headers_t **list, uint64_t *bytes, uint64_t *count, const char **reason)
{
	struct rc_span rest = m->headers;
	struct rc_envelope_header h;
	int status, there;

	*list = NULL;
	*bytes = *count = 0;
	for (;;) {
		status = rc_envelope_next_header(reader, &rest, &h, &there);
		if (status == 0 && !there)
			return 0;
		if (status == 0 && *list == NULL)
			*list = rd_kafka_headers_new(8);
		if (status == RC_DATA)
			*reason = "headers: not a list of [NAME,VALUE]";
		/* -1 as a size would stand for the length of a C string */
		if (status == 0 &&
		    rd_kafka_header_add(*list, h.name.p, (ssize_t)h.name.n, h.value.p,
			h.value.p != NULL ? (ssize_t)h.value.n : 0) != RD_KAFKA_RESP_ERR_NO_ERROR)
			status = RC_IO;
		if (status != 0) {
			if (*list != NULL)
				rd_kafka_headers_destroy(*list);
			*list = NULL;
			return status;
		}
		*bytes += varint_size(h.name.n) + h.name.n + varint_size(h.value.n) + h.value.n;
		++*count;
	}
}

/* queue: hand the message to librdkafka once, which copies it and on success
 * owns headers. */
static rd_kafka_resp_err_t
queue(
    struct rc_producer *p, const struct rc_message *m, rd_kafka_headers_t *headers, uint64_t number)
{
	rd_kafka_vu_t vus[7] = {
		{ .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = p->topics[p->topic_last].handle },
		{ .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
		{ .vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = (void *)(uintptr_t)number },
		{ .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { (void *)m->key.p, m->key.n } },
		{ .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { (void *)m->value.p, m->value.n } },
	};
	rd_kafka_error_t *error;
	rd_kafka_resp_err_t err;
	size_t n = 5;

	if (m->timestamp >= 0)
		vus[n++] =
		    (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = m->timestamp };
	if (headers != NULL)
		vus[n++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers };
	if ((error = rd_kafka_produceva(p->rk, vus, n)) == NULL)
		return RD_KAFKA_RESP_ERR_NO_ERROR;
	err = rd_kafka_error_code(error);
	rd_kafka_error_destroy(error);
	return err;
}

/* enqueue: the same, waiting while the queue is full. */
static int
enqueue(struct rc_producer *p, const struct rc_message *m, rd_kafka_headers_t *headers,
    const char **reason)
{
	rd_kafka_resp_err_t err;
	uint64_t number;
	int status;

	if ((status = rc_inflight_add(p->inflight, m->date, m->line, &number)) == 0) {
		while ((err = queue(p, m, headers, number)) == RD_KAFKA_RESP_ERR__QUEUE_FULL &&
		    rc_inflight_left(p->inflight) > 1 && p->err == RD_KAFKA_RESP_ERR_NO_ERROR)
			rd_kafka_poll(p->rk, WAIT_MS);
		if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
			return 0;
		rc_inflight_forget(p->inflight);
		*reason = rd_kafka_err2str(err);
		if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL && p->err == RD_KAFKA_RESP_ERR_NO_ERROR)
			*reason = "larger than librdkafka's whole queue: raise "
				  "queue.buffering.max.kbytes with -X";
		status = p->err != RD_KAFKA_RESP_ERR_NO_ERROR ? rc_kafka_status(p->err) : RC_DATA;
		if (err == RD_KAFKA_RESP_ERR__FATAL) {
			p->err = rd_kafka_fatal_error(p->rk, p->err_text, sizeof(p->err_text));
			status = RC_TEMPFAIL;
		}
	}
	if (headers != NULL)
		rd_kafka_headers_destroy(headers);
	return status;
}

int
rc_producer_send(struct rc_producer *p, const struct rc_message *m,
    struct rc_envelope_reader *reader, const char **reason)
{
	struct rc_span topic = m->topic;
	uint64_t header_bytes, header_count;
	rd_kafka_headers_t *headers;
	int64_t max;
	int status;

	if (p->conf.topic != NULL)
		topic = (struct rc_span){ p->conf.topic, strlen(p->conf.topic) };
	*reason = "the topic is missing";
	if (topic.p == NULL || topic.n == 0)
		return RC_DATA;
	if ((status = find_topic(p, topic)) != 0)
		return status;
	status = read_headers(m, reader, &headers, &header_bytes, &header_count, reason);
	if (status != 0)
		return status;
	max = p->topics[p->topic_last].limits.max_message_bytes;
	if (max > 0 && batch_size(m, header_bytes, header_count) > (uint64_t)max) {
		*reason = "larger than the topic's max.message.bytes";
		if (headers != NULL)
			rd_kafka_headers_destroy(headers);
		return RC_DATA;
	}
	if ((status = enqueue(p, m, headers, reason)) != 0)
		return status;
	if (++p->since_poll >= POLL_EVERY)
		rc_producer_poll(p);
	return p->err != RD_KAFKA_RESP_ERR_NO_ERROR ? rc_kafka_status(p->err) : 0;
}

void
rc_producer_poll(struct rc_producer *p)
{
	p->since_poll = 0;
	rd_kafka_poll(p->rk, 0);
}

int
rc_producer_flush(struct rc_producer *p)
{
	/* Each message has an end: acknowledged, or timed out by librdkafka. */
	while (rc_inflight_left(p->inflight) > 0 && !rc_kafka_denied(&p->trouble))
		rd_kafka_poll(p->rk, WAIT_MS);
	if (p->err == RD_KAFKA_RESP_ERR_NO_ERROR && rc_inflight_left(p->inflight) == 0)
		return 0;
	if (p->err == RD_KAFKA_RESP_ERR_NO_ERROR)
		return rc_kafka_unreachable(&p->conf.kafka, &p->trouble);
	rc_msg_error("%" PRIu64 " of %" PRIu64 " records were not acknowledged, the first at line "
		     "%" PRIu64 ": %s%s%s",
	    rc_inflight_failed(p->inflight),
	    rc_inflight_failed(p->inflight) + rc_inflight_acked(p->inflight),
	    rc_inflight_first_failed(p->inflight), p->err_text,
	    p->trouble.text[0] != '\0' ? ": " : "", p->trouble.text);
	return rc_kafka_status(p->err);
}

int
rc_producer_put_position(struct rc_producer *p, struct rc_buf *out, int *changed)
{
	char text[RC_POSITION_TEXT];
	long days;

	*changed =
	    rc_inflight_position(p->inflight, &days) && (!p->has_position || days != p->position);
	if (!*changed)
		return 0;
	p->position = days;
	p->has_position = 1;
	rc_position_format(days, text);
	return rc_buf_adds(out, text);
}

uint64_t
rc_producer_acked(const struct rc_producer *p)
{
	return rc_inflight_acked(p->inflight);
}

void
rc_producer_close(struct rc_producer *p)
{
	if (p == NULL)
		return;
	stop_client(p);
	rc_inflight_close(p->inflight);
	free(p);
}
