#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/error.h"

int
rc_error_status(rd_kafka_resp_err_t err)
{
	switch ((int)err) {
	case RD_KAFKA_RESP_ERR_NO_ERROR:
		return RC_OK;
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__RESOLVE:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
	case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
	case RD_KAFKA_RESP_ERR__SSL:
	case RD_KAFKA_RESP_ERR__BAD_MSG: /* so librdkafka calls an answer that did not come */
		return RC_UNREACHABLE;
	case RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE:
		return RC_OSERR;
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
	case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
		return RC_DENIED;
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
	case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
	case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
	case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
	case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
	case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
	case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
	case RD_KAFKA_RESP_ERR__INVALID_ARG:
		return RC_CONFIG;
	case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
	case RD_KAFKA_RESP_ERR_INVALID_MSG:
	case RD_KAFKA_RESP_ERR_INVALID_RECORD:
	case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
	case RC_ERROR_LOG_TRUNCATION:
	case RC_ERROR_OTHER_IS_INVALID:
		return RC_DATA;
	default:
		return RC_TEMPFAIL;
	}
}

const char *
rc_error_right(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
		return ": this user needs the right Write on the topic to produce, Read to consume";
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
		return ": this user needs the right Read on the group";
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
		return ": this user needs the right Write on the topic, or IdempotentWrite on the "
		       "cluster";
	case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
		return ": this user needs the rights Describe and Write on the transactional id";
	default:
		return "";
	}
}

int
rc_error_not_ready(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
	case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
	case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
	case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
	case RD_KAFKA_RESP_ERR__WAIT_COORD:
		return 1;
	default:
		return 0;
	}
}

rd_kafka_resp_err_t
rc_error_cause(rd_kafka_resp_err_t err, const char *text)
{
	if (err == RD_KAFKA_RESP_ERR__AUTHENTICATION && strstr(text, "Local: ") != NULL)
		return RD_KAFKA_RESP_ERR__TRANSPORT;
	/* OpenSSL's word for what the other side says of a certificate (RFC 8446, 6.2) */
	if (strstr(text, " alert ") != NULL &&
	    (strstr(text, "certificate") != NULL || strstr(text, "unknown ca") != NULL ||
		strstr(text, "access denied") != NULL))
		return RD_KAFKA_RESP_ERR__AUTHENTICATION;
	return err;
}

int
rc_error_failed(const char *where, rd_kafka_resp_err_t err, const char *detail)
{
	rc_log_error("%s: %s%s%s%s", where, rd_kafka_err2str(err), detail != NULL ? ": " : "",
	    detail != NULL ? detail : "", rc_error_right(err));
	return rc_error_status(err);
}
