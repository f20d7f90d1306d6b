#include "kafka/previous.h"
#include "base/clock.h"
#include "base/status.h"
#include "base/stop.h"

#define WAIT_MS 100
#define BACK    1024 /* offsets, at most, that are looked at before the position */

/* look: at one message: *done once it is the last before the position, or behind it. */
static int
look(const rd_kafka_message_t *m, const rd_kafka_topic_partition_t *position, int64_t *at,
    int64_t *ms, int *done)
{
	rd_kafka_timestamp_type_t type;

	*done = m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
	if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		*done = m->offset >= position->offset - 1;
		if (m->offset < position->offset) {
			*at = m->offset;
			*ms = rd_kafka_message_timestamp(m, &type);
		}
		return 0;
	}
	if (*done || rc_kafka_status(m->err) == RC_UNREACHABLE || rc_kafka_not_ready(m->err))
		return 0;
	return rc_kafka_failed(position->topic, m->err, rd_kafka_message_errstr(m));
}

/* read_from: the messages from `from` to the position. */
static int
read_from(rd_kafka_t *rk, const struct rc_kafka_conf *c, const struct rc_kafka_trouble *trouble,
    rd_kafka_topic_t *topic, const rd_kafka_topic_partition_t *position, int64_t from, int64_t *at,
    int64_t *ms)
{
	double end = rc_clock_now() + c->timeout_ms / 1000.0;
	int32_t partition = position->partition;
	rd_kafka_message_t *m;
	int status = 0, done = 0;

	if (rd_kafka_consume_start(topic, partition, from) != 0)
		return rc_kafka_failed(position->topic, rd_kafka_last_error(), NULL);
	while (status == 0 && !done) {
		rd_kafka_poll(rk, 0); /* error_cb is served */
		if (rc_stop_signal() != 0) {
			status = RC_TEMPFAIL; /* the signal's own status wins */
		} else if (rc_clock_now() >= end || rc_kafka_denied(trouble)) {
			status = rc_kafka_unreachable(c, trouble);
		} else if ((m = rd_kafka_consume(topic, partition, WAIT_MS)) != NULL) {
			status = look(m, position, at, ms, &done);
			rd_kafka_message_destroy(m);
		}
	}
	rd_kafka_consume_stop(topic, partition);
	return status;
}

int
rc_previous_find(rd_kafka_t *rk, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, const rd_kafka_topic_partition_t *position, int64_t low,
    int64_t *at, int64_t *ms)
{
	rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, position->topic, NULL);
	int64_t next = position->offset;
	int status = 0;

	if (topic == NULL)
		return rc_kafka_failed(position->topic, rd_kafka_last_error(), NULL);
	/* Control records and what was compacted away have offsets, but no message. */
	*at = *ms = -1;
	for (int64_t back = 1; status == 0 && *at == -1 && back <= BACK; back *= 8) {
		int64_t from = next - back > low ? next - back : low;

		if (from >= next)
			break;
		status = read_from(rk, c, trouble, topic, position, from, at, ms);
		if (from == low)
			break;
	}
	rd_kafka_topic_destroy(topic);
	return status;
}
