#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/ask.h"
#include "kafka/error.h"
#include "kafka/topic.h"

#define AGAIN_MS 100 /* between two looks */
#define LOOK_MS  1000

/* admin_options: the time that a request may take. */
static rd_kafka_AdminOptions_t *
admin_options(const struct rc_kafka *k, rd_kafka_admin_op_t op)
{
	rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(k->rk, op);
	char why[256];

	if (options != NULL)
		rd_kafka_AdminOptions_set_request_timeout(
		    options, k->conf->timeout_ms, why, sizeof(why));
	return options;
}

/* created: what the broker says of the one topic that was asked for. */
static int
created(rd_kafka_event_t *event, const char *name)
{
	const rd_kafka_CreateTopics_result_t *result = rd_kafka_event_CreateTopics_result(event);
	const rd_kafka_topic_result_t **topics;
	rd_kafka_resp_err_t err = rd_kafka_event_error(event);
	const char *why = rd_kafka_event_error_string(event);
	size_t n = 0;

	if (err == RD_KAFKA_RESP_ERR_NO_ERROR && result != NULL) {
		topics = rd_kafka_CreateTopics_result_topics(result, &n);
		if (n > 0) {
			err = rd_kafka_topic_result_error(topics[0]);
			why = rd_kafka_topic_result_error_string(topics[0]);
		}
	}
	if (err == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
		return 0;
	if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
		rc_log_error("topic %s: cannot be made: %s%s", name,
		    why != NULL ? why : rd_kafka_err2str(err),
		    rc_error_status(err) == RC_DENIED
			? ": this user needs the right Create on the topic or the cluster"
			: "");
		return rc_error_status(err);
	}
	rc_log_info("topic %s: made", name);
	return 0;
}

/* has_leaders: whether metadata knows the topic called name, and a leader of each
 * of its partitions. */
static int
has_leaders(const struct rd_kafka_metadata *metadata, const char *name)
{
	for (int i = 0; i < metadata->topic_cnt; i++) {
		const struct rd_kafka_metadata_topic *t = &metadata->topics[i];

		if (strcmp(t->topic, name) != 0)
			continue;
		for (int k = 0; k < t->partition_cnt; k++)
			if (t->partitions[k].leader < 0)
				return 0;
		return t->err == RD_KAFKA_RESP_ERR_NO_ERROR && t->partition_cnt > 0;
	}
	return 0;
}

/* find_ready: whether the topic is there and can be used, now. */
static int
find_ready(struct rc_kafka *k, const char *name, int *ready)
{
	const struct rd_kafka_metadata *metadata;
	int status;

	if ((status = rc_ask_metadata(k, NULL, &metadata)) != 0)
		return status;
	*ready = has_leaders(metadata, name);
	rd_kafka_metadata_destroy(metadata);
	return 0;
}

/* wait_made: until a topic that was made can be used: a broker may answer before
 * it, or another, knows of it. */
static int
wait_made(struct rc_kafka *k, const char *name)
{
	struct rc_deadline until = rc_deadline_in(k->conf->timeout_ms);
	enum rc_deadline_end end;
	int status, ready;

	for (;;) {
		if ((status = find_ready(k, name, &ready)) != 0 || ready)
			return status;
		if ((end = rc_deadline_end(until)) == RC_DEADLINE_OVER)
			rc_log_error("topic %s: it was made, but has no leader within %d ms: try "
				     "again later",
			    name, k->conf->timeout_ms);
		if (end != RC_DEADLINE_AHEAD)
			return RC_TEMPFAIL;
		rc_deadline_sleep(until, AGAIN_MS);
	}
}

/* create: ask for a topic that is not there. */
static int
create(struct rc_kafka *k, const struct rc_dataset *d, const char *name)
{
	rd_kafka_AdminOptions_t *options = admin_options(k, RD_KAFKA_ADMIN_OP_CREATETOPICS);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(k->rk);
	rd_kafka_event_t *event;
	rd_kafka_NewTopic_t *topic;
	char why[512];
	int status = 0;

	topic = rd_kafka_NewTopic_new(
	    name, d->topic.partitions, d->topic.replication_factor, why, sizeof(why));
	if (topic == NULL) {
		rc_log_error("topic %s: cannot be made: %s", name, why);
		status = RC_CONFIG;
		goto out;
	}
	for (size_t i = 0; i < d->topic.setting_count; i++)
		rd_kafka_NewTopic_set_config(
		    topic, d->topic.settings[i].name, d->topic.settings[i].value);
	rd_kafka_CreateTopics(k->rk, &topic, 1, options, queue);
	if ((status = rc_ask_event(k, queue, &event)) == 0) {
		status = created(event, name);
		rd_kafka_event_destroy(event);
	}
	rd_kafka_NewTopic_destroy(topic);
out:
	rd_kafka_queue_destroy(queue);
	if (options != NULL)
		rd_kafka_AdminOptions_destroy(options);
	return status;
}

