/* ask.h - requests to the brokers, each with a time limit: the client's, or what a stop request
 * leaves.
 *
 * A request is repeated within that time if no broker answers, or if one says that it is not ready:
 * a topic just created may have no leader yet, a group no coordinator.  librdkafka's calls may last
 * longer than they were told to (base/call.h); one that does is abandoned, and goes on using only
 * the client's handle and a copy of the request.
 *
 * All return 0 with the answer, or a status whose reason was reported, except for a stop request
 * (RC_TEMPFAIL): RC_UNREACHABLE, RC_DENIED: see rc_kafka_go_on(); RC_OSERR: no memory; else
 * rc_error_status().
 *
 * Tested by tests/rc-consume-faults.t. */
#ifndef RC_ASK_H
#define RC_ASK_H

#include "kafka/kafka.h"

/* rc_ask_metadata: what the brokers know of one topic, or of all where topic is NULL.  The caller
 * destroys it with rd_kafka_metadata_destroy(); it is NULL on failure.  A producer that asks for
 * one topic may make it. */
int rc_ask_metadata(
    struct rc_kafka *k, const char *topic, const struct rd_kafka_metadata **metadata);
/* rc_ask_watermarks: the first offset of a partition, and the offset after its last. */
int rc_ask_watermarks(
    struct rc_kafka *k, const char *topic, int32_t partition, int64_t *low, int64_t *high);
/* rc_ask_committed: set the offsets of list to what the client's group has committed; negative
 * where there is none. */
int rc_ask_committed(struct rc_kafka *k, rd_kafka_topic_partition_list_t *list);
/* rc_ask_times: set the offsets of list, which are milliseconds since 1970, to those of the first
 * messages of that time or later; negative where there is none. */
int rc_ask_times(struct rc_kafka *k, rd_kafka_topic_partition_list_t *list);
/* rc_ask_event: wait for the event that answers a request already made, on queue; the caller
 * destroys it.  NULL on failure. */
int rc_ask_event(struct rc_kafka *k, rd_kafka_queue_t *queue, rd_kafka_event_t **event);

#endif
