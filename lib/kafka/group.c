#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/ask.h"
#include "kafka/error.h"
#include "kafka/group.h"

#define LEAST 4096 /* positions that are kept before they are thinned out */

struct rc_group {
	const char *name;
	struct rc_kafka kafka;
	rd_kafka_topic_partition_list_t *list; /* what the next flush commits, as it came: each
						* element's opaque is its place */
	int most;                              /* elements, before it is thinned out */
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
	g->most = LEAST;
	if ((status = rc_kafka_open(&g->kafka, RD_KAFKA_CONSUMER, conf, defaults, NULL)) != 0) {
		rc_group_close(g);
		return status;
	}
	rd_kafka_poll_set_consumer(g->kafka.rk); /* what concerns the group is told there */
	*gp = g;
	return 0;
}

static void
append(struct rc_group *g, const char *topic, int32_t partition, int64_t offset)
{
	rd_kafka_topic_partition_t *p =
	    rd_kafka_topic_partition_list_add(g->list, topic, partition);

	p->offset = offset;
	p->opaque = (void *)(uintptr_t)g->list->cnt;
}

/* by_place: of one partition, the one that came last is the last. */
static int
by_place(const void *a, const void *b, void *opaque)
{
	const rd_kafka_topic_partition_t *x = a, *y = b;
	int order = strcmp(x->topic, y->topic);

	(void)opaque;
	if (order == 0)
		order = (x->partition > y->partition) - (x->partition < y->partition);
	if (order == 0)
		order = (uintptr_t)x->opaque < (uintptr_t)y->opaque ? -1 : 1;
	return order;
}

/* thin_out: leave the last position of each partition alone. */
static void
thin_out(struct rc_group *g)
{
	rd_kafka_topic_partition_list_t *all = g->list;

	rd_kafka_topic_partition_list_sort(all, by_place, NULL);
	g->list = rd_kafka_topic_partition_list_new(all->cnt);
	for (int i = 0; i < all->cnt; i++) {
		const rd_kafka_topic_partition_t *p = &all->elems[i];

		if (i + 1 == all->cnt || p->partition != p[1].partition ||
		    strcmp(p->topic, p[1].topic) != 0)
			append(g, p->topic, p->partition, p->offset);
	}
	rd_kafka_topic_partition_list_destroy(all);
	g->most = g->list->cnt < LEAST ? LEAST : 2 * g->list->cnt;
}

int
rc_group_add(struct rc_group *g, struct rc_span topic, int32_t partition, int64_t offset)
{
	char name[256]; /* Kafka allows 249 */

	if (topic.n >= sizeof(name) || memchr(topic.p, '\0', topic.n) != NULL) {
		rc_log_error("topic %.*s: not a valid topic name",
		    (int)(topic.n < 80 ? topic.n : 80), topic.p);
		return RC_CONFIG;
	}
	memcpy(name, topic.p, topic.n);
	name[topic.n] = '\0';
	append(g, name, partition, offset);
	if (g->list->cnt >= g->most)
		thin_out(g);
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
	thin_out(g);
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
