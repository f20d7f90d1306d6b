/* feed.h - what librdkafka fetches: of partitions that are assigned here, or by a group.
 *
 * Of a group, the messages come through a queue of their own, so that the group can be served while
 * no message is taken.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_FEED_H
#define RC_FEED_H

#include "kafka/kafka.h"

struct rc_feed { /* start as { 0 }; it stays where it is while it is open */
	struct rc_kafka kafka;
	const char *topic;           /* borrowed */
	rd_kafka_queue_t *queue;     /* of a group; NULL: the client's own is polled */
	rd_kafka_message_t *message; /* the one that came last; NULL: none did */
	size_t read;                 /* bytes, since the brokers' threads were woken last */
};

/* rc_feed_assign: read these partitions, each from its offset, and no others.  As
 * rc_error_failed(). */
int rc_feed_assign(struct rc_feed *f, const rd_kafka_topic_partition_list_t *list);
/* rc_feed_join: of a group: partitions come through the queue.  RC_OSERR: there is none. */
int rc_feed_join(struct rc_feed *f);
/* rc_feed_forward: have the messages of a partition come there. */
void rc_feed_forward(struct rc_feed *f, int32_t partition);
/* rc_feed_seek: go on at another offset of a partition that is read.  As rc_error_failed(). */
int rc_feed_seek(struct rc_feed *f, int32_t partition, int64_t offset);
/* rc_feed_wake: have a broker's thread look at what it is to fetch, which may otherwise take it a
 * second, after an assignment (2.8) or once the queue was full (before 2.2): an answer of the
 * broker does.  As ask.h. */
int rc_feed_wake(struct rc_feed *f);
/* rc_feed_next: wait up to wait_ms for the next message; the one before is released.  As ask.h. */
int rc_feed_next(struct rc_feed *f, int wait_ms);
/* rc_feed_close: release what f owns. */
void rc_feed_close(struct rc_feed *f);

#endif
