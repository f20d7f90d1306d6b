#include <stdlib.h>
#include <string.h>

#include "base/call.h"
#include "base/log.h"
#include "base/stop.h"
#include "kafka/ask.h"

#define CLOSE_MS   1000 /* for a client to be destroyed */
#define STOPPED_MS 200  /* ... after a stop request */
#define GRACE_MS   200

static void
destroy(void *rk)
{
	rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void
rc_ask_destroy(rd_kafka_t *rk)
{
	if (rk == NULL || rc_call_left() > 0)
		return;
	if (rc_call_last(destroy, rk, rc_stop_signal() != 0 ? STOPPED_MS : CLOSE_MS) == 0)
		rc_log_info("librdkafka: a client does not end: it is left alone");
}

/* A question to the brokers, with all that it needs: it may outlive who asked. */
struct question {
	rd_kafka_t *rk;
	char topic[256];
	int32_t partition;
	int64_t low, high;
	const struct rd_kafka_metadata *metadata;
	rd_kafka_topic_partition_list_t *list;
	int timeout_ms;
	rd_kafka_resp_err_t err;
};

static void
ask_watermarks(void *arg)
{
	struct question *q = arg;

	q->err = rd_kafka_query_watermark_offsets(
	    q->rk, q->topic, q->partition, &q->low, &q->high, q->timeout_ms);
}

static void
ask_metadata(void *arg)
{
	struct question *q = arg;
	/* the client's own of that name: the caller's may have gone when this ends */
	rd_kafka_topic_t *topic =
	    *q->topic != '\0' ? rd_kafka_topic_new(q->rk, q->topic, NULL) : NULL;

	if (*q->topic != '\0' && topic == NULL)
		q->err = rd_kafka_last_error();
	else
		q->err =
		    rd_kafka_metadata(q->rk, topic == NULL, topic, &q->metadata, q->timeout_ms);
	if (topic != NULL)
		rd_kafka_topic_destroy(topic);
}

static void
ask_committed(void *arg)
{
	struct question *q = arg;

	q->err = rd_kafka_committed(q->rk, q->list, q->timeout_ms);
}

static void
ask_times(void *arg)
{
	struct question *q = arg;

	q->err = rd_kafka_offsets_for_times(q->rk, q->list, q->timeout_ms);
}

/* ask: *answer is to be freed where there is one. */
static rd_kafka_resp_err_t
ask(void (*fn)(void *), const struct question *question, struct question **answer)
{
	struct question *q = malloc(sizeof(*q));
	int done;

	*answer = NULL;
	if (q == NULL) {
		rc_log_errno("no memory");
		return RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
	}
	*q = *question;
	/* librdkafka says itself that the time is over: only what does not is left alone */
	if ((done = rc_call(fn, q, question->timeout_ms + GRACE_MS)) != 1)
		return done == 0 ? RD_KAFKA_RESP_ERR__TIMED_OUT : RD_KAFKA_RESP_ERR__INTR;
	*answer = q;
	return q->err;
}

/* set_topic: whether it can be one. */
static int
set_topic(struct question *q, const char *topic)
{
	if (strlen(topic) >= sizeof(q->topic)) /* Kafka allows 249 */
		return 0;
	memcpy(q->topic, topic, strlen(topic) + 1);
	return 1;
}

rd_kafka_resp_err_t
rc_ask_watermarks(rd_kafka_t *rk, const char *topic, int32_t partition, int64_t *low, int64_t *high,
    int timeout_ms)
{
	struct question q = { .rk = rk, .partition = partition, .timeout_ms = timeout_ms }, *a;
	rd_kafka_resp_err_t err;

	if (!set_topic(&q, topic))
		return RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
	if ((err = ask(ask_watermarks, &q, &a)) == RD_KAFKA_RESP_ERR_NO_ERROR) {
		*low = a->low;
		*high = a->high;
	}
	free(a);
	return err;
}

rd_kafka_resp_err_t
rc_ask_metadata(
    rd_kafka_t *rk, const char *topic, const struct rd_kafka_metadata **metadata, int timeout_ms)
{
	struct question q = { .rk = rk, .timeout_ms = timeout_ms }, *a;
	rd_kafka_resp_err_t err;

	if (topic != NULL && !set_topic(&q, topic))
		return RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
	if ((err = ask(ask_metadata, &q, &a)) == RD_KAFKA_RESP_ERR_NO_ERROR)
		*metadata = a->metadata;
	free(a);
	return err;
}

/* ask_list: with a copy of the list, which becomes the answer. */
static rd_kafka_resp_err_t
ask_list(void (*fn)(void *), rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, int timeout_ms)
{
	struct question q = { .rk = rk, .timeout_ms = timeout_ms }, *a;
	rd_kafka_resp_err_t err;

	q.list = rd_kafka_topic_partition_list_copy(list);
	err = ask(fn, &q, &a);
	if (a == NULL)
		return err;
	for (int i = 0; i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *p = rd_kafka_topic_partition_list_find(
		    a->list, list->elems[i].topic, list->elems[i].partition);

		if (p != NULL) {
			list->elems[i].offset = p->offset;
			list->elems[i].err = p->err;
		}
	}
	rd_kafka_topic_partition_list_destroy(a->list);
	free(a);
	return err;
}

rd_kafka_resp_err_t
rc_ask_committed(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, int timeout_ms)
{
	return ask_list(ask_committed, rk, list, timeout_ms);
}

rd_kafka_resp_err_t
rc_ask_times(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, int timeout_ms)
{
	return ask_list(ask_times, rk, list, timeout_ms);
}
