#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/error.h"
#include "kafka/headers.h"
#include "kafka/producer.h"
#include "kafka/resend.h"
#include "kafka/transaction.h"
#include "record/position.h"

#define POLL_EVERY 256 /* messages between two looks at acknowledgements */

struct rc_producer {
	struct rc_producer_conf conf;
	struct rc_sender sender;
	unsigned since_poll;
	int warned_old;
	int open_transaction; /* nothing of this run is to be seen, as yet or permanently */
	long position;        /* printed last */
	int has_position;
};

/* find_topic: the topic called name, into *topic.  Where it allows smaller batches than the client
 * makes, that is started again, before each is refused. */
static int
find_topic(struct rc_producer *p, struct rc_span name, const struct rc_topic **topic)
{
	struct rc_sender *s = &p->sender;
	int status;

	if ((status = rc_sender_topic(s, name, topic)) != 0 || !s->too_large)
		return status;
	if (p->open_transaction) {
		rc_log_error(
		    "topic %s: it allows smaller batches than this run's transaction began "
		    "with: name it with -t, or set batch.size=%" PRId64 " with -X",
		    (*topic)->name, s->batch_bytes);
		return RC_CONFIG;
	}
	if ((status = rc_resend(s, p->conf.rejects)) != 0)
		return status;
	return rc_sender_topic(s, name, topic);
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
	p->sender.conf = &p->conf.sender;
	p->sender.dataset = d;
	status = rc_sender_open(&p->sender);
	if (status == 0 && conf->topic != NULL)
		status =
		    find_topic(p, (struct rc_span){ conf->topic, strlen(conf->topic) }, &topic);
	if (status == 0 && conf->sender.transactional_id != NULL) {
		p->open_transaction = 1;
		status = rc_transaction_begin(&p->sender.kafka);
	}
	if (status != 0)
		rc_producer_close(p);
	else
		*pp = p;
	return status;
}

/* enqueue: hand the message to librdkafka.  -1: not before what came back is sent again. */
static int
enqueue(struct rc_producer *p, const struct rc_topic *topic, const struct rc_message *m,
    struct rc_headers *headers, const char **reason)
{
	struct rc_delivery *d = &p->sender.delivery;
	rd_kafka_resp_err_t err;
	uint64_t number;
	int status;

	if ((status = rc_inflight_add(d->inflight, m->date, m->line, m->timestamp, &number)) != 0)
		return status;
	err = rc_sender_put(&p->sender, topic, m, RD_KAFKA_PARTITION_UA, &headers->list, number);
	if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
		return 0;
	rc_inflight_forget(d->inflight);
	if (rc_delivery_stuck(&p->sender.kafka))
		return -1;
	if (rc_delivery_fatal(d, &p->sender.kafka) || d->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return rc_sender_status(&p->sender);
	if (p->open_transaction && d->returned.count > 0)
		return RC_DATA;
	if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL && rc_delivery_given_up(d))
		return RC_TEMPFAIL; /* the signal's own status wins */
	if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL)
		*reason = "larger than librdkafka's whole queue: raise "
			  "queue.buffering.max.kbytes with -X";
	else if (rc_error_status(err) == RC_DATA)
		*reason = rd_kafka_err2str(err);
	else { /* no fault of the record's */
		rc_delivery_fail(d, topic->name, err);
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

/* send_once: as rc_producer_send(), and as enqueue(). */
static int
send_once(struct rc_producer *p, struct rc_span name, const struct rc_message *m,
    struct rc_envelope_reader *reader, const char **reason)
{
	const struct rc_topic *topic;
	struct rc_headers headers;
	int64_t max;
	int status;

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
	return status;
}

int
rc_producer_send(struct rc_producer *p, const struct rc_message *m,
    struct rc_envelope_reader *reader, const char **reason)
{
	struct rc_span name = m->topic;
	int status;

	if (p->conf.topic != NULL)
		name = (struct rc_span){ p->conf.topic, strlen(p->conf.topic) };
	*reason = "the topic is missing";
	if (name.p == NULL || name.n == 0)
		return RC_DATA;
	*reason = NULL;
	while ((status = send_once(p, name, m, reader, reason)) == -1)
		if ((status = rc_resend(&p->sender, p->conf.rejects)) != 0)
			return status;
	if (status == 0 && ++p->since_poll >= POLL_EVERY)
		status = rc_producer_poll(p);
	return status != 0 ? status : rc_sender_status(&p->sender);
}

int
rc_producer_poll(struct rc_producer *p)
{
	struct rc_sender *s = &p->sender;

	p->since_poll = 0;
	rc_kafka_serve(&s->kafka);
	if (s->delivery.returned.count == 0)
		return 0;
	return p->open_transaction ? RC_DATA : rc_resend(s, p->conf.rejects);
}

int
rc_producer_put_position(struct rc_producer *p, struct rc_buf *out, int *changed)
{
	char text[RC_POSITION_TEXT];
	long days;

	*changed = !p->open_transaction &&
	    rc_inflight_position(p->sender.delivery.inflight, &days) &&
	    (!p->has_position || days != p->position);
	if (!*changed)
		return 0;
	p->position = days;
	p->has_position = 1;
	rc_position_format(days, text);
	return rc_buf_adds(out, text);
}

/* settle_all: wait until each message has its end, and report why not all were acknowledged. */
static int
settle_all(struct rc_producer *p)
{
	struct rc_sender *s = &p->sender;
	struct rc_delivery *d = &s->delivery;
	int status = 0, round = 0;

	rc_delivery_wait(d, &s->kafka);
	if (p->conf.sender.transactional_id != NULL && rc_transaction_is_fenced(&s->kafka))
		return RC_TEMPFAIL;
	/* a record that is refused ends the run, but holds up no other */
	while ((round == 0 || round == RC_DATA) && !p->open_transaction && d->returned.count > 0) {
		round = rc_resend(s, p->conf.rejects);
		status = rc_status_first(status, round);
		rc_delivery_wait(d, &s->kafka);
	}
	if (p->open_transaction && d->returned.count > 0) {
		rc_transaction_abort(&s->kafka);
		return rc_resend_blame(s, p->conf.rejects);
	}
	return status != 0 ? status : rc_sender_result(s);
}

int
rc_producer_finish(struct rc_producer *p, int status)
{
	int settled = settle_all(p);

	status = rc_status_first(status, settled);
	if (p->conf.sender.transactional_id == NULL)
		return status;
	if (status == 0)
		status = rc_transaction_commit(&p->sender.kafka);
	else
		rc_transaction_abort(&p->sender.kafka);
	p->open_transaction = status != 0;
	return status;
}

uint64_t
rc_producer_acked(const struct rc_producer *p)
{
	return rc_inflight_acked(p->sender.delivery.inflight);
}

void
rc_producer_close(struct rc_producer *p)
{
	if (p == NULL)
		return;
	rc_sender_close(&p->sender);
	free(p);
}
