/* sink.h - records from the input into Kafka, and how far they are acknowledged: what
 * rc-produce does.
 *
 * Tested by tests/rc-produce.t. */
#ifndef RC_SINK_H
#define RC_SINK_H

#include "base/out.h"
#include "base/stats.h"
#include "kafka/message.h"
#include "kafka/producer.h"
#include "record/input.h"

struct rc_sink { /* all borrowed */
	struct rc_input *input;
	struct rc_rejects *rejects;
	struct rc_message_maker *maker;
	struct rc_producer *producer;
	struct rc_out *out; /* positions are printed there */
	struct rc_stats *stats;
	int has_cursor; /* else {} is all that can be said of how far the work reaches */
};

/* rc_sink_run: send all that comes, and print how far it is acknowledged: every few seconds,
 * when the input pauses, and at the end, whatever that is.  As rc_input_next(),
 * rc_producer_finish() and rc_out_close(). */
int rc_sink_run(const struct rc_sink *s);

#endif
