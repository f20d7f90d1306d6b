/* topic.h - topics: whether they are there, what they allow, making them.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_TOPIC_H
#define RC_TOPIC_H

#include "base/span.h"
#include "dataset/dataset.h"
#include "kafka/kafka.h"

struct rc_topic_limits {
	int64_t max_message_bytes; /* of a batch of records; 0: not known */
	int64_t retention_ms;      /* after which records are deleted; 0: not known; -1: never */
	int64_t min_insync;        /* replicas that must have a record; 0: not known */
	int stamps;                /* the broker gives records its own time */
};

struct rc_topic {
	char *name;
	rd_kafka_topic_t *handle;
	struct rc_topic_limits limits;
};

struct rc_topic_list { /* those that a producer has met; start as { 0 } */
	struct rc_topic *list;
	size_t count;
	size_t last; /* the one used last */
};

/* rc_topic_missing: say that there is no such topic, and what to do: RC_CONFIG; or that this
 * user may not see it: RC_DENIED. */
int rc_topic_missing(const struct rc_kafka_conf *c, const char *name);
/* rc_topic_create: make the topic called name with d's settings, unless it is
 * there, for which no right to make it is needed, and wait until each of its partitions has a
 * leader.  RC_CONFIG: the broker refuses the settings; RC_TEMPFAIL: no leader within the time;
 * else as ask.h. */
int rc_topic_create(struct rc_kafka *k, const struct rc_dataset *d, const char *name);
/* rc_topic_limits: find the topic and what it allows, without making it (a
 * broker may be set to make what a metadata request names).  Its settings are unknown if
 * the broker does not say them.  RC_CONFIG: there is no such topic; else as ask.h. */
int rc_topic_limits(struct rc_kafka *k, const char *name, struct rc_topic_limits *limits);

/* rc_topic_lacks: what the topic lacks for records to be acknowledged: that it is there, a leader,
 * or replicas in sync; and, into text, that, and what of how many.  RD_KAFKA_RESP_ERR_NO_ERROR:
 * nothing, or no broker answers, of which one is asked once. */
rd_kafka_resp_err_t rc_topic_lacks(
    const struct rc_kafka *k, const struct rc_topic *topic, char *text, size_t room);
/* rc_topic_find: the topic of that name, valid until the next is added; NULL: it was not
 * met. */
const struct rc_topic *rc_topic_find(struct rc_topic_list *t, struct rc_span name);
/* rc_topic_add: remember a topic of the client k, which outlives it.  name was allocated, and is
 * t's from then on, also on failure.  RC_OSERR: no memory. */
int rc_topic_add(struct rc_topic_list *t, const struct rc_kafka *k, char *name,
    const struct rc_topic_limits *limits);
/* rc_topic_drop: forget all, before their client is closed. */
void rc_topic_drop(struct rc_topic_list *t);

#endif
