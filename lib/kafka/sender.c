#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/error.h"
#include "kafka/sender.h"

#define BATCH_BYTES 1000000 /* of a batch, where no topic allows less */
#define AHEAD_BYTES 8000000 /* of messages on their way, if there are several */
#define WAIT_MS     100     /* for room in the queue, before it is looked whether to go on */

static void
on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
	struct rc_kafka *kafka = opaque;
	struct rc_sender *s = kafka->owner;

	(void)rk;
	rc_delivery_report(&s->delivery, kafka, message);
}

static int
start(struct rc_sender *s, int alone)
{
	const char *id = s->conf->transactional_id;
	/* a transaction could not be aborted by a client that is stuck */
	const char *gapless = alone || id != NULL ? "false" : "true";
	char batch[32], timeout[32];
	const char *const defaults[] = { "enable.idempotence", "true", "enable.gapless.guarantee",
		gapless, "partitioner", "murmur2_random", "linger.ms", alone ? "0" : "5",
		"batch.size", batch, "message.timeout.ms", timeout, "message.max.bytes",
		"100000000", "transaction.timeout.ms", "900000", "queue.buffering.max.kbytes",
		"32768", id != NULL ? "transactional.id" : NULL, id, NULL };

	snprintf(batch, sizeof(batch), "%" PRId64, s->batch_bytes);
	snprintf(timeout, sizeof(timeout), "%d", s->conf->kafka.timeout_ms);
	s->kafka = (struct rc_kafka){ .owner = s };
	s->too_large = 0;
	s->delivery.bytes = 0;
	return rc_kafka_open(&s->kafka, RD_KAFKA_PRODUCER, &s->conf->kafka, defaults, on_delivery);
}

int
rc_sender_open(struct rc_sender *s)
{
	int status;

	s->batch_bytes = BATCH_BYTES;
	s->delivery.envelopes = s->conf->envelopes;
	if ((status = rc_delivery_open(&s->delivery, s->dataset->cursor.overlap_days)) != 0)
		return status;
	return start(s, 0);
}

static void
stop(struct rc_sender *s)
{
	rc_topic_drop(&s->topics);
	rc_kafka_close(&s->kafka);
}

int
rc_sender_restart(struct rc_sender *s, int alone)
{
	stop(s);
	return start(s, alone);
}

/* add_topic: look for a topic, make it where that is asked for, and remember it. */
static int
add_topic(struct rc_sender *s, struct rc_span name)
{
	struct rc_topic_limits limits = { 0 };
	char *copy;
	int status = 0;

	if ((copy = malloc(name.n + 1)) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	memcpy(copy, name.p, name.n);
	copy[name.n] = '\0';
	if (strlen(copy) != name.n) {
		rc_log_error("topic %s...: its name has a U+0000", copy);
		status = RC_CONFIG;
	}
	if (status == 0 && s->conf->create_topic)
		status = rc_topic_create(&s->kafka, s->dataset, copy);
	if (status == 0)
		status = rc_topic_limits(&s->kafka, copy, &limits);
	if (status != 0) {
		free(copy);
		return status;
	}
	if (limits.max_message_bytes > 0 && limits.max_message_bytes < s->batch_bytes) {
		s->batch_bytes = limits.max_message_bytes;
		s->too_large = 1;
	}
	return rc_topic_add(&s->topics, &s->kafka, copy, &limits);
}

int
rc_sender_topic(struct rc_sender *s, struct rc_span name, const struct rc_topic **topic)
{
	int status;

	if ((*topic = rc_topic_find(&s->topics, name)) != NULL)
		return 0;
	if ((status = add_topic(s, name)) == 0)
		*topic = rc_topic_find(&s->topics, name);
	return status;
}

/* queue: hand the message to librdkafka once. */
static rd_kafka_resp_err_t
queue(struct rc_sender *s, const struct rc_topic *topic, const struct rc_message *m,
    int32_t partition, rd_kafka_headers_t *headers, uint64_t number)
{
	rd_kafka_vu_t vus[8] = {
		{ .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic->handle },
		{ .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition },
		{ .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
		{ .vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = (void *)(uintptr_t)number },
		{ .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { (void *)m->key.p, m->key.n } },
		{ .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { (void *)m->value.p, m->value.n } },
	};
	rd_kafka_error_t *error;
	rd_kafka_resp_err_t err;
	size_t n = 6;

	if (m->timestamp >= 0)
		vus[n++] =
		    (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = m->timestamp };
	if (headers != NULL)
		vus[n++] = (rd_kafka_vu_t){ .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers };
	if ((error = rd_kafka_produceva(s->kafka.rk, vus, n)) == NULL)
		return RD_KAFKA_RESP_ERR_NO_ERROR;
	err = rd_kafka_error_code(error);
	rd_kafka_error_destroy(error);
	return err;
}

rd_kafka_resp_err_t
rc_sender_put(struct rc_sender *s, const struct rc_topic *topic, const struct rc_message *m,
    int32_t partition, rd_kafka_headers_t **headers, uint64_t number)
{
	struct rc_delivery *d = &s->delivery;
	size_t bytes = m->key.n + m->value.n;
	rd_kafka_resp_err_t err;

	/* librdkafka's own limit would refuse a message that is larger, though it is alone; one
	 * that finds no room then never will */
	while ((err = d->bytes == 0 || d->bytes + bytes <= AHEAD_BYTES
		       ? queue(s, topic, m, partition, *headers, number)
		       : RD_KAFKA_RESP_ERR__QUEUE_FULL) == RD_KAFKA_RESP_ERR__QUEUE_FULL &&
	    rc_delivery_pending(d) > 1 && d->err == RD_KAFKA_RESP_ERR_NO_ERROR &&
	    !rc_delivery_given_up(d))
		rd_kafka_poll(s->kafka.rk, WAIT_MS);
	if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		*headers = NULL;
		d->bytes += bytes;
	}
	return err;
}

/* passing: whether it may be a state of the topic's that made a message fail so. */
static int
passing(rd_kafka_resp_err_t err)
{
	return err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT || rc_error_status(err) == RC_TEMPFAIL;
}

int
rc_sender_status(struct rc_sender *s)
{
	rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_NO_ERROR;
	char text[256];

	for (size_t i = 0;
	     passing(s->delivery.err) && err == RD_KAFKA_RESP_ERR_NO_ERROR && i < s->topics.count;
	     i++) {
		err = rc_topic_lacks(&s->kafka, &s->topics.list[i], text, sizeof(text));
		if (err != RD_KAFKA_RESP_ERR_NO_ERROR)
			rc_delivery_explain(&s->delivery, err, text);
	}
	return rc_error_status(s->delivery.err);
}

int
rc_sender_result(struct rc_sender *s)
{
	(void)rc_sender_status(s); /* what is reported below is known better by then */
	return rc_delivery_result(&s->delivery, &s->kafka);
}

void
rc_sender_close(struct rc_sender *s)
{
	stop(s);
	rc_delivery_close(&s->delivery);
}
