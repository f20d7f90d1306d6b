/* call.h - calls of librdkafka that block, with an end of their own.
 *
 * Such a call heeds no signal, and some last longer than they were told to: closing waits
 * for requests, and for ever where a topic is deleted meanwhile.  So each runs in a thread of
 * its own.  One that does not end in time is left alone with what it works on, until the
 * program ends.
 *
 * Tested by tests/rc-consume-faults.t. */
#ifndef RC_CALL_H
#define RC_CALL_H

#include <librdkafka/rdkafka.h>

/* rc_call: run fn(arg); arg is allocated.  1: it is done; 0: it is not after timeout_ms; -1:
 * nor was it when a stop request had had its time (stop.h).  Only where it is done, arg is the
 * caller's again. */
int rc_call(void (*fn)(void *arg), void *arg, int timeout_ms);
/* rc_call_destroy: destroy a client, whose consumer, if it is one, leaves no group and commits
 * nothing.  NULL is fine. */
void rc_call_destroy(rd_kafka_t *rk);
/* rc_call_watermarks: as rd_kafka_query_watermark_offsets().  RD_KAFKA_RESP_ERR__TIMED_OUT: it
 * did not end; RD_KAFKA_RESP_ERR__INTR: a stop request.  Below, too. */
rd_kafka_resp_err_t rc_call_watermarks(rd_kafka_t *rk, const char *topic, int32_t partition,
    int64_t *low, int64_t *high, int timeout_ms);
/* rc_call_committed: as rd_kafka_committed(). */
rd_kafka_resp_err_t rc_call_committed(
    rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, int timeout_ms);
/* rc_call_times: as rd_kafka_offsets_for_times(). */
rd_kafka_resp_err_t rc_call_times(
    rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, int timeout_ms);

#endif
