/* previous.h - the message before a position, by which a topic that was deleted and
 * re-created is recognised: its offsets mean other messages.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_PREVIOUS_H
#define RC_PREVIOUS_H

#include "kafka/kafka.h"

/* rc_previous_find: the last message of a partition before position->offset, of those
 * from low on: its offset and its timestamp, in milliseconds since 1970, into *at and *ms;
 * -1: there is none near.
 * rk is a consumer of its own for this, with no assignment, that reads what the caller
 * will read: librdkafka (2.0) fails an assertion where a partition is assigned again
 * before its first assignment has ended.
 * RC_UNREACHABLE: no answer within the time; RC_TEMPFAIL: a stop request (stop.h); as
 * rc_kafka_status() otherwise. */
int rc_previous_find(rd_kafka_t *rk, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, const rd_kafka_topic_partition_t *position, int64_t low,
    int64_t *at, int64_t *ms);

#endif
