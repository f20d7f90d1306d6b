/* consumer.h - read a topic's committed records, partition by partition.
 *
 * Partitions are assigned here, not by a group, and nothing is committed: only the sink
 * at the end of the pipe knows what has been processed.  A partition that does not start
 * at 0 reports that first, so that a gap does not look like a start.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_CONSUMER_H
#define RC_CONSUMER_H

#include "kafka/feed.h"
#include "kafka/partitions.h"

struct rc_consumer; /* opaque; belongs to one thread */

enum rc_consumer_kind {
	RC_CONSUMER_MESSAGE,  /* message is valid until the next call */
	RC_CONSUMER_POSITION, /* of a partition, offset is the next one that can come; it is at
			       * its end, or starts there */
	RC_CONSUMER_IDLE,     /* nothing came within the time */
	RC_CONSUMER_DONE      /* with exit_at_end: all partitions are at their ends */
};

struct rc_consumer_event {
	enum rc_consumer_kind kind;
	const rd_kafka_message_t *message;
	int32_t partition;
	int64_t offset;
	int start;       /* a position: reading starts there, and not at 0 */
	int added;       /* and it has no position, while others have one, and unread messages */
	int64_t skipped; /* so many messages before it are gone, and were to be passed over */
};

struct rc_consumer_lag {
	int32_t partition;
	int64_t offset; /* the next one that is wanted */
	int64_t end;    /* the high watermark */
};

/* rc_consumer_open: find the topic's partitions and where to start in each.
 * RC_USAGE: partitions or from are wrong; RC_CONFIG: no such topic or partition,
 * a property that is refused; RC_DATA: records between a start and what is still
 * there have been deleted, or the topic was re-created since the start was stored; RC_UNREACHABLE;
 * RC_DENIED; RC_TEMPFAIL; RC_IO. */
int rc_consumer_open(struct rc_consumer **cp, const struct rc_partitions_conf *conf);
/* rc_consumer_open_member: one that reads what a group assigns, with what member.h adds, and
 * nothing as yet.  rebalance is called, with the client as its opaque, whose owner is owner.  As
 * rc_consumer_open(). */
int rc_consumer_open_member(struct rc_consumer **cp, const struct rc_partitions_conf *conf,
    void (*rebalance)(rd_kafka_t *, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t *, void *),
    void *owner);
/* rc_consumer_partitions: of a member: how many partitions the topic had when it was opened. */
int rc_consumer_partitions(const struct rc_consumer *c);
/* rc_consumer_feed: its client, and what that has fetched; it stays c's. */
struct rc_feed *rc_consumer_feed(struct rc_consumer *c);
/* rc_consumer_add: of a member: read a partition, too, whose start was checked (start_check.h).
 * RC_OSERR: no memory. */
int rc_consumer_add(struct rc_consumer *c, const struct rc_partition *p);
/* rc_consumer_drop: of a member: what still comes of a partition is passed over. */
void rc_consumer_drop(struct rc_consumer *c, int32_t number);
/* rc_consumer_next: wait up to wait_ms for what comes next.  RC_UNREACHABLE: no
 * broker for longer than the time; RC_DATA: records were deleted before they
 * could be read; RC_TEMPFAIL: an open transaction holds back what is before the end;
 * RC_DENIED; RC_CONFIG. */
int rc_consumer_next(struct rc_consumer *c, int wait_ms, struct rc_consumer_event *event);
/* rc_consumer_expected: offsets between the starts and the ends at open. */
uint64_t rc_consumer_expected(const struct rc_consumer *c);
/* rc_consumer_at_end: whether every partition has been read to its end at least once. */
int rc_consumer_at_end(const struct rc_consumer *c);
/* rc_consumer_lag: set *lag to the distance between start and end of the i-th partition at
 * open.  0: there is no i-th. */
int rc_consumer_lag(const struct rc_consumer *c, size_t i, struct rc_consumer_lag *lag);
/* rc_consumer_close: NULL is fine. */
void rc_consumer_close(struct rc_consumer *c);

#endif
