/* ask.h - questions to the brokers, each with an end: the client's time limit, or what a stop
 * request leaves.
 *
 * Each is asked again while there is time and no broker answers, or one says that it is not ready:
 * a topic just made may have no leader yet, a group no coordinator.  librdkafka's calls may last
 * longer than they were told to (base/call.h); one that does is left alone, and goes on using the
 * client's handle and a copy of the question, nothing else.
 *
 * All return 0 with the answer; what failed was reported, but for a stop request (RC_TEMPFAIL):
 * RC_UNREACHABLE, RC_DENIED: rc_kafka_go_on(); RC_OSERR: no memory; else rc_error_status().
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
/* rc_ask_watermarks: the first offset of a partition and that behind its last. */
int rc_ask_watermarks(
    struct rc_kafka *k, const char *topic, int32_t partition, int64_t *low, int64_t *high);
/* rc_ask_committed: set the offsets of list to what the client's group has committed; negative
 * where there is none. */
int rc_ask_committed(struct rc_kafka *k, rd_kafka_topic_partition_list_t *list);
/* rc_ask_times: set the offsets of list, which are milliseconds since 1970, to those of the first
 * messages of that time or later; negative where there is none. */
int rc_ask_times(struct rc_kafka *k, rd_kafka_topic_partition_list_t *list);
/* rc_ask_event: the event that is put into queue when a request that was made is answered; the
 * caller's.  NULL on failure. */
int rc_ask_event(struct rc_kafka *k, rd_kafka_queue_t *queue, rd_kafka_event_t **event);

#endif
