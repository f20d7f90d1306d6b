/* delivery.h - what becomes of the messages of a producer: which are acknowledged, and why the
 * first that is not has failed.
 *
 * Tested by tests/rc-produce-faults.t. */
#ifndef RC_DELIVERY_H
#define RC_DELIVERY_H

#include "kafka/inflight.h"
#include "kafka/kafka.h"

struct rc_delivery { /* start as { 0 }, and rc_delivery_open() */
	struct rc_inflight *inflight;
	rd_kafka_resp_err_t err; /* why the first message failed */
	char err_text[256];
	/* its own */
	uint64_t acked; /* at last_activity, the time of the last acknowledgement that a wait saw */
	double last_activity;
};

/* rc_delivery_open: the position of a date is overlap_days before it.  RC_OSERR: no memory. */
int rc_delivery_open(struct rc_delivery *d, int overlap_days);
/* rc_delivery_report: what librdkafka's callback says of a message, whose opaque is its number
 * (inflight.h). */
void rc_delivery_report(struct rc_delivery *d, const rd_kafka_message_t *message);
/* rc_delivery_fail: a message for the topic cannot even be queued; nothing of it is awaited. */
void rc_delivery_fail(struct rc_delivery *d, const char *topic, rd_kafka_resp_err_t err);
/* rc_delivery_fatal: whether the client has failed permanently; d->err is why, then. */
int rc_delivery_fatal(struct rc_delivery *d, const struct rc_kafka *k);
/* rc_delivery_given_up: whether a stop request (stop.h) has had its time, and no acknowledgement
 * came for as long. */
int rc_delivery_given_up(struct rc_delivery *d);
/* rc_delivery_wait: until each message is acknowledged or has failed, or they are given up. */
void rc_delivery_wait(struct rc_delivery *d, const struct rc_kafka *k);
/* rc_delivery_result: 0 only if Kafka has acknowledged every message since open; else it
 * reports why it has not: RC_UNREACHABLE; RC_DENIED; RC_CONFIG; RC_DATA; RC_TEMPFAIL. */
int rc_delivery_result(const struct rc_delivery *d, const struct rc_kafka *k);
/* rc_delivery_close: release what d owns. */
void rc_delivery_close(struct rc_delivery *d);

#endif
