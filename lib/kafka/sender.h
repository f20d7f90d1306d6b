/* sender.h - a client that sends: with the topics that it has met, and what became of its messages.
 *
 * Tested by tests/rc-produce.t. */
#ifndef RC_SENDER_H
#define RC_SENDER_H

#include "dataset/dataset.h"
#include "kafka/delivery.h"
#include "kafka/topic.h"

struct rc_sender_conf { /* borrowed until close */
	struct rc_kafka_conf kafka;
	const char *transactional_id; /* NULL: none */
	int create_topic;             /* make a topic that is not there */
	int envelopes;                /* the input's lines are */
};

struct rc_sender { /* start as { .conf = ..., .dataset = ... }, which are borrowed; it stays where
		    * it is */
	const struct rc_sender_conf *conf;
	const struct rc_dataset *dataset; /* whose settings a topic is made with */
	struct rc_kafka kafka;
	struct rc_topic_list topics;
	struct rc_delivery delivery;
	int64_t batch_bytes; /* that a batch has at most; a topic may allow less, then */
	int too_large;       /* the client is to be started again */
};

/* rc_sender_open: start the client.  As rc_kafka_open(). */
int rc_sender_open(struct rc_sender *s);
/* rc_sender_restart: another client instead, as batch_bytes says.  No message may be pending.  By
 * itself a client stops where a batch is refused (delivery.h); alone: it is for messages that are
 * sent one by one, and goes on. */
int rc_sender_restart(struct rc_sender *s, int alone);
/* rc_sender_topic: the topic called name, valid until the next is asked for; it is looked for and,
 * where that is wanted, made when it is met first.  As rc_topic_create() and rc_topic_limits(). */
int rc_sender_topic(struct rc_sender *s, struct rc_span name, const struct rc_topic **topic);
/* rc_sender_put: hand m to librdkafka, which copies it, waiting while its queue is full, to a
 * partition or RD_KAFKA_PARTITION_UA.  number is what delivery knows it by.  *headers, which may be
 * NULL, are librdkafka's on success, and NULL then.  What librdkafka says. */
rd_kafka_resp_err_t rc_sender_put(struct rc_sender *s, const struct rc_topic *topic,
    const struct rc_message *m, int32_t partition, rd_kafka_headers_t **headers, uint64_t number);
/* rc_sender_status: 0 if no message has failed; else the status of why the first has.  Where that
 * may pass, as where only its time was over, the topics are asked for the reason. */
int rc_sender_status(struct rc_sender *s);
/* rc_sender_result: as rc_delivery_result(), with that reason. */
int rc_sender_result(struct rc_sender *s);
/* rc_sender_close: what was not delivered may be lost. */
void rc_sender_close(struct rc_sender *s);

#endif
