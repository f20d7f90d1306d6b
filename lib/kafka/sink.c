#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/sink.h"

#define POSITION_EVERY 2.0 /* seconds, in a long run */
#define POSITION_IDLE  0.1 /* seconds, where the input pauses */
#define WAIT_MS        100 /* for input, between looks at acknowledgements */

static int
send_record(const struct rc_sink *s, const struct rc_record *rec)
{
	const char *field = NULL, *reason = NULL;
	struct rc_message msg;
	int status, found;

	status = rc_message_make(s->maker, rec, &msg, &found, &field, &reason);
	if (status == 0 && !found) {
		s->stats->records_in--; /* a line that tells a position is no record */
		return 0;
	}
	if (status == 0) {
		field = NULL;
		status = rc_producer_send(s->producer, &msg, rc_message_reader(s->maker), &reason);
	}
	/* a reason: it is this record that is bad, and not Kafka */
	if (status == RC_DATA && reason != NULL)
		status = rc_input_reject(s->input, rec, field, reason);
	return status;
}

/* print_position: how far all is acknowledged, when that is news. */
static int
print_position(const struct rc_sink *s)
{
	struct rc_buf *position = &s->stats->position;
	int changed, status;

	s->stats->records_out = rc_producer_acked(s->producer);
	status = rc_producer_put_position(s->producer, &s->out->buf, &changed);
	if (status != 0 || !changed)
		return status;
	position->len = 0;
	status = rc_buf_add(position, s->out->buf.data, s->out->buf.len);
	if (status == 0)
		status = rc_out_end_line(s->out);
	return rc_status_first(status, rc_out_flush(s->out));
}

/* send_all: until the input ends; printed: when a position was, in seconds. */
static int
send_all(const struct rc_sink *s, double printed)
{
	enum rc_event event = RC_EVENT_LINE;
	struct rc_record rec;
	int status = 0;

	while (status == 0) {
		status = rc_input_next(s->input, WAIT_MS, &event, &rec);
		if (status != 0 || event == RC_EVENT_END)
			break;
		if (event == RC_EVENT_LINE)
			status = send_record(s, &rec);
		else
			status = rc_producer_poll(s->producer);
		if (status == 0 && (event == RC_EVENT_IDLE || s->stats->records_in % 64 == 0) &&
		    rc_clock_now() - printed >=
			(event == RC_EVENT_IDLE ? POSITION_IDLE : POSITION_EVERY)) {
			status = print_position(s);
			printed = rc_clock_now();
		}
	}
	return status;
}

int
rc_sink_run(const struct rc_sink *s)
{
	int status;

	rc_rejects_before(s->rejects, s->out);
	status = send_all(s, rc_clock_now());
	/* Whatever ended it: deliver what was read, say how far it reaches. */
	status = rc_producer_finish(s->producer, status);
	if (rc_message_future(s->maker) > 1)
		rc_log_notice("warning: %" PRIu64 " records are dated in the future",
		    rc_message_future(s->maker));
	status = rc_status_first(status, print_position(s));
	if (status == 0 && !s->has_cursor && (status = rc_buf_adds(&s->out->buf, "{}")) == 0)
		status = rc_out_end_line(s->out);
	return rc_status_first(status, rc_out_close(s->out));
}
