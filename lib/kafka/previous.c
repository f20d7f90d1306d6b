#include "kafka/previous.h"
#include "base/status.h"
#include "kafka/error.h"

#define WAIT_MS 100  /* for a message, before it is looked whether to go on */
#define BACK    1024 /* offsets, at most, that are looked at before a position */

struct search {
	struct rc_kafka *k;
	rd_kafka_topic_t *topic;
	int32_t partition;
	int64_t next;
	struct rc_last *last;
	int done; /* it is the last before next, or none comes any more */
};

static int
take(struct search *s, const rd_kafka_message_t *m)
{
	rd_kafka_timestamp_type_t type;

	s->done = m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
	if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		s->done = m->offset >= s->next - 1;
		if (m->offset < s->next)
			*s->last =
			    (struct rc_last){ m->offset, rd_kafka_message_timestamp(m, &type) };
		return 0;
	}
	if (s->done || rc_error_status(m->err) == RC_UNREACHABLE || rc_error_not_ready(m->err))
		return 0;
	return rc_error_failed(rd_kafka_topic_name(s->topic), m->err, rd_kafka_message_errstr(m));
}

/* read_from: the last message from there to s->next. */
static int
read_from(struct search *s, int64_t from)
{
	struct rc_deadline until = rc_deadline_in(s->k->conf->timeout_ms);
	rd_kafka_message_t *m;
	int status = 0;

	s->done = 0;
	if (rd_kafka_consume_start(s->topic, s->partition, from) != 0)
		return rc_error_failed(rd_kafka_topic_name(s->topic), rd_kafka_last_error(), NULL);
	while (status == 0 && !s->done && (status = rc_kafka_go_on(s->k, until)) == 0)
		if ((m = rd_kafka_consume(s->topic, s->partition, WAIT_MS)) != NULL) {
			status = take(s, m);
			rd_kafka_message_destroy(m);
		}
	rd_kafka_consume_stop(s->topic, s->partition);
	return status;
}

int
rc_previous_find(struct rc_kafka *k, const char *topic, int32_t partition, int64_t next,
    int64_t low, struct rc_last *last)
{
	struct search s = { .k = k, .partition = partition, .next = next, .last = last };
	int status = 0;

	*last = (struct rc_last){ -1, -1 };
	if ((s.topic = rd_kafka_topic_new(k->rk, topic, NULL)) == NULL)
		return rc_error_failed(topic, rd_kafka_last_error(), NULL);
	/* Control records and what was compacted away have offsets, but no message. */
	for (int64_t back = 1; status == 0 && last->offset == -1 && back <= BACK; back *= 8) {
		int64_t from = next - back > low ? next - back : low;

		if (from >= next)
			break;
		status = read_from(&s, from);
		if (from == low)
			break;
	}
	rd_kafka_topic_destroy(s.topic);
	return status;
}
