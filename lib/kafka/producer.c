#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/delivery.h"
#include "kafka/error.h"
#include "kafka/headers.h"
#include "kafka/inflight.h"
#include "kafka/producer.h"
#include "kafka/topic.h"
#include "kafka/transaction.h"
#include "record/position.h"

#define BATCH_BYTES 1000000 /* of a batch, where no topic allows less */
#define POLL_EVERY  256     /* messages between two looks at acknowledgements */
#define WAIT_MS     100

struct rc_producer {
	struct rc_producer_conf conf;
	const struct rc_dataset *dataset;
	struct rc_kafka kafka;
	int64_t batch_bytes;
	struct rc_topic_list topics;
	struct rc_delivery delivery;
	unsigned since_poll;
	int warned_old;
	int open_transaction; /* nothing of this run is to be seen, as yet or permanently */
	long position;        /* printed last */
	int has_position;
};

static void
on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
	struct rc_producer *p = ((struct rc_kafka *)opaque)->owner;

	(void)rk;
	rc_delivery_report(&p->delivery, message);
}

/* start_client: with batches of at most p->batch_bytes. */
static int
start_client(struct rc_producer *p)
{
	char batch[32], timeout[32];
	const char *const defaults[] = { "enable.idempotence", "true", "partitioner",
		"murmur2_random", "linger.ms", "5", "batch.size", batch, "message.timeout.ms",
		timeout, "message.max.bytes", "100000000", "transaction.timeout.ms", "900000",
		"queue.buffering.max.kbytes", "32768",
		p->conf.transactional_id != NULL ? "transactional.id" : NULL,
		p->conf.transactional_id, NULL };

	snprintf(batch, sizeof(batch), "%" PRId64, p->batch_bytes);
	snprintf(timeout, sizeof(timeout), "%d", p->conf.kafka.timeout_ms);
	p->kafka = (struct rc_kafka){ .owner = p };
	return rc_kafka_open(&p->kafka, RD_KAFKA_PRODUCER, &p->conf.kafka, defaults, on_delivery);
}

static void
stop_client(struct rc_producer *p)
{
	rc_topic_drop(&p->topics);
	rc_kafka_close(&p->kafka);
}

/* flush: wait until each message has its end, and report why not all were acknowledged. */
static int
flush(struct rc_producer *p)
{
	rc_delivery_wait(&p->delivery, &p->kafka);
	if (p->conf.transactional_id != NULL && rc_transaction_is_fenced(&p->kafka))
		return RC_TEMPFAIL;
	return rc_delivery_result(&p->delivery, &p->kafka);
}

/* shrink_batches: a topic allows smaller batches than the client makes, and one
 * record too many would cost its whole batch: make a new client. */
static int
shrink_batches(struct rc_producer *p, const char *name, int64_t most)
{
	int status;

	if (p->open_transaction) {
		rc_log_error(
		    "topic %s: it allows smaller batches than this run's transaction began "
		    "with: name it with -t, or set batch.size=%" PRId64 " with -X",
		    name, most);
		return RC_CONFIG;
	}
	if ((status = flush(p)) != 0)
		return status;
	stop_client(p);
	p->batch_bytes = most;
	return start_client(p);
}

/* add_topic: look for a topic, make it where that is asked for, and remember it. */
static int
add_topic(struct rc_producer *p, struct rc_span name)
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
	if (status == 0 && p->conf.create_topic)
		status = rc_topic_create(&p->kafka, p->dataset, copy);
	if (status == 0)
		status = rc_topic_limits(&p->kafka, copy, &limits);
	if (status == 0 && limits.max_message_bytes > 0 &&
	    limits.max_message_bytes < p->batch_bytes)
		status = shrink_batches(p, copy, limits.max_message_bytes);
	if (status != 0) {
		free(copy);
		return status;
	}
	return rc_topic_add(&p->topics, &p->kafka, copy, &limits);
}

/* find_topic: the topic called name, into *topic. */
static int
find_topic(struct rc_producer *p, struct rc_span name, const struct rc_topic **topic)
{
	int status;

	if ((*topic = rc_topic_find(&p->topics, name)) != NULL)
		return 0;
	if ((status = add_topic(p, name)) == 0)
		*topic = rc_topic_find(&p->topics, name);
	return status;
}

int
rc_producer_open(
    struct rc_producer **pp, const struct rc_producer_conf *conf, const struct rc_dataset *d)
{
	const struct rc_topic *topic;
	struct rc_producer *p;
	int status;

