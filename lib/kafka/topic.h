/* topic.h - topics: whether they are there, what they allow, making them.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_TOPIC_H
#define RC_TOPIC_H

#include "dataset/dataset.h"
#include "kafka/kafka.h"

struct rc_topic_limits {
	int64_t max_message_bytes; /* of a batch of records; 0: not known */
	int64_t retention_ms;      /* after which records are deleted; 0: not known; -1: never */
	int stamps;                /* the broker gives records its own time */
};

/* rc_topic_metadata: what the brokers know of one topic, or of all where topic is
 * NULL, waiting for a broker.  The caller destroys *metadata with
 * rd_kafka_metadata_destroy(); it is NULL on failure.  RC_UNREACHABLE; RC_DENIED; RC_TEMPFAIL: a
 * stop request (stop.h). */
int rc_topic_metadata(rd_kafka_t *rk, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, rd_kafka_topic_t *topic,
    const struct rd_kafka_metadata **metadata);
/* rc_topic_missing: say that there is no such topic, and what to do: RC_CONFIG; or that this
 * user may not see it: RC_DENIED. */
int rc_topic_missing(const struct rc_kafka_conf *c, const char *name);
/* rc_topic_create: make the topic called name with d's settings, unless it is
 * there, for which no right to make it is needed, and wait until each of its partitions has a
 * leader.  RC_CONFIG: the broker refuses the settings; RC_DENIED; RC_UNREACHABLE: no broker within
 * the time; RC_TEMPFAIL: no leader within it, or a stop request (stop.h). */
int rc_topic_create(rd_kafka_t *rk, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, const struct rc_dataset *d, const char *name);
/* rc_topic_limits: find the topic and what it allows, without making it (a
 * broker may be set to make what a metadata request names).  Its settings are unknown if
 * the broker does not say them.  RC_CONFIG: there is no such
 * topic; RC_DENIED; RC_UNREACHABLE; RC_TEMPFAIL: a stop request (stop.h). */
int rc_topic_limits(rd_kafka_t *rk, const struct rc_kafka_conf *c,
    const struct rc_kafka_trouble *trouble, const char *name, struct rc_topic_limits *limits);

#endif
