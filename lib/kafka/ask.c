#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/call.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/ask.h"
#include "kafka/error.h"

#define FIRST_MS 700 /* how long the first try may take; each further one twice as long */
#define GRACE_MS 200 /* for a call to say itself that its time is over */
#define AGAIN_MS 100 /* between two tries */
#define TICK_MS  100 /* how often a wait looks whether to go on */

/* A question, with all that it needs: it may outlive who asked. */
struct question {
	void (*ask)(struct question *);
	rd_kafka_t *rk;
	char topic[256]; /* "": all; Kafka allows 249 */
	int32_t partition;
	int64_t low, high;
	const struct rd_kafka_metadata *metadata;
	rd_kafka_topic_partition_list_t *list;
	int timeout_ms;
	rd_kafka_resp_err_t err;
};

static void
ask_metadata(struct question *q)
{
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
ask_watermarks(struct question *q)
{
	q->err = rd_kafka_query_watermark_offsets(
	    q->rk, q->topic, q->partition, &q->low, &q->high, q->timeout_ms);
	if (q->err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) /* so one without a leader is called */
		q->err = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
}

static void
ask_committed(struct question *q)
{
	q->err = rd_kafka_committed(q->rk, q->list, q->timeout_ms);
}

static void
ask_times(struct question *q)
{
	q->err = rd_kafka_offsets_for_times(q->rk, q->list, q->timeout_ms);
}

static void
run(void *arg)
{
	struct question *q = arg;

	q->ask(q);
	for (int i = 0; q->list != NULL && i < q->list->cnt && q->err == 0; i++)
		if (rc_error_not_ready(q->list->elems[i].err))
			q->err = q->list->elems[i].err;
}

/* release: what the asker has not taken. */
static void
release(struct question *q)
{
	if (q->list != NULL)
		rd_kafka_topic_partition_list_destroy(q->list);
	free(q);
}

/* try: ask once.  NULL and *err: there is no answer; else it is to be released. */
static struct question *
try(const struct question *question, int timeout_ms, rd_kafka_resp_err_t *err)
{
	struct question *q = malloc(sizeof(*q));

	*err = RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
	if (q == NULL)
		return NULL;
	*q = *question;
	q->timeout_ms = timeout_ms;
	if (q->list != NULL)
		q->list = rd_kafka_topic_partition_list_copy(q->list);
	*err = RD_KAFKA_RESP_ERR__TIMED_OUT;
	if (rc_call(run, q, timeout_ms + GRACE_MS) != 1)
		return NULL; /* it is left alone */
	if ((*err = q->err) == RD_KAFKA_RESP_ERR_NO_ERROR)
		return q;
	release(q);
	return NULL;
}

/* answer: ask until there is one, which is to be released. */
static int
answer(struct rc_kafka *k, const struct question *question, const char *what, struct question **a)
{
	struct rc_deadline until = rc_deadline_in(k->conf->timeout_ms);
	rd_kafka_resp_err_t err;
	int status, left;

	/* A refusal is seen between two tries, which become longer: a broker may be slow. */
	for (int slice = FIRST_MS;; slice = slice < left ? slice * 2 : slice) {
		left = rc_deadline_left(until);
		*a = try(question, left < slice ? left : slice, &err);
		if (*a != NULL) {
			rc_kafka_serve(k);
			return 0;
		}
		if (err == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE) {
			rc_log_errno("no memory");
			return RC_OSERR;
		}
		if (rc_error_not_ready(err) ? rc_deadline_end(until) == RC_DEADLINE_OVER
					    : rc_error_status(err) != RC_UNREACHABLE)
			return rc_error_failed(what, err, NULL);
		if ((status = rc_kafka_go_on(k, until)) != 0)
			return status;
		rc_deadline_sleep(until, err == RD_KAFKA_RESP_ERR__TIMED_OUT ? 0 : AGAIN_MS);
	}
}

/* about: a question about one topic.  RC_CONFIG: it cannot be one. */
static int
about(struct question *q, const char *topic)
{
	if (snprintf(q->topic, sizeof(q->topic), "%s", topic) < (int)sizeof(q->topic))
		return 0;
	return rc_error_failed(topic, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, NULL);
}

int
rc_ask_metadata(struct rc_kafka *k, const char *topic, const struct rd_kafka_metadata **metadata)
{
	struct question q = { .ask = ask_metadata, .rk = k->rk }, *a;
	int status;

	*metadata = NULL;
	if (topic != NULL && (status = about(&q, topic)) != 0)
		return status;
	if ((status = answer(k, &q, topic != NULL ? topic : k->conf->brokers, &a)) == 0) {
		*metadata = a->metadata;
		release(a);
	}
	return status;
}

int
rc_ask_watermarks(
    struct rc_kafka *k, const char *topic, int32_t partition, int64_t *low, int64_t *high)
{
	struct question q = { .ask = ask_watermarks, .rk = k->rk, .partition = partition }, *a;
	char what[300];
	int status;

	if ((status = about(&q, topic)) != 0)
		return status;
	snprintf(what, sizeof(what), "%s partition %d: watermarks", topic, (int)partition);
	if ((status = answer(k, &q, what, &a)) == 0) {
		*low = a->low;
		*high = a->high;
		release(a);
	}
	return status;
}

/* ask_list: the answer is in the copy of the list. */
static int
ask_list(struct rc_kafka *k, struct question *q, const char *what)
{
	rd_kafka_topic_partition_list_t *list = q->list;
	struct question *a;
	int status;

	if ((status = answer(k, q, what, &a)) != 0)
		return status;
	for (int i = 0; i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *p = rd_kafka_topic_partition_list_find(
		    a->list, list->elems[i].topic, list->elems[i].partition);

		if (p != NULL) {
			list->elems[i].offset = p->offset;
			list->elems[i].err = p->err;
		}
	}
	release(a);
	return 0;
}

int
rc_ask_committed(struct rc_kafka *k, rd_kafka_topic_partition_list_t *list)
{
	struct question q = { .ask = ask_committed, .rk = k->rk, .list = list };

	return ask_list(k, &q, "committed positions");
}

int
rc_ask_times(struct rc_kafka *k, rd_kafka_topic_partition_list_t *list)
{
	struct question q = { .ask = ask_times, .rk = k->rk, .list = list };

	return ask_list(k, &q, "offsets for a time");
}

int
rc_ask_event(struct rc_kafka *k, rd_kafka_queue_t *queue, rd_kafka_event_t **event)
{
	struct rc_deadline until = rc_deadline_in(k->conf->timeout_ms);
	int status;

	while ((*event = rd_kafka_queue_poll(queue, TICK_MS)) == NULL)
		if ((status = rc_kafka_go_on(k, until)) != 0)
			return status;
	if (rd_kafka_event_error(*event) != RD_KAFKA_RESP_ERR__TIMED_OUT)
		return 0;
	rd_kafka_event_destroy(*event);
	*event = NULL;
	return rc_kafka_unreachable(k);
}
