#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/ask.h"
#include "kafka/error.h"
#include "kafka/group.h"

struct rc_group {
	const char *name;
	struct rc_kafka kafka;
	rd_kafka_topic_partition_list_t *list; /* what the next flush commits */
};

int
rc_group_open(struct rc_group **gp, const struct rc_kafka_conf *conf, const char *name)
{
	const char *const defaults[] = { "group.id", name, "enable.auto.commit", "false", NULL };
	struct rc_group *g;
	int status;

	if ((g = calloc(1, sizeof(*g))) == NULL ||
	    (g->list = rd_kafka_topic_partition_list_new(8)) == NULL) {
		rc_log_errno("no memory");
		free(g);
		return RC_OSERR;
	}
	g->name = name;
	if ((status = rc_kafka_open(&g->kafka, RD_KAFKA_CONSUMER, conf, defaults, NULL)) != 0) {
		rc_group_close(g);
		return status;
	}
	rd_kafka_poll_set_consumer(g->kafka.rk); /* what concerns the group is told there */
	*gp = g;
	return 0;
}

int
rc_group_add(struct rc_group *g, struct rc_span topic, int32_t partition, int64_t offset)
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
	if ((p = rd_kafka_topic_partition_list_find(g->list, name, partition)) == NULL)
		p = rd_kafka_topic_partition_list_add(g->list, name, partition);
	p->offset = offset;
	return 0;
}

/* look_at: the answer for each partition; the last failure's status. */
static int
look_at(const struct rc_group *g, const rd_kafka_topic_partition_list_t *list)
{
	char where[400];
	int status = 0;

	for (int i = 0; list != NULL && i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *p = &list->elems[i];

		if (p->err == RD_KAFKA_RESP_ERR_NO_ERROR)
			continue;
		snprintf(where, sizeof(where), "%s partition %d: not committed for group %s",
		    p->topic, (int)p->partition, g->name);
		status = rc_error_failed(where, p->err, NULL);
	}
	return status;
}

int
rc_group_flush(struct rc_group *g)
{
	rd_kafka_event_t *event = NULL;
	rd_kafka_queue_t *queue;
	rd_kafka_resp_err_t err;
	int status;

	if (g->list->cnt == 0)
		return 0;
	queue = rd_kafka_queue_new(g->kafka.rk);
	err = rd_kafka_commit_queue(g->kafka.rk, g->list, queue, NULL, NULL);
	if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
		status = rc_error_failed(g->name, err, NULL);
	} else if ((status = rc_ask_event(&g->kafka, queue, &event)) == 0) {
		status = look_at(g, rd_kafka_event_topic_partition_list(event));
		err = rd_kafka_event_error(event);
		if (status == 0 && err != RD_KAFKA_RESP_ERR_NO_ERROR)
			status = rc_error_failed(g->name, err, NULL);
		rd_kafka_event_destroy(event);
	} else if (status == RC_TEMPFAIL) {
		rc_log_error("group %s: a signal asked to stop while Kafka was being waited for: "
			     "the last positions may not be committed",
		    g->name);
	}
	rd_kafka_queue_destroy(queue);
	rd_kafka_topic_partition_list_destroy(g->list);
	g->list = rd_kafka_topic_partition_list_new(8);
	return status;
}

void
rc_group_close(struct rc_group *g)
{
	if (g == NULL)
		return;
	if (g->list != NULL)
		rd_kafka_topic_partition_list_destroy(g->list);
	rc_kafka_close(&g->kafka);
	free(g);
}
