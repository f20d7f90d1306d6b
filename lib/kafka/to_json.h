/* to_json.h - Kafka messages as lines of JSON: rc-consume's output.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_TO_JSON_H
#define RC_TO_JSON_H

#include <librdkafka/rdkafka.h>

#include "base/out.h"
#include "base/stats.h"
#include "kafka/consumer.h"
#include "record/rejects.h"

/* rc_to_json_record: write a message's value as a line, as it is but for line
 * breaks between its parts.  A tombstone has none and is counted as skipped; a
 * value that is not JSON, or of more than RC_LINES_MAX bytes, is a reject.  RC_DATA; RC_IO;
 * RC_PIPE. */
int rc_to_json_record(const rd_kafka_message_t *message, struct rc_rejects *rejects,
    struct rc_out *out, struct rc_stats *stats);
/* rc_to_json_envelope: write a message as a line, whole.  One that would be longer than
 * RC_LINES_MAX is a reject.  RC_DATA; RC_IO; RC_PIPE. */
int rc_to_json_envelope(const rd_kafka_message_t *message, struct rc_rejects *rejects,
    struct rc_out *out, struct rc_stats *stats);
/* rc_to_json_message: append a message as an envelope, with this partition and its offset, or
 * without both where that is -1, and with this timestamp.  RC_OSERR: no memory. */
int rc_to_json_message(
    const rd_kafka_message_t *message, int32_t partition, int64_t timestamp, struct rc_buf *out);
/* rc_to_json_position: write the event's position as a line: nothing below its offset is still to
 * come.  RC_IO; RC_PIPE. */
int rc_to_json_position(
    const char *topic, const struct rc_consumer_event *event, struct rc_out *out);
/* rc_to_json_lag: write a partition's lag as {"topic":T,"partition":P,"offset":N,"end":E,
 * "lag":E-N}: so many messages, at most, are not yet read.  RC_IO; RC_PIPE. */
int rc_to_json_lag(const char *topic, const struct rc_consumer_lag *lag, struct rc_out *out);

#endif
