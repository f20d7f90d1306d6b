/* source.h - a topic's messages as lines of JSON, as they come: what rc-consume does.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_SOURCE_H
#define RC_SOURCE_H

#include <stdint.h>

#include "base/out.h"
#include "base/stats.h"
#include "kafka/consumer.h"
#include "record/rejects.h"

struct rc_source { /* all borrowed */
	struct rc_consumer *consumer;
	const char *topic;
	struct rc_rejects *rejects;
	struct rc_out *out;
	struct rc_stats *stats;
	uint64_t count; /* so many records at most */
	int envelopes;  /* whole messages */
	int positions;  /* with them, where a partition starts and ends: for a program */
	int said_waiting;
};

/* rc_source_run: write what comes, until the consumer is done, count is reached or a
 * signal asks to stop; out is closed.  As rc_consumer_next() and rc_to_json_record(). */
int rc_source_run(struct rc_source *s);
/* rc_source_take: write what came.  As rc_to_json_record(). */
int rc_source_take(struct rc_source *s, const struct rc_consumer_event *event);
/* rc_source_lag: write how far each partition's start is from its end; out is closed.
 * RC_IO; RC_PIPE. */
int rc_source_lag(const struct rc_source *s);

#endif