	if ((p = calloc(1, sizeof(*p))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	p->conf = *conf;
	p->dataset = d;
	p->batch_bytes = BATCH_BYTES;
	status = rc_delivery_open(&p->delivery, d->cursor.overlap_days);
	if (status == 0)
		status = start_client(p);
	if (status == 0 && conf->topic != NULL)
		status =
		    find_topic(p, (struct rc_span){ conf->topic, strlen(conf->topic) }, &topic);
	if (status == 0 && conf->transactional_id != NULL) {
		p->open_transaction = 1;
		status = rc_transaction_begin(&p->kafka);
	}
	if (status != 0)
		rc_producer_close(p);
	else
		*pp = p;
	return status;
}

/* queue: hand the message to librdkafka once, which copies it and on success
 * owns headers. */
static rd_kafka_resp_err_t
queue(struct rc_producer *p, const struct rc_topic *topic, const struct rc_message *m,
    rd_kafka_headers_t *headers, uint64_t number)
{
	rd_kafka_vu_t vus[7] = {
		{ .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic->handle },
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
	if ((error = rd_kafka_produceva(p->kafka.rk, vus, n)) == NULL)
		return RD_KAFKA_RESP_ERR_NO_ERROR;
	err = rd_kafka_error_code(error);
	rd_kafka_error_destroy(error);
	return err;
}

/* enqueue: the same, waiting while the queue is full. */
static int
enqueue(struct rc_producer *p, const struct rc_topic *topic, const struct rc_message *m,
    struct rc_headers *headers, const char **reason)
{
	rd_kafka_resp_err_t err;
	uint64_t number;
	int status, given_up = 0;

	if ((status = rc_inflight_add(p->delivery.inflight, m->date, m->line, &number)) != 0)
		return status;
	while ((err = queue(p, topic, m, headers->list, number)) == RD_KAFKA_RESP_ERR__QUEUE_FULL &&
	    rc_inflight_left(p->delivery.inflight) > 1 &&
	    p->delivery.err == RD_KAFKA_RESP_ERR_NO_ERROR &&
	    !(given_up = rc_delivery_given_up(&p->delivery)))
		rd_kafka_poll(p->kafka.rk, WAIT_MS);
	if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		headers->list = NULL; /* librdkafka's now */
		return 0;
	}
	rc_inflight_forget(p->delivery.inflight);
	if (rc_delivery_fatal(&p->delivery, &p->kafka) ||
	    p->delivery.err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return rc_error_status(p->delivery.err);
	if (given_up)
		return RC_TEMPFAIL; /* the signal's own status wins */
	if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL)
		*reason = "larger than librdkafka's whole queue: raise "
			  "queue.buffering.max.kbytes with -X";
	else if (rc_error_status(err) == RC_DATA)
		*reason = rd_kafka_err2str(err);
	else { /* no fault of the record's */
		rc_delivery_fail(&p->delivery, topic->name, err);
		return rc_error_status(err);
	}
	return RC_DATA;
}

/* warn_old: of messages that Kafka acknowledges and deletes, for they are older than it keeps
 * any. */
static void
warn_old(struct rc_producer *p, const struct rc_topic *topic, const struct rc_message *m)
{
	int64_t keeps = topic->limits.retention_ms;

	if (m->timestamp < 0 || keeps <= 0 || topic->limits.stamps || p->warned_old ||
	    m->timestamp >= (int64_t)time(NULL) * 1000 - keeps)
		return;
	p->warned_old = 1;
	rc_log_notice("topic %s: warning: line %" PRIu64 " is older than retention.ms, %" PRId64
		      ": Kafka will delete it, and others like it, soon: raise that",
	    topic->name, m->line, keeps);
}

int
rc_producer_send(struct rc_producer *p, const struct rc_message *m,
    struct rc_envelope_reader *reader, const char **reason)
{
	struct rc_span name = m->topic;
	const struct rc_topic *topic;
	struct rc_headers headers;
	int64_t max;
	int status;

	if (p->conf.topic != NULL)
		name = (struct rc_span){ p->conf.topic, strlen(p->conf.topic) };
	*reason = "the topic is missing";
	if (name.p == NULL || name.n == 0)
		return RC_DATA;
	*reason = NULL;
	if ((status = find_topic(p, name, &topic)) != 0 ||
	    (status = rc_headers_read(m, reader, &headers, reason)) != 0)
		return status;
	warn_old(p, topic, m);
	max = topic->limits.max_message_bytes;
	if (max > 0 && rc_headers_batch_size(m, &headers) > (uint64_t)max) {
		*reason = "larger than the topic's max.message.bytes";
		status = RC_DATA;
	} else {
		status = enqueue(p, topic, m, &headers, reason);
	}
	rc_headers_free(&headers);
	if (status != 0)
		return status;
	if (++p->since_poll >= POLL_EVERY)
		rc_producer_poll(p);
	return p->delivery.err != RD_KAFKA_RESP_ERR_NO_ERROR ? rc_error_status(p->delivery.err) : 0;
}

void
rc_producer_poll(struct rc_producer *p)
{
	p->since_poll = 0;
	rc_kafka_serve(&p->kafka);
}

int
rc_producer_put_position(struct rc_producer *p, struct rc_buf *out, int *changed)
{
	char text[RC_POSITION_TEXT];
	long days;

	*changed = !p->open_transaction && rc_inflight_position(p->delivery.inflight, &days) &&
	    (!p->has_position || days != p->position);
	if (!*changed)
		return 0;
	p->position = days;
	p->has_position = 1;
	rc_position_format(days, text);
	return rc_buf_adds(out, text);
}

int
rc_producer_finish(struct rc_producer *p, int status)
{
	status = rc_status_first(status, flush(p));
	if (p->conf.transactional_id == NULL)
		return status;
	if (status == 0)
		status = rc_transaction_commit(&p->kafka);
	else
		rc_transaction_abort(&p->kafka);
	p->open_transaction = status != 0;
	return status;
}

uint64_t
rc_producer_acked(const struct rc_producer *p)
{
	return rc_inflight_acked(p->delivery.inflight);
}

void
rc_producer_close(struct rc_producer *p)
{
	if (p == NULL)
		return;
	stop_client(p);
	rc_delivery_close(&p->delivery);
	free(p);
}
