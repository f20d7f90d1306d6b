/* ask.h - questions to the brokers that block, and closing, each with an end: closing waits for
 * requests, and for ever where a topic is deleted meanwhile (base/call.h).
 *
 * Tested by tests/rc-consume-faults.t. */
#ifndef RC_ASK_H
#define RC_ASK_H

#include <librdkafka/rdkafka.h>

/* rc_ask_destroy: destroy a client, whose consumer, if it is one, leaves no group and commits
 * nothing.  NULL is fine. */
void rc_ask_destroy(rd_kafka_t *rk);
/* rc_ask_watermarks: as rd_kafka_query_watermark_offsets().  RD_KAFKA_RESP_ERR__TIMED_OUT: it
 * did not end; RD_KAFKA_RESP_ERR__INTR: a stop request.  Below, too. */
rd_kafka_resp_err_t rc_ask_watermarks(rd_kafka_t *rk, const char *topic, int32_t partition,
    int64_t *low, int64_t *high, int timeout_ms);
/* rc_ask_metadata: as rd_kafka_metadata(), of one topic, or of all where topic is NULL. */
rd_kafka_resp_err_t rc_ask_metadata(
    rd_kafka_t *rk, const char *topic, const struct rd_kafka_metadata **metadata, int timeout_ms);
/* rc_ask_committed: as rd_kafka_committed(). */
rd_kafka_resp_err_t rc_ask_committed(
    rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, int timeout_ms);
/* rc_ask_times: as rd_kafka_offsets_for_times(). */
rd_kafka_resp_err_t rc_ask_times(
    rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, int timeout_ms);

#endif
