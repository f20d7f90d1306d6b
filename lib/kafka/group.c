#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/ask.h"
#include "kafka/group.h"

#define TICK_MS 100 /* how often a wait checks for signals and errors */

struct rc_group {
	const struct rc_kafka_conf *conf;
	const char *group;
	rd_kafka_t *rk;
	struct rc_kafka_trouble trouble;
	rd_kafka_topic_partition_list_t *list; /* what the next flush commits */
};

int
rc_group_open(struct rc_group **cp, const struct rc_kafka_conf *conf, const char *group)
{
	const char *const defaults[] = { "group.id", group, "enable.auto.commit", "false",
		"reconnect.backoff.max.ms", "1000", NULL };
	rd_kafka_conf_t *settings;
	struct rc_group *c;
	int status;

	if ((c = calloc(1, sizeof(*c))) == NULL ||
	    (c->list = rd_kafka_topic_partition_list_new(8)) == NULL) {
		rc_log_errno("no memory");
		free(c);
		return RC_OSERR;
	}
	c->conf = conf;
	c->group = group;
	if ((status = rc_kafka_settings(conf, defaults, &settings, &c->trouble)) == 0)
		status = rc_kafka_client(&c->rk, RD_KAFKA_CONSUMER, settings);
	if (status == 0)
		rd_kafka_poll_set_consumer(c->rk);
	if (status != 0)
		rc_group_close(c);
	else
		*cp = c;
	return status;
}

int
rc_group_add(struct rc_group *c, struct rc_span topic, int32_t partition, int64_t offset)
{
	rd_kafka_topic_partition_t *p;
	char name[256]; /* Kafka allows 249 */

	if (topic.n >= sizeof(name) || memchr(topic.p, '\0', topic.n) != NULL) {
		rc_log_error(
		    "topic %.*s: no name for a topic", (int)(topic.n < 80 ? topic.n : 80), topic.p);
		return RC_CONFIG;
	}
	memcpy(name, topic.p, topic.n);
	name[topic.n] = '\0';
	if ((p = rd_kafka_topic_partition_list_find(c->list, name, partition)) == NULL)
		p = rd_kafka_topic_partition_list_add(c->list, name, partition);
	p->offset = offset;
	return 0;
}

/* look_at: the answer for each partition; the last failure's status. */
static int
look_at(const struct rc_group *c, const rd_kafka_topic_partition_list_t *list)
{
	char where[400];
	int status = 0;

	for (int i = 0; list != NULL && i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *p = &list->elems[i];

		if (p->err == RD_KAFKA_RESP_ERR_NO_ERROR)
			continue;
		snprintf(where, sizeof(where), "%s partition %d: not committed for group %s",
		    p->topic, (int)p->partition, c->group);
		status = rc_kafka_failed(where, p->err, NULL);
	}
	return status;
}

int
rc_group_flush(struct rc_group *c)
{
	rd_kafka_event_t *event = NULL;
	rd_kafka_queue_t *queue;
	rd_kafka_resp_err_t err;
	int status = 0;

	if (c->list->cnt == 0)
		return 0;
	queue = rd_kafka_queue_new(c->rk);
	err = rd_kafka_commit_queue(c->rk, c->list, queue, NULL, NULL);
	for (int left = c->conf->timeout_ms;
	     err == RD_KAFKA_RESP_ERR_NO_ERROR && left > 0 && event == NULL &&
	     rc_kafka_status(c->trouble.err) != RC_DENIED && rc_clock_now() < rc_stop_until();
	     left -= TICK_MS) {
		event = rd_kafka_queue_poll(queue, left < TICK_MS ? left : TICK_MS);
		rd_kafka_poll(c->rk, 0); /* error_cb is served */
	}
	if (event != NULL) {
		status = look_at(c, rd_kafka_event_topic_partition_list(event));
		err = rd_kafka_event_error(event);
	} else if (err == RD_KAFKA_RESP_ERR_NO_ERROR && rc_stop_signal() != 0) {
		rc_log_error("group %s: a signal asked to stop while Kafka was being waited for: "
			     "the last positions may not be committed",
		    c->group);
		status = RC_TEMPFAIL;
	} else if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		status = rc_kafka_unreachable(c->conf, &c->trouble);
	}
	if (status == 0 && err != RD_KAFKA_RESP_ERR_NO_ERROR)
		status = rc_kafka_failed(c->group, err, NULL);
	if (event != NULL)
		rd_kafka_event_destroy(event);
	rd_kafka_queue_destroy(queue);
	rd_kafka_topic_partition_list_destroy(c->list);
	c->list = rd_kafka_topic_partition_list_new(8);
	return status;
}

void
rc_group_close(struct rc_group *c)
{
	if (c == NULL)
		return;
	if (c->list != NULL)
		rd_kafka_topic_partition_list_destroy(c->list);
	rc_ask_destroy(c->rk);
	free(c);
}
