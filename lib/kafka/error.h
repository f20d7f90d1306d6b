/* error.h - what an error of a broker or of librdkafka means: which status it is, which right is
 * missing, whether to ask again.
 *
 * Tested by tests/security.t. */
#ifndef RC_ERROR_H
#define RC_ERROR_H

#include <librdkafka/rdkafka.h>

/* Errors that older releases of librdkafka do not know. */
enum {
	RC_ERROR_LOG_TRUNCATION = -139,  /* the log was cut, after an unclean election (2.1) */
	RC_ERROR_OTHER_IS_INVALID = -138 /* another record of the batch is refused (2.12) */
};

/* rc_error_status: the status for it. */
int rc_error_status(rd_kafka_resp_err_t err);
/* rc_error_right: ": " and the right that an access list has to give, or "". */
const char *rc_error_right(rd_kafka_resp_err_t err);
/* rc_error_not_ready: whether a broker says that a topic or a group is not ready yet: ask again. */
int rc_error_not_ready(rd_kafka_resp_err_t err);
/* rc_error_cause: what a client's error is about, whose text is librdkafka's: it calls a
 * connection that was cut while it logged in a refusal, and a broker that refuses a certificate a
 * fault of TLS. */
rd_kafka_resp_err_t rc_error_cause(rd_kafka_resp_err_t err, const char *text);
/* rc_error_failed: say "where: what err means: detail: what to do"; its status.  detail may be
 * NULL. */
int rc_error_failed(const char *where, rd_kafka_resp_err_t err, const char *detail);

#endif
