#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/ask.h"
#include "kafka/topic.h"

#define TICK_MS     100 /* how often a wait checks for signals and errors */
#define METADATA_MS 700 /* how long the first request for metadata may take */

int
rc_topic_metadata(rd_kafka_t *rk, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, rd_kafka_topic_t *topic,
    const struct rd_kafka_metadata **metadata)
{
	double end = rc_clock_now() + c->timeout_ms / 1000.0, left;
	const char *name = topic != NULL ? rd_kafka_topic_name(topic) : NULL;
	rd_kafka_resp_err_t err;

	*metadata = NULL;
	/* A refusal is seen between two tries, which become longer: a broker may be slow. */
	for (double slice = METADATA_MS; (left = (end - rc_clock_now()) * 1000) > 0; slice *= 2) {
		err = rc_ask_metadata(rk, name, metadata, (int)(left < slice ? left : slice) + 1);
		rd_kafka_poll(rk, 0); /* error_cb is served */
		if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
			return 0;
		if (err == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
			return RC_OSERR; /* no memory, which was reported */
		if (rc_stop_signal() != 0)
			return RC_TEMPFAIL; /* the signal's own status wins */
		if (rc_kafka_denied(trouble))
			break;
	}
	return rc_kafka_unreachable(c, trouble);
}

/* wait_result: the event that a request on queue is answered with, or NULL and
 * *status where none came. */
static rd_kafka_event_t *
wait_result(rd_kafka_t *rk, rd_kafka_queue_t *queue, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, int *status)
{
	rd_kafka_event_t *event = NULL;

	for (int left = c->timeout_ms; left > 0 && event == NULL; left -= TICK_MS) {
		event = rd_kafka_queue_poll(queue, left < TICK_MS ? left : TICK_MS);
		rd_kafka_poll(rk, 0); /* error_cb is served */
		if (rc_stop_signal() != 0) {
			*status = RC_TEMPFAIL; /* the signal's own status wins */
			break;
		}
		if (rc_kafka_denied(trouble))
			break;
	}
	if (event != NULL && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__TIMED_OUT) {
		rd_kafka_event_destroy(event);
		event = NULL;
	}
	if (event == NULL && rc_stop_signal() == 0)
		*status = rc_kafka_unreachable(c, trouble);
	return event;
}

/* admin_options: the time that a request may take. */
static rd_kafka_AdminOptions_t *
admin_options(rd_kafka_t *rk, rd_kafka_admin_op_t op, const struct rc_kafka_conf *c)
{
	rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(rk, op);
	char why[256];

	if (options != NULL)
		rd_kafka_AdminOptions_set_request_timeout(options, c->timeout_ms, why, sizeof(why));
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
		    rc_kafka_status(err) == RC_DENIED
			? ": this user needs the right Create on the topic or the cluster"
			: "");
		return rc_kafka_status(err);
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

/* look: whether the topic is there and can be used, now. */
static int
look(rd_kafka_t *rk, const struct rc_kafka_conf *c, const struct rc_kafka_trouble *trouble,
    const char *name, int *ready)
{
	const struct rd_kafka_metadata *metadata;
	int status;

	if ((status = rc_topic_metadata(rk, c, trouble, NULL, &metadata)) != 0)
		return status;
	*ready = has_leaders(metadata, name);
	rd_kafka_metadata_destroy(metadata);
	return 0;
}

/* wait_made: until a topic that was made can be used: a broker may answer before
 * it, or another, knows of it. */
static int
wait_made(rd_kafka_t *rk, const struct rc_kafka_conf *c, const struct rc_kafka_trouble *trouble,
    const char *name)
{
	double end = rc_clock_now() + c->timeout_ms / 1000.0;
	int status, ready;

	for (;;) {
		if ((status = look(rk, c, trouble, name, &ready)) != 0 || ready)
			return status;
		if (rc_stop_signal() != 0)
			return RC_TEMPFAIL; /* the signal's own status wins */
		if (rc_clock_now() >= end) {
			rc_log_error("topic %s: it was made, but has no leader within %d ms: try "
				     "again later",
			    name, c->timeout_ms);
			return RC_TEMPFAIL;
		}
		rc_stop_sleep(TICK_MS);
	}
}

/* create: ask for a topic that is not there. */
static int
create(rd_kafka_t *rk, const struct rc_kafka_conf *c, const struct rc_kafka_trouble *trouble,
    const struct rc_dataset *d, const char *name)
{
	rd_kafka_AdminOptions_t *options = admin_options(rk, RD_KAFKA_ADMIN_OP_CREATETOPICS, c);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
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
	rd_kafka_CreateTopics(rk, &topic, 1, options, queue);
	if ((event = wait_result(rk, queue, c, trouble, &status)) != NULL) {
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
rc_topic_create(rd_kafka_t *rk, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, const struct rc_dataset *d, const char *name)
{
	int status, ready;

	/* looking needs less of a right than making */
	if ((status = look(rk, c, trouble, name, &ready)) != 0 || ready)
		return status;
	status = create(rk, c, trouble, d, name);
	return status != 0 ? status : wait_made(rk, c, trouble, name);
}

/* is_hidden: whether this user may not see the topic.  A consumer asks, for it makes none by
 * asking. */
static int
is_hidden(const struct rc_kafka_conf *c, const char *name)
{
	static const char *const defaults[] = { "allow.auto.create.topics", "false", NULL };
	struct rc_kafka_trouble trouble = { 0 };
	const struct rd_kafka_metadata *metadata;
	rd_kafka_topic_t *topic;
	rd_kafka_conf_t *conf;
	rd_kafka_t *rk = NULL;
	int hidden = 0;

	if (rc_kafka_settings(c, defaults, &conf, &trouble) != 0 ||
	    rc_kafka_client(&rk, RD_KAFKA_CONSUMER, conf) != 0)
		return 0;
	if ((topic = rd_kafka_topic_new(rk, name, NULL)) != NULL) {
		if (rc_topic_metadata(rk, c, &trouble, topic, &metadata) == 0 && metadata != NULL) {
			for (int i = 0; i < metadata->topic_cnt; i++)
				hidden |= metadata->topics[i].err ==
				    RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
			rd_kafka_metadata_destroy(metadata);
		}
		rd_kafka_topic_destroy(topic);
	}
	rc_ask_destroy(rk);
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

/* take: one setting of the topic. */
static void
take(const rd_kafka_ConfigEntry_t *entry, struct rc_topic_limits *limits)
{
	const char *name = rd_kafka_ConfigEntry_name(entry);
	const char *value = rd_kafka_ConfigEntry_value(entry);

	if (value != NULL && strcmp(name, "max.message.bytes") == 0)
		limits->max_message_bytes = strtoll(value, NULL, 10);
	else if (value != NULL && strcmp(name, "retention.ms") == 0)
		limits->retention_ms = strtoll(value, NULL, 10);
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
		take(entries[i], limits);
	return 0;
}

/* find: that the topic is there, and whether the cluster *has_controller, without
 * which settings cannot be asked for.  All topics are listed, for a request that names one may
 * make it; a cluster without a controller (librdkafka's mock) makes them so. */
static int
find(rd_kafka_t *rk, const struct rc_kafka_conf *c, const struct rc_kafka_trouble *trouble,
    const char *name, int *has_controller)
{
	const struct rd_kafka_metadata *metadata;
	rd_kafka_topic_t *topic;
	int status, found = 0;

	*has_controller = 0;
	status = rc_topic_metadata(rk, c, trouble, NULL, &metadata);
	if (metadata == NULL)
		return status;
	for (int i = 0; i < metadata->topic_cnt && !found; i++)
		found = strcmp(metadata->topics[i].topic, name) == 0;
	for (int i = 0; i < metadata->broker_cnt && !*has_controller; i++)
		*has_controller = metadata->brokers[i].id == rd_kafka_controllerid(rk, 0);
	rd_kafka_metadata_destroy(metadata);
	if (found || *has_controller)
		return found ? 0 : rc_topic_missing(c, name);
	if ((topic = rd_kafka_topic_new(rk, name, NULL)) == NULL)
		return rc_topic_missing(c, name);
	status = rc_topic_metadata(rk, c, trouble, topic, &metadata);
	if (metadata != NULL)
		rd_kafka_metadata_destroy(metadata);
	rd_kafka_topic_destroy(topic);
	return status;
}

int
rc_topic_limits(rd_kafka_t *rk, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, const char *name, struct rc_topic_limits *limits)
{
	rd_kafka_AdminOptions_t *options;
	rd_kafka_ConfigResource_t *topic;
	rd_kafka_queue_t *queue;
	rd_kafka_event_t *event;
	int status, has_controller;

	*limits = (struct rc_topic_limits){ 0 };
	status = find(rk, c, trouble, name, &has_controller);
	if (status != 0 || !has_controller)
		return status;
	if ((topic = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name)) == NULL)
		return rc_topic_missing(c, name);
	options = admin_options(rk, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, c);
	queue = rd_kafka_queue_new(rk);
	rd_kafka_DescribeConfigs(rk, &topic, 1, options, queue);
	if ((event = wait_result(rk, queue, c, trouble, &status)) != NULL) {
		status = described(event, c, name, limits);
		rd_kafka_event_destroy(event);
	}
	rd_kafka_ConfigResource_destroy(topic);
	rd_kafka_queue_destroy(queue);
	if (options != NULL)
		rd_kafka_AdminOptions_destroy(options);
	return status;
}
