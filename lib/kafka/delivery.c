#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/delivery.h"
#include "kafka/error.h"

#define WAIT_MS 100 /* between two checks for signals and errors */

int
rc_delivery_open(struct rc_delivery *d, int overlap_days)
{
	return rc_inflight_open(&d->inflight, overlap_days);
}

/* set: why the first message failed. */
static void
set(struct rc_delivery *d, const char *topic, rd_kafka_resp_err_t err)
{
	if (d->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	d->err = err;
	snprintf(d->err_text, sizeof(d->err_text), "%s: %s%s", topic, rd_kafka_err2str(err),
	    rc_error_right(err));
}

void
rc_delivery_report(struct rc_delivery *d, const rd_kafka_message_t *message)
{
	int acked = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;

	if (!acked)
		set(d, rd_kafka_topic_name(message->rkt), message->err);
	rc_inflight_done(d->inflight, (uint64_t)(uintptr_t)message->_private, acked);
}

void
rc_delivery_fail(struct rc_delivery *d, const char *topic, rd_kafka_resp_err_t err)
{
	set(d, topic, err);
}

int
rc_delivery_fatal(struct rc_delivery *d, const struct rc_kafka *k)
{
	char why[sizeof(d->err_text)];
	rd_kafka_resp_err_t err = rd_kafka_fatal_error(k->rk, why, sizeof(why));

	if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
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

void
rc_delivery_wait(struct rc_delivery *d, const struct rc_kafka *k)
{
	/* Each message has an end: acknowledged, or timed out by librdkafka; after a
	 * fatal error nothing more can become of it. */
	while (rc_inflight_left(d->inflight) > 0 && !rc_kafka_denied(k) &&
	    !rc_delivery_fatal(d, k) && !rc_delivery_given_up(d))
		rd_kafka_poll(k->rk, WAIT_MS);
}

int
rc_delivery_result(const struct rc_delivery *d, const struct rc_kafka *k)
{
	uint64_t left = rc_inflight_left(d->inflight);
	uint64_t failed = rc_inflight_failed(d->inflight) + left;

	if (d->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return report(d, failed, k);
	if (failed == 0)
		return 0;
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
	rc_inflight_close(d->inflight);
	d->inflight = NULL;
}
