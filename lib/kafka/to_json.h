/* emit.h - Kafka messages as lines of JSON: rc-consume's output. */
#ifndef RC_EMIT_H
#define RC_EMIT_H

#include <librdkafka/rdkafka.h>

#include "base/out.h"
#include "base/stats.h"
#include "kafka/consumer.h"
#include "record/rejects.h"

/* rc_emit_record: write a message's value as a line, as it is but for line
 * breaks between its parts.  A tombstone has none and is counted as skipped; a
 * value that is not JSON is a reject.  RC_DATA; RC_IO; RC_PIPE. */
int rc_emit_record(const rd_kafka_message_t *message, struct rc_rejects *rejects,
    struct rc_out *out, struct rc_stats *stats);
/* rc_emit_envelope: write a message as a line, whole.  RC_IO; RC_PIPE. */
int rc_emit_envelope(const rd_kafka_message_t *message, struct rc_out *out, struct rc_stats *stats);
/* rc_emit_position: write the event's position as a line: nothing below its offset is still to
 * come.  RC_IO; RC_PIPE. */
int rc_emit_position(const char *topic, const struct rc_consumer_event *event, struct rc_out *out);
/* rc_emit_lag: write a partition's lag as {"topic":T,"partition":P,"offset":N,"end":E,
 * "lag":E-N}: so many messages, at most, are not yet read.  RC_IO; RC_PIPE. */
int rc_emit_lag(const char *topic, const struct rc_consumer_lag *lag, struct rc_out *out);

#endif
