#include "kafka/transaction.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"

#define TRY_MS   500   /* of one call, between two checks for signals and errors */
#define ABORT_MS 10000 /* the whole time for an abort, at most */

/* fenced: whether an error says that a newer producer has the id. */
static int
fenced(rd_kafka_resp_err_t err)
{
	return err == RD_KAFKA_RESP_ERR__FENCED || err == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
	    err == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

static int
say_fenced(void)
{
	rc_log_error("fenced: a newer producer has the transactional id, and what this one had "
		     "sent is not seen: let only one of them run");
	return RC_TEMPFAIL;
}

int
rc_transaction_is_fenced(rd_kafka_t *rk)
{
	char why[256];

	if (!fenced(rd_kafka_fatal_error(rk, why, sizeof(why))))
		return 0;
	say_fenced();
	return 1;
}

/* failed: an error that ends the transaction: say what, and the status. */
static int
failed(rd_kafka_t *rk, const struct rc_kafka_conf *c, const char *what, rd_kafka_error_t *error)
{
	rd_kafka_resp_err_t err = rd_kafka_error_code(error);
	int status;

	if (fenced(err)) {
		status = say_fenced();
	} else {
		status = rc_kafka_failed(what, err, rd_kafka_error_string(error));
		if (rd_kafka_error_txn_requires_abort(error)) {
			rc_transaction_abort(rk, c);
			status = RC_TEMPFAIL; /* the same again may work */
		}
	}
	rd_kafka_error_destroy(error);
	return status;
}

/* persist: one call, again while its error is retriable and there is time.  The
 * calls go on where an earlier try was cut off. */
static int
persist(rd_kafka_t *rk, const struct rc_kafka_conf *c, const struct rc_kafka_trouble *trouble,
    const char *what, rd_kafka_error_t *(*call)(rd_kafka_t *, int))
{
	double end = rc_clock_now() + c->timeout_ms / 1000.0;
	rd_kafka_error_t *error;

	for (;;) {
		error = call(rk, c->timeout_ms < TRY_MS ? c->timeout_ms : TRY_MS);
		rd_kafka_poll(rk, 0); /* error_cb is served */
		if (error == NULL)
			return 0;
		if (!rd_kafka_error_is_retriable(error))
			return failed(rk, c, what, error);
		if (rc_clock_now() >= end || rc_kafka_denied(trouble) ||
		    rc_clock_now() >= rc_stop_until())
			break;
		rd_kafka_error_destroy(error);
	}
	rd_kafka_error_destroy(error);
	if (rc_stop_signal() != 0) {
		rc_log_error("%s: a signal asked to stop while Kafka was being waited for", what);
		return RC_TEMPFAIL;
	}
	return rc_kafka_unreachable(c, trouble);
}

int
rc_transaction_begin(
    rd_kafka_t *rk, const struct rc_kafka_conf *c, const struct rc_kafka_trouble *trouble)
{
	rd_kafka_error_t *error;
	int status;

	status = persist(rk, c, trouble, "the transactional id", rd_kafka_init_transactions);
	if (status != 0)
		return status;
	if ((error = rd_kafka_begin_transaction(rk)) != NULL)
		return failed(rk, c, "the transaction's begin", error);
	return 0;
}

int
rc_transaction_commit(
    rd_kafka_t *rk, const struct rc_kafka_conf *c, const struct rc_kafka_trouble *trouble)
{
	return persist(rk, c, trouble, "the transaction's commit", rd_kafka_commit_transaction);
}

void
rc_transaction_abort(rd_kafka_t *rk, const struct rc_kafka_conf *c)
{
	double end =
	    rc_clock_now() + (c->timeout_ms < ABORT_MS ? c->timeout_ms : ABORT_MS) / 1000.0;
	rd_kafka_error_t *error;

	/* a broker that does not hear of it ends the transaction by its own time limit */
	while ((error = rd_kafka_abort_transaction(rk, TRY_MS)) != NULL &&
	    rd_kafka_error_is_retriable(error) && rc_clock_now() < end &&
	    rc_clock_now() < rc_stop_until())
		rd_kafka_error_destroy(error);
	if (error == NULL)
		return;
	rc_log_info("the transaction's abort: %s", rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
}
