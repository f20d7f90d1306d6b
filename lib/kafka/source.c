#include <unistd.h>

#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/source.h"
#include "kafka/to_json.h"

#define WAIT_MS 100 /* for a message, between looks at signals */

/* say_waiting: once, to a person who wonders why nothing comes any more. */
static void
say_waiting(struct rc_source *s)
{
	if (s->said_waiting || !isatty(STDERR_FILENO) || !rc_consumer_at_end(s->consumer))
		return;
	s->said_waiting = 1;
	rc_log_warn("at the end of %s, waiting for what comes; -E exits there", s->topic);
}

int
rc_source_take(struct rc_source *s, const struct rc_consumer_event *event)
{
	switch (event->kind) {
	case RC_CONSUMER_MESSAGE:
		return s->envelopes
		    ? rc_to_json_envelope(event->message, s->rejects, s->out, s->stats)
		    : rc_to_json_record(event->message, s->rejects, s->out, s->stats);
	case RC_CONSUMER_POSITION:
		return s->positions ? rc_to_json_position(s->topic, event, s->out) : 0;
	case RC_CONSUMER_IDLE:
		say_waiting(s);
		/* or is anybody there? */
		return s->out->buf.len > 0 ? rc_out_flush(s->out) : rc_out_wait(s->out, 0);
	case RC_CONSUMER_DONE:
		break;
	}
	return 0;
}

int
rc_source_run(struct rc_source *s)
{
	struct rc_consumer_event event = { .kind = RC_CONSUMER_IDLE };
	int status = 0;

	rc_rejects_before(s->rejects, s->out);
	s->stats->expected = rc_consumer_expected(s->consumer);
	while (status == 0 && event.kind != RC_CONSUMER_DONE && s->stats->records_in < s->count &&
	    rc_stop_signal() == 0) {
		status = rc_consumer_next(s->consumer, s->out->buf.len > 0 ? 0 : WAIT_MS, &event);
		if (status == 0)
			status = rc_source_take(s, &event);
	}
	return rc_status_first(status, rc_out_close(s->out));
}

int
rc_source_lag(const struct rc_source *s)
{
	struct rc_consumer_lag of;
	int status = 0;

	for (size_t i = 0; status == 0 && rc_consumer_lag(s->consumer, i, &of); i++)
		status = rc_to_json_lag(s->topic, &of, s->out);
	return rc_status_first(status, rc_out_close(s->out));
}
