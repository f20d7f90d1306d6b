/* delivery.h - track the messages of a producer: which are acknowledged, which came back to be sent
 * again, and why the first one failed.
 *
 * If one record of a batch is bad, the broker refuses the whole batch.  The client is told to stop
 * there (enable.gapless.guarantee): no later message may overtake one that is sent again, for both
 * may have the same key.  A transaction ends there, and only what was refused comes back.
 *
 * Tested by tests/rc-produce-faults.t. */
#ifndef RC_DELIVERY_H
#define RC_DELIVERY_H

#include "kafka/inflight.h"
#include "kafka/kafka.h"
#include "kafka/returned.h"

struct rc_delivery { /* start as { 0 }, and rc_delivery_open() */
	struct rc_inflight *inflight;
	struct rc_returned returned;
	size_t bytes;            /* of the messages that librdkafka holds: the sender's to add */
	uint64_t held;           /* messages that came back, and were not sent again yet */
	rd_kafka_resp_err_t err; /* why the first message failed */
	char err_text[256];
	int envelopes; /* the input's lines are; set by the caller, as the next: */
	int alone;     /* one message is on its way, and no other; it does not come back */
	rd_kafka_resp_err_t refused; /* why that one is refused, if it is */
	int reported;                /* that, and why, not all were acknowledged */
	/* its own */
	uint64_t acked; /* at last_activity, the time of the last acknowledgement that a wait saw */
	double last_activity;
};

/* rc_delivery_open: the position of a date is overlap_days before it.  RC_OSERR: no memory. */
int rc_delivery_open(struct rc_delivery *d, int overlap_days);
/* rc_delivery_report: take what librdkafka's callback reports of a message of the client k, whose
 * opaque is its number (inflight.h). */
void rc_delivery_report(
    struct rc_delivery *d, const struct rc_kafka *k, const rd_kafka_message_t *message);
/* rc_delivery_explain: give a better reason why the first message failed. */
void rc_delivery_explain(struct rc_delivery *d, rd_kafka_resp_err_t err, const char *text);
/* rc_delivery_fail: a message for the topic has failed, or cannot even be queued; the first counts.
 */
void rc_delivery_fail(struct rc_delivery *d, const char *topic, rd_kafka_resp_err_t err);
/* rc_delivery_stuck: whether the client sends no more, for a batch was refused, and what was not
 * delivered comes back. */
int rc_delivery_stuck(const struct rc_kafka *k);
/* rc_delivery_fatal: whether the client has failed permanently; d->err is why, then. */
int rc_delivery_fatal(struct rc_delivery *d, const struct rc_kafka *k);
/* rc_delivery_given_up: whether the time that a stop request leaves (stop.h) has passed without an
 * acknowledgement. */
int rc_delivery_given_up(struct rc_delivery *d);
/* rc_delivery_pending: how many messages librdkafka still holds. */
uint64_t rc_delivery_pending(const struct rc_delivery *d);
/* rc_delivery_wait: wait until it holds none (each was acknowledged, failed or came back), or until
 * they are given up. */
void rc_delivery_wait(struct rc_delivery *d, struct rc_kafka *k);
/* rc_delivery_result: 0 only if every message since open was acknowledged by Kafka or set aside;
 * otherwise it reports the reason, once: RC_UNREACHABLE; RC_DENIED; RC_CONFIG; RC_DATA;
 * RC_TEMPFAIL. */
int rc_delivery_result(struct rc_delivery *d, const struct rc_kafka *k);
/* rc_delivery_close: release what d owns. */
void rc_delivery_close(struct rc_delivery *d);

#endif
