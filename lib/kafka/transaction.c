#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/error.h"
#include "kafka/transaction.h"

#define TRY_MS   500   /* of one call, between two checks for signals and errors */
#define ABORT_MS 10000 /* the whole time for an abort, at most */

/* fenced: whether an error says that a newer producer has the id. */
static int
fenced(rd_kafka_resp_err_t err)
{
	return err == RD_KAFKA_RESP_ERR__FENCED || err == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
	    err == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

/* time_limit: what the client has as transaction.timeout.ms. */
static double
time_limit(const struct rc_kafka *k)
{
	char text[32] = "";
	size_t room = sizeof(text);

	rd_kafka_conf_get(rd_kafka_conf(k->rk), "transaction.timeout.ms", text, &room);
	return strtod(text, NULL);
}

/* say_fenced: a broker ends a transaction that is open too long by the same means. */
static int
say_fenced(const struct rc_kafka *k)
{
	double open_ms = (rc_clock_now() - k->transaction_since) * 1000;

	if (k->transaction_since > 0 && open_ms > time_limit(k))
		rc_log_error("the transaction was open longer than transaction.timeout.ms, %.0f, "
			     "and the broker has aborted it: send less at once, or raise that with "
			     "-X",
		    time_limit(k));
	else
		rc_log_error("fenced: a newer producer has the transactional id, and what this one "
			     "had sent is not seen: let only one of them run");
	return RC_TEMPFAIL;
}

int
rc_transaction_is_fenced(const struct rc_kafka *k)
{
	char why[256];

	if (!fenced(rd_kafka_fatal_error(k->rk, why, sizeof(why))))
		return 0;
	say_fenced(k);
	return 1;
}

/* end_by: an error that ends the transaction: say what, and the status. */
static int
end_by(struct rc_kafka *k, const char *what, rd_kafka_error_t *error)
{
	rd_kafka_resp_err_t err = rd_kafka_error_code(error);
	int status;

	if (fenced(err)) {
		status = say_fenced(k);
	} else if (err == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT) {
		rc_log_error("%s: transaction.timeout.ms, %.0f, is more than the broker allows "
			     "(its transaction.max.timeout.ms): set less with -X",
		    what, time_limit(k));
		status = RC_CONFIG;
	} else {
		status = rc_error_failed(what, err, rd_kafka_error_string(error));
		if (rd_kafka_error_txn_requires_abort(error)) {
			rc_transaction_abort(k);
			status = RC_TEMPFAIL; /* the same again may work */
		}
	}
	rd_kafka_error_destroy(error);
	return status;
}

/* persist: one call, again while its error is retriable and there is time.  The
 * calls go on where an earlier try was cut off. */
static int
persist(
    struct rc_kafka *k, const char *what, rd_kafka_error_t *(*call)(rd_kafka_t *, int timeout_ms))
{
	int timeout = k->conf->timeout_ms < TRY_MS ? k->conf->timeout_ms : TRY_MS;
	struct rc_deadline until = rc_deadline_in(k->conf->timeout_ms);
	rd_kafka_error_t *error;
	int status;

	while ((error = call(k->rk, timeout)) != NULL) {
		if (!rd_kafka_error_is_retriable(error))
			return end_by(k, what, error);
		rd_kafka_error_destroy(error);
		if ((status = rc_kafka_go_on(k, until)) == RC_TEMPFAIL)
			rc_log_error(
			    "%s: a signal asked to stop while Kafka was being waited for", what);
		if (status != 0)
			return status;
	}
	return 0;
}

int
rc_transaction_begin(struct rc_kafka *k)
{
	rd_kafka_error_t *error;
	int status;

	status = persist(k, "the transactional id", rd_kafka_init_transactions);
	if (status != 0)
		return status;
	if ((error = rd_kafka_begin_transaction(k->rk)) != NULL)
		return end_by(k, "the transaction's begin", error);
	k->transaction_since = rc_clock_now();
	return 0;
}

int
rc_transaction_commit(struct rc_kafka *k)
{
	return persist(k, "the transaction's commit", rd_kafka_commit_transaction);
}

void
rc_transaction_abort(struct rc_kafka *k)
{
	struct rc_deadline until =
	    rc_deadline_in(k->conf->timeout_ms < ABORT_MS ? k->conf->timeout_ms : ABORT_MS);
	rd_kafka_error_t *error;

	if (k->rk == NULL)
		return;
	/* a broker that does not hear of it ends the transaction by its own time limit */
	while ((error = rd_kafka_abort_transaction(k->rk, TRY_MS)) != NULL &&
	    rd_kafka_error_is_retriable(error) && rc_deadline_end(until) == RC_DEADLINE_AHEAD)
		rd_kafka_error_destroy(error);
	if (error == NULL)
		return;
	rc_log_info("the transaction's abort: %s", rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
}
