#include <inttypes.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/error.h"
#include "kafka/resend.h"
#include "kafka/transaction.h"

#define WAIT_MS     100  /* for the answer, before it is looked whether to go on */
#define LEAST_BYTES 2000 /* of a batch that is still halved */

/* refuse: this record: set it aside, or say why the run ends. */
static int
refuse(struct rc_sender *s, struct rc_rejects *rejects, const struct rc_returned_one *one,
    rd_kafka_resp_err_t err)
{
	struct rc_reject reject = { .input = "<stdin>",
		.line = one->message.line,
		.reason = rd_kafka_err2str(err),
		.raw = { one->raw.data, one->raw.len },
		.is_json = 1 };
	int status;

	if (s->delivery.reported) {
		status = RC_DATA; /* the run ends because of another one */
	} else if (err == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP && one->message.timestamp < 0) {
		rc_log_error("<stdin>: line %" PRIu64
			     ": %s: it has the current time: a clock is wrong, here or there, or "
			     "the topic's bounds are too narrow",
		    reject.line, reject.reason);
		status = RC_TEMPFAIL;
	} else if (s->conf->transactional_id != NULL) {
		status = rc_rejects_refuse(rejects, &reject);
	} else {
		status = rc_rejects_add(rejects, &reject);
	}
	if (status == 0) {
		rc_inflight_pass_over(s->delivery.inflight, one->number);
	} else {
		rc_inflight_done(s->delivery.inflight, one->number, 0);
		s->delivery.reported = 1;
	}
	return status;
}

/* put: one that came back, to the partition that it was for. */
static int
put(struct rc_sender *s, struct rc_returned_one *one)
{
	struct rc_delivery *d = &s->delivery;
	const struct rc_topic *topic;
	rd_kafka_resp_err_t err;
	int status;

	if ((status = rc_sender_topic(s, one->message.topic, &topic)) != 0)
		return status;
	d->held--;
	err = rc_sender_put(s, topic, &one->message, one->partition, &one->headers, one->number);
	if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
		return 0;
	d->held++;
	if (rc_delivery_stuck(&s->kafka))
		return RC_DATA;
	rc_delivery_fail(d, topic->name, err);
	return rc_sender_result(s);
}

/* put_alone: one that was refused with its batch, and no other: is it to blame? */
static int
put_alone(struct rc_sender *s, struct rc_rejects *rejects, struct rc_returned_one *one)
{
	struct rc_delivery *d = &s->delivery;
	int status;

	d->alone = 1;
	d->refused = RD_KAFKA_RESP_ERR_NO_ERROR;
	if ((status = put(s, one)) != 0)
		return status;
	while (d->alone && !rc_kafka_denied(&s->kafka) && !rc_delivery_fatal(d, &s->kafka) &&
	    !rc_delivery_given_up(d))
		rd_kafka_poll(s->kafka.rk, WAIT_MS);
	if (d->refused != RD_KAFKA_RESP_ERR_NO_ERROR)
		return refuse(s, rejects, one, d->refused);
	return d->alone || d->err != RD_KAFKA_RESP_ERR_NO_ERROR ? rc_sender_result(s) : 0;
}

/* is_refused: whether the broker has refused the batch of this one. */
static int
is_refused(const struct rc_returned_one *one)
{
	return rc_error_status(one->err) == RC_DATA;
}

/* put_refused: each of those whose batch was refused, alone.  As rc_resend(); *going: the others
 * can be sent. */
static int
put_refused(struct rc_sender *s, struct rc_rejects *rejects, struct rc_returned *r, int *going)
{
	int status = 0, alone;

	for (size_t i = 0; i < r->count && *going; i++)
		if (is_refused(&r->list[i])) {
			alone = put_alone(s, rejects, &r->list[i]);
			status = rc_status_first(status, alone);
			*going =
			    alone == 0 || (alone == RC_DATA && s->conf->transactional_id == NULL);
		}
	return status;
}

/* go_on_with: those that stood behind a refused batch.  Where another one is refused meanwhile,
 * what was not sent yet comes back, too. */
static int
go_on_with(struct rc_sender *s, struct rc_returned *r)
{
	int status = 0, stuck = 0;

	for (size_t i = 0; i < r->count && status == 0; i++) {
		if (is_refused(&r->list[i]))
			continue;
		if (!stuck && (status = put(s, &r->list[i])) != 0)
			stuck = rc_delivery_stuck(&s->kafka);
		if (stuck)
			status = rc_returned_move(&s->delivery.returned, &r->list[i]);
	}
	return status;
}

/* again: send what has come back, by clients made for it. */
static int
again(struct rc_sender *s, struct rc_rejects *rejects, struct rc_returned *r, int *going)
{
	int status = 0, rest, any = 0, large = 0;

	for (size_t i = 0; i < r->count; i++) {
		any |= is_refused(&r->list[i]);
		large |= r->list[i].err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
	}
	if (large && s->batch_bytes > LEAST_BYTES)
		s->batch_bytes /= 2; /* what the topic allows is not known */
	if (any) {
		*going = (status = rc_sender_restart(s, 1)) == 0;
		rest = put_refused(s, rejects, r, going);
		status = rc_status_first(status, rest);
	}
	if (*going) {
		if ((rest = rc_sender_restart(s, 0)) == 0)
			rest = go_on_with(s, r);
		*going = rest == 0;
		status = rc_status_first(status, rest);
	}
	return status;
}

int
rc_resend(struct rc_sender *s, struct rc_rejects *rejects)
{
	struct rc_delivery *d = &s->delivery;
	int status = 0, round, going = 1;
	struct rc_returned r;

	do {
		rc_delivery_wait(d, &s->kafka);
		if (rc_delivery_pending(d) > 0 || d->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
			round = rc_sender_result(s);
			return rc_status_first(status, round);
		}
		r = d->returned;
		d->returned = (struct rc_returned){ 0 };
		rc_returned_sort(&r);
		round = again(s, rejects, &r, &going);
		status = rc_status_first(status, round);
		rc_returned_clear(&r);
	} while (going && d->returned.count > 0);
	d->reported |= status != 0;
	return status;
}

int
rc_resend_blame(struct rc_sender *s, struct rc_rejects *rejects)
{
	struct rc_returned *r = &s->delivery.returned;
	int status, going = 1;

	rc_returned_sort(r);
	if ((status = rc_sender_restart(s, 1)) != 0 ||
	    (status = rc_transaction_begin(&s->kafka)) != 0)
		return status;
	status = put_refused(s, rejects, r, &going);
	rc_transaction_abort(&s->kafka);
	if (status == 0) {
		rc_log_error("<stdin>: lines %" PRIu64 " to %" PRIu64 ": %s: refused together, but "
			     "not alone: run it again",
		    r->list[0].message.line, r->list[r->count - 1].message.line,
		    rd_kafka_err2str(r->list[0].err));
		status = RC_TEMPFAIL;
	}
	s->delivery.reported = 1;
	return status;
}