int
rc_topic_create(struct rc_kafka *k, const struct rc_dataset *d, const char *name)
{
	int status, ready;

	/* looking needs less of a right than making */
	if ((status = find_ready(k, name, &ready)) != 0 || ready)
		return status;
	status = create(k, d, name);
	return status != 0 ? status : wait_made(k, name);
}

/* is_hidden: whether this user may not see the topic.  A consumer asks, for it makes none by
 * asking. */
static int
is_hidden(const struct rc_kafka_conf *c, const char *name)
{
	static const char *const defaults[] = { "allow.auto.create.topics", "false", NULL };
	const struct rd_kafka_metadata *metadata;
	struct rc_kafka asker = { 0 };
	int hidden = 0;

	if (rc_kafka_open(&asker, RD_KAFKA_CONSUMER, c, defaults, NULL) == 0 &&
	    rc_ask_metadata(&asker, name, &metadata) == 0) {
		for (int i = 0; i < metadata->topic_cnt; i++)
			hidden |=
			    metadata->topics[i].err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
		rd_kafka_metadata_destroy(metadata);
	}
	rc_kafka_close(&asker);
	return hidden;
}

int
rc_topic_missing(const struct rc_kafka_conf *c, const char *name)
{
	if (is_hidden(c, name)) {
		rc_log_error("topic %s: this user may not see it, if it is there: it needs the "
			     "right Describe, and Write to produce or Read to consume",
		    name);
		return RC_DENIED;
	}
	rc_log_error("topic %s: does not exist: create it with rc-produce --create-topic, or name "
		     "another with -t",
	    name);
	return RC_CONFIG;
}

/* take_setting: one setting of the topic. */
static void
take_setting(const rd_kafka_ConfigEntry_t *entry, struct rc_topic_limits *limits)
{
	const char *name = rd_kafka_ConfigEntry_name(entry);
	const char *value = rd_kafka_ConfigEntry_value(entry);

	if (value != NULL && strcmp(name, "max.message.bytes") == 0)
		limits->max_message_bytes = strtoll(value, NULL, 10);
	else if (value != NULL && strcmp(name, "retention.ms") == 0)
		limits->retention_ms = strtoll(value, NULL, 10);
	else if (value != NULL && strcmp(name, "min.insync.replicas") == 0)
		limits->min_insync = strtoll(value, NULL, 10);
	else if (value != NULL && strcmp(name, "message.timestamp.type") == 0)
		limits->stamps = strcmp(value, "LogAppendTime") == 0;
}

/* described: what the broker says of the topic's settings. */
static int
described(rd_kafka_event_t *event, const struct rc_kafka_conf *c, const char *name,
    struct rc_topic_limits *limits)
{
	const rd_kafka_DescribeConfigs_result_t *result =
	    rd_kafka_event_DescribeConfigs_result(event);
	rd_kafka_resp_err_t err = rd_kafka_event_error(event);
	const rd_kafka_ConfigResource_t **resources = NULL;
	const rd_kafka_ConfigEntry_t **entries;
	size_t n = 0;

