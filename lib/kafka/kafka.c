#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/kafka.h"
#include "kafka/properties.h"

static void
on_error(rd_kafka_t *rk, int err, const char *reason, void *opaque)
{
	struct rc_kafka_trouble *t = opaque;

	(void)rk;
	/* That all brokers are down says less than why the last one is. */
	if (err != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || t->text[0] == '\0') {
		t->err = (rd_kafka_resp_err_t)err;
		snprintf(t->text, sizeof(t->text), "%s", reason);
	}
	rc_log_info("%s: %s", rd_kafka_err2name((rd_kafka_resp_err_t)err), reason);
}

static void
on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	(void)rk;
	(void)level;
	rc_log_info("librdkafka: %s: %s", facility, text);
}

/* find_brokers: an option wins over the environment, that over a file, that over the default. */
static int
find_brokers(struct rc_kafka_conf *c)
{
	static const struct rc_opt_list none = { 0 };
	int status;

	if (c->brokers != NULL)
		return 0;
	status =
	    rc_properties_find(NULL, &c->props, "bootstrap.servers", c->found, sizeof(c->found));
	if (status == 0 && c->found[0] == '\0' &&
	    (c->brokers = rc_cli_default(NULL, "RC_BROKERS", NULL)) == NULL)
		status = rc_properties_find(
		    c->file, &none, "bootstrap.servers", c->found, sizeof(c->found));
	if (c->brokers == NULL)
		c->brokers = c->found[0] != '\0' ? c->found : "localhost:9094";
	return status;
}

int
rc_kafka_default(struct rc_kafka_conf *c)
{
	c->file = rc_cli_default(c->file, "RC_KAFKA_CONFIG", NULL);
	return find_brokers(c);
}

int
rc_kafka_settings(const struct rc_kafka_conf *c, const char *const *defaults,
    rd_kafka_conf_t **conf, struct rc_kafka_trouble *trouble)
{
	char timeout[16];
	int status;

	/* of a request, which closing waits for: from 10 ms to 5 minutes */
	snprintf(timeout, sizeof(timeout), "%d",
	    c->timeout_ms < 10           ? 10
		: c->timeout_ms > 300000 ? 300000
					 : c->timeout_ms);
	*conf = rd_kafka_conf_new();
	rd_kafka_conf_set_opaque(*conf, trouble);
	rd_kafka_conf_set_error_cb(*conf, on_error);
	rd_kafka_conf_set_log_cb(*conf, on_log);
	status = rc_properties_set(*conf, "client.id", rc_log_program());
	if (status == 0)
		status = rc_properties_set(*conf, "bootstrap.servers", c->brokers);
	if (status == 0)
		status = rc_properties_set(*conf, "socket.timeout.ms", timeout);
	for (size_t i = 0; defaults[i] != NULL && status == 0; i += 2)
		status = rc_properties_set(*conf, defaults[i], defaults[i + 1]);
	if (status == 0)
		status = rc_properties_apply(*conf, c->file, &c->props);
	if (status != 0)
		rd_kafka_conf_destroy(*conf);
	return status;
}

int
rc_kafka_client(rd_kafka_t **rk, rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
	char why[512];

	if ((*rk = rd_kafka_new(type, conf, why, sizeof(why))) != NULL)
		return 0;
	rd_kafka_conf_destroy(conf);
	rc_log_error("librdkafka refuses its configuration: %s: look at -X and -F", why);
	return RC_CONFIG;
}

int
rc_kafka_status(rd_kafka_resp_err_t err)
{
	switch (err) {
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
		return RC_DATA;
	default:
		return RC_TEMPFAIL;
	}
}

const char *
rc_kafka_right(rd_kafka_resp_err_t err)
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
rc_kafka_not_ready(rd_kafka_resp_err_t err)
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

int
rc_kafka_denied(const struct rc_kafka_trouble *t)
{
	return t->err == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
	    t->err == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED;
}

int
rc_kafka_unreachable(const struct rc_kafka_conf *c, const struct rc_kafka_trouble *t)
{
	if (rc_kafka_denied(t)) {
		rc_log_error("%s: the broker refuses this user: look at the SASL and TLS "
			     "properties of -X and -F",
		    c->brokers);
		return RC_DENIED;
	}
	if (rc_kafka_status(t->err) == RC_DENIED) {
		rc_log_error("%s: the broker does not permit this: %s%s", c->brokers, t->text,
		    rc_kafka_right(t->err));
		return RC_DENIED;
	}
	rc_log_error("%s: no broker within %d ms%s%s: is Kafka running there? set -b or RC_BROKERS",
	    c->brokers, c->timeout_ms, t->text[0] != '\0' ? ": " : "", t->text);
	return RC_UNREACHABLE;
}

int
rc_kafka_failed(const char *where, rd_kafka_resp_err_t err, const char *detail)
{
	rc_log_error("%s: %s%s%s%s", where, rd_kafka_err2str(err), detail != NULL ? ": " : "",
	    detail != NULL ? detail : "", rc_kafka_right(err));
	return rc_kafka_status(err);
}
