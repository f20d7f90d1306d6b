#include "previous.h"
#include "stats.h"
#include "status.h"
#include "stop.h"

#define WAIT_MS 100
#define BACK    1024 /* offsets, at most, that are looked at before the position */

/* assign: read the one partition from offset on. */
static int
assign(rd_kafka_t *rk, const rd_kafka_topic_partition_t *position, int64_t offset)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t err;

	rd_kafka_topic_partition_list_add(list, position->topic, position->partition)->offset =
	    offset;
	err = rd_kafka_assign(rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	return err == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : rc_kafka_failed(position->topic, err, NULL);
}

/* look: at one message: *done once it is the last before the position, or behind it. */
static int
look(
    const rd_kafka_message_t *m, const rd_kafka_topic_partition_t *position, int64_t *ms, int *done)
{
	rd_kafka_timestamp_type_t type;

	*done = m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
	if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		*done = m->offset >= position->offset - 1;
		if (m->offset < position->offset)
			*ms = rd_kafka_message_timestamp(m, &type);
		return 0;
	}
	if (*done || rc_kafka_status(m->err) == RC_UNREACHABLE)
		return 0;
	return rc_kafka_failed(position->topic, m->err, rd_kafka_message_errstr(m));
}

/* read_from: the messages from `from` to the position. */
static int
read_from(rd_kafka_t *rk, const struct rc_kafka_conf *c, const struct rc_kafka_trouble *trouble,
    const rd_kafka_topic_partition_t *position, int64_t from, int64_t *ms)
{
	double end = rc_stats_now() + c->timeout_ms / 1000.0;
	rd_kafka_message_t *m;
	int status, done = 0;

	if ((status = assign(rk, position, from)) != 0)
		return status;
	while (status == 0 && !done) {
		if (rc_stop_signal() != 0)
			return RC_TEMPFAIL; /* the signal's own status wins */
		if (rc_stats_now() >= end || rc_kafka_denied(trouble))
			return rc_kafka_unreachable(c, trouble);
		if ((m = rd_kafka_consumer_poll(rk, WAIT_MS)) == NULL)
			continue;
		status = look(m, position, ms, &done);
		rd_kafka_message_destroy(m);
	}
	return status;
}

int
rc_previous_find(rd_kafka_t *rk, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, const rd_kafka_topic_partition_t *position, int64_t low,
    int64_t *ms)
{
	int64_t next = position->offset;
	int status = 0;

	/* Control records and what was compacted away have offsets, but no message. */
	*ms = -1;
	for (int64_t back = 1; status == 0 && *ms == -1 && back <= BACK; back *= 8) {
		int64_t from = next - back > low ? next - back : low;

		if (from >= next)
			break;
		status = read_from(rk, c, trouble, position, from, ms);
		if (from == low)
			break;
	}
	return status;
}
