/* topics.h - the topics that a producer has met, with what they allow.
 *
 * Tested by tests/rc-produce.t. */
#ifndef RC_TOPICS_H
#define RC_TOPICS_H

#include "base/span.h"
#include "kafka/topic.h"

struct rc_topics_one {
	char *name;
	rd_kafka_topic_t *handle;
	struct rc_topic_limits limits;
};

struct rc_topics { /* start as { 0 } */
	struct rc_topics_one *list;
	size_t count;
	size_t last; /* the one used last */
};

/* rc_topics_find: the topic of that name, valid until the next is added; NULL: it was not
 * met. */
const struct rc_topics_one *rc_topics_find(struct rc_topics *t, struct rc_span name);
/* rc_topics_add: remember a topic; rk outlives it.  name was allocated, and is t's from then
 * on, also on failure.  RC_OSERR: no memory. */
int rc_topics_add(
    struct rc_topics *t, rd_kafka_t *rk, char *name, const struct rc_topic_limits *limits);
/* rc_topics_drop: forget all, before their client is closed. */
void rc_topics_drop(struct rc_topics *t);

#endif