	if (err == RD_KAFKA_RESP_ERR_NO_ERROR && result != NULL) {
		resources = rd_kafka_DescribeConfigs_result_resources(result, &n);
		if (n > 0)
			err = rd_kafka_ConfigResource_error(resources[0]);
	}
	if (err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
		return rc_topic_missing(c, name);
	if (err == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION) {
		rc_log_error(
		    "topic %s: not a valid topic name: letters, digits, '.', '_' and '-'", name);
		return RC_CONFIG;
	}
	if (err != RD_KAFKA_RESP_ERR_NO_ERROR || resources == NULL || n == 0) {
		rc_log_info(
		    "topic %s: its settings cannot be read: %s", name, rd_kafka_err2str(err));
		return 0; /* if the topic itself is out of reach, producing says so */
	}
	entries = rd_kafka_ConfigResource_configs(resources[0], &n);
	for (size_t i = 0; i < n; i++)
		take_setting(entries[i], limits);
	return 0;
}

/* find: that the topic is there, and whether the cluster *has_controller, without
 * which settings cannot be asked for.  All topics are listed, for a request that names one may
 * make it; a cluster without a controller (librdkafka's mock) makes them so. */
static int
find(struct rc_kafka *k, const char *name, int *has_controller)
{
	const struct rd_kafka_metadata *metadata;
	int status, found = 0;

	*has_controller = 0;
	if ((status = rc_ask_metadata(k, NULL, &metadata)) != 0)
		return status;
	for (int i = 0; i < metadata->topic_cnt && !found; i++)
		found = strcmp(metadata->topics[i].topic, name) == 0;
	for (int i = 0; i < metadata->broker_cnt && !*has_controller; i++)
		*has_controller = metadata->brokers[i].id == rd_kafka_controllerid(k->rk, 0);
	rd_kafka_metadata_destroy(metadata);
	if (found || *has_controller)
		return found ? 0 : rc_topic_missing(k->conf, name);
	if ((status = rc_ask_metadata(k, name, &metadata)) == 0)
		rd_kafka_metadata_destroy(metadata);
	return status;
}

int
rc_topic_limits(struct rc_kafka *k, const char *name, struct rc_topic_limits *limits)
{
	rd_kafka_AdminOptions_t *options;
	rd_kafka_ConfigResource_t *topic;
	rd_kafka_queue_t *queue;
	rd_kafka_event_t *event;
	int status, has_controller;

	*limits = (struct rc_topic_limits){ 0 };
	status = find(k, name, &has_controller);
	if (status != 0 || !has_controller)
		return status;
	if ((topic = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name)) == NULL)
		return rc_topic_missing(k->conf, name);
	options = admin_options(k, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
	queue = rd_kafka_queue_new(k->rk);
	rd_kafka_DescribeConfigs(k->rk, &topic, 1, options, queue);
	if ((status = rc_ask_event(k, queue, &event)) == 0) {
		status = described(event, k->conf, name, limits);
		rd_kafka_event_destroy(event);
	}
	rd_kafka_ConfigResource_destroy(topic);
	rd_kafka_queue_destroy(queue);
	if (options != NULL)
		rd_kafka_AdminOptions_destroy(options);
	return status;
}

/* find_lack: as rc_topic_lacks(), of what the metadata say of the topic. */
static rd_kafka_resp_err_t
find_lack(
    const struct rc_topic *topic, const struct rd_kafka_metadata_topic *t, char *text, size_t room)
{
	for (int i = 0; i < t->partition_cnt; i++) {
		const struct rd_kafka_metadata_partition *p = &t->partitions[i];

		if (p->leader < 0) {
			snprintf(text, room, "%s partition %" PRId32 " has no leader", topic->name,
			    p->id);
			return RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
		}
		if (p->isr_cnt < topic->limits.min_insync) {
			snprintf(text, room,
			    "%s partition %" PRId32 ": %d of %d replicas are in sync, and "
			    "min.insync.replicas is %" PRId64,
			    topic->name, p->id, p->isr_cnt, p->replica_cnt,
			    topic->limits.min_insync);
			return RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS;
		}
	}
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t
rc_topic_lacks(const struct rc_kafka *k, const struct rc_topic *topic, char *text, size_t room)
{
	rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
	const struct rd_kafka_metadata *metadata;

	/* of all: one that is named might be made */
	if (rd_kafka_metadata(k->rk, 1, NULL, &metadata, LOOK_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return RD_KAFKA_RESP_ERR_NO_ERROR;
	snprintf(text, room, "%s: %s", topic->name, rd_kafka_err2str(err));
	for (int i = 0; i < metadata->topic_cnt; i++)
		if (strcmp(metadata->topics[i].topic, topic->name) == 0)
			err = find_lack(topic, &metadata->topics[i], text, room);
	rd_kafka_metadata_destroy(metadata);
	return err;
}

const struct rc_topic *
rc_topic_find(struct rc_topic_list *t, struct rc_span name)
{
	if (t->count > 0 && rc_span_is(name, t->list[t->last].name))
		return &t->list[t->last];
	for (size_t i = 0; i < t->count; i++)
		if (rc_span_is(name, t->list[i].name)) {
			t->last = i;
			return &t->list[i];
		}
	return NULL;
}

int
rc_topic_add(struct rc_topic_list *t, const struct rc_kafka *k, char *name,
    const struct rc_topic_limits *limits)
{
	struct rc_topic *list = realloc(t->list, (t->count + 1) * sizeof(*list));
	rd_kafka_topic_t *handle = NULL;

	if (list == NULL) {
		rc_log_errno("no memory");
	} else {
		t->list = list;
		if ((handle = rd_kafka_topic_new(k->rk, name, NULL)) == NULL)
			rc_log_error("topic %s: %s", name, rd_kafka_err2str(rd_kafka_last_error()));
	}
	if (handle == NULL) {
		free(name);
		return RC_OSERR;
	}
	t->last = t->count++;
	t->list[t->last] = (struct rc_topic){ name, handle, *limits };
	return 0;
}

void
rc_topic_drop(struct rc_topic_list *t)
{
	for (size_t i = 0; i < t->count; i++) {
		rd_kafka_topic_destroy(t->list[i].handle);
		free(t->list[i].name);
	}
	free(t->list);
	*t = (struct rc_topic_list){ 0 };
}
