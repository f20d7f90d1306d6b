#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/delivery.h"
#include "kafka/error.h"

#define WAIT_MS 100  /* between two checks for signals and errors */
#define KEPT_MS 2000 /* without news of a client that has stopped, before its queue is emptied */

int
rc_delivery_open(struct rc_delivery *d, int overlap_days)
{
	return rc_inflight_open(&d->inflight, overlap_days);
}

void
rc_delivery_fail(struct rc_delivery *d, const char *topic, rd_kafka_resp_err_t err)
{
	if (d->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	d->err = err;
	snprintf(d->err_text, sizeof(d->err_text), "%s: %s%s", topic, rd_kafka_err2str(err),
	    rc_error_right(err));
}

int
rc_delivery_stuck(const struct rc_kafka *k)
{
	char why[256];

	return rd_kafka_fatal_error(k->rk, why, sizeof(why)) ==
	    RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE;
}

/* comes_back: whether a message that was not delivered is to be sent again: the broker has
 * refused its batch, or it never left. */
static int
comes_back(const struct rc_kafka *k, const rd_kafka_message_t *m)
{
	if (rc_error_status(m->err) == RC_DATA)
		return 1;
	return (m->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
		   m->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
		   m->err == RD_KAFKA_RESP_ERR__FATAL) &&
	    rd_kafka_message_status(m) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED && rc_delivery_stuck(k);
}

void
rc_delivery_report(struct rc_delivery *d, const struct rc_kafka *k, const rd_kafka_message_t *m)
{
	uint64_t number = (uint64_t)(uintptr_t)m->_private;
	rd_kafka_resp_err_t err = m->err;

	d->bytes -= m->len + m->key_len;
	if (err != RD_KAFKA_RESP_ERR_NO_ERROR && d->alone && rc_error_status(err) == RC_DATA) {
		d->alone = 0;
		d->refused = err;
		return;
	}
	if (err != RD_KAFKA_RESP_ERR_NO_ERROR && comes_back(k, m)) {
		if (rc_returned_add(&d->returned, m, number, rc_inflight_line(d->inflight, number),
			rc_inflight_timestamp(d->inflight, number), d->envelopes) == 0) {
			d->held++;
			return;
		}
		err = RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
	}
	if (err != RD_KAFKA_RESP_ERR_NO_ERROR)
		rc_delivery_fail(d, rd_kafka_topic_name(m->rkt), err);
	d->alone = 0;
	rc_inflight_done(d->inflight, number, err == RD_KAFKA_RESP_ERR_NO_ERROR);
}

void
rc_delivery_explain(struct rc_delivery *d, rd_kafka_resp_err_t err, const char *text)
{
	d->err = err;
	snprintf(d->err_text, sizeof(d->err_text), "%s", text);
}

int
rc_delivery_fatal(struct rc_delivery *d, const struct rc_kafka *k)
{
	char why[sizeof(d->err_text)];
	rd_kafka_resp_err_t err = rd_kafka_fatal_error(k->rk, why, sizeof(why));

	if (err == RD_KAFKA_RESP_ERR_NO_ERROR || err == RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE)
		return 0;
	d->err = err; /* it is why all others failed, too */
	snprintf(d->err_text, sizeof(d->err_text), "%s%s", why, rc_error_right(err));
	return 1;
}

int
rc_delivery_given_up(struct rc_delivery *d)
{
	double now = rc_clock_now();

	if (rc_inflight_acked(d->inflight) != d->acked) {
		d->acked = rc_inflight_acked(d->inflight);
		d->last_activity = now;
	}
	return now >= rc_stop_until() && now - d->last_activity >= RC_STOP_GRACE_S;
}

/* report: that some failed, and why. */
static int
report(const struct rc_delivery *d, uint64_t failed, const struct rc_kafka *k)
{
	uint64_t all = failed + rc_inflight_acked(d->inflight);
	int status = rc_error_status(d->err);

	if (failed == 0) /* what failed was not even queued */
		rc_log_error("%s", d->err_text);
	else if (rc_inflight_failed(d->inflight) > 0)
		rc_log_error("%" PRIu64 " of %" PRIu64
			     " records were not acknowledged, the first at line %" PRIu64
			     ": %s%s%s",
		    failed, all, rc_inflight_first_failed(d->inflight), d->err_text,
		    k->last_text[0] != '\0' ? ": " : "", k->last_text);
	else
		rc_log_error("%" PRIu64 " of %" PRIu64 " records were not acknowledged: %s", failed,
		    all, d->err_text);
	return status != 0 ? status : RC_TEMPFAIL;
}

uint64_t
rc_delivery_pending(const struct rc_delivery *d)
{
	return rc_inflight_left(d->inflight) - d->held;
}

void
rc_delivery_wait(struct rc_delivery *d, struct rc_kafka *k)
{
	struct rc_deadline quiet = rc_deadline_in(KEPT_MS);
	uint64_t left, before = 0;

	/* Each message has an end: acknowledged, or timed out by librdkafka; after a
	 * fatal error nothing more can become of it. */
	while ((left = rc_delivery_pending(d)) > 0 && !rc_kafka_denied(k) &&
	    !rc_delivery_fatal(d, k) && !rc_delivery_given_up(d)) {
		if (left != before)
			quiet = rc_deadline_in(KEPT_MS);
		before = left;
		/* What was queued at the moment when the client stopped, it may keep until its
		 * time is over.  Not at once: it still brings back what was on its way, and says
		 * that Kafka does not have it. */
		if (rc_delivery_stuck(k) && rc_deadline_left(quiet) == 0)
			rd_kafka_purge(
			    k->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
		rd_kafka_poll(k->rk, WAIT_MS);
	}
}

int
rc_delivery_result(struct rc_delivery *d, const struct rc_kafka *k)
{
	uint64_t left = rc_inflight_left(d->inflight);
	uint64_t failed = rc_inflight_failed(d->inflight) + left;

	if (d->reported || (failed == 0 && d->err == RD_KAFKA_RESP_ERR_NO_ERROR))
		return failed == 0 ? 0 : RC_TEMPFAIL;
	d->reported = 1;
	if (d->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return report(d, failed, k);
	if (rc_stop_signal() == 0)
		return rc_kafka_unreachable(k);
	rc_log_error("a signal asked to stop while Kafka was being waited for: %" PRIu64
		     " records were not acknowledged, and are to be sent again",
	    left);
	return RC_TEMPFAIL;
}

void
rc_delivery_close(struct rc_delivery *d)
{
	rc_returned_clear(&d->returned);
	rc_inflight_close(d->inflight);
	d->inflight = NULL;
}
