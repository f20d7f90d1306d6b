#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/topics.h"

const struct rc_topics_one *
rc_topics_find(struct rc_topics *t, struct rc_span name)
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
rc_topics_add(struct rc_topics *t, rd_kafka_t *rk, char *name, const struct rc_topic_limits *limits)
{
	struct rc_topics_one *list = realloc(t->list, (t->count + 1) * sizeof(*list));
	rd_kafka_topic_t *handle = NULL;

	if (list == NULL) {
		rc_log_errno("no memory");
	} else {
		t->list = list;
		if ((handle = rd_kafka_topic_new(rk, name, NULL)) == NULL)
			rc_log_error("topic %s: %s", name, rd_kafka_err2str(rd_kafka_last_error()));
	}
	if (handle == NULL) {
		free(name);
		return RC_OSERR;
	}
	t->last = t->count++;
	t->list[t->last] = (struct rc_topics_one){ name, handle, *limits };
	return 0;
}

void
rc_topics_drop(struct rc_topics *t)
{
	for (size_t i = 0; i < t->count; i++) {
		rd_kafka_topic_destroy(t->list[i].handle);
		free(t->list[i].name);
	}
	free(t->list);
	*t = (struct rc_topics){ 0 };
}
