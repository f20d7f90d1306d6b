#include <stdio.h>
#include <string.h>

#include "base/call.h"
#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/error.h"
#include "kafka/kafka.h"
#include "kafka/properties.h"

#define CLOSE_MS      200 /* for a client to be destroyed: now and then one (2.8) takes a second */
#define SCRAM_VERSION 0x02060100
#define PROBES        8 /* to see whether there is a broker at all: any is asked, the silent ones too */
#define PROBE_MS      200

/* certificate: what librdkafka leaves out of its text (openssl's x509_vfy.h has the numbers). */
static const char *
certificate(const struct rc_kafka *k)
{
	int wrong = k->certificate; /* read once */

	switch (wrong) {
	case 9: /* X509_V_ERR_CERT_NOT_YET_VALID */
		return ": the broker's certificate is not valid yet: is a clock wrong?";
	case 10: /* X509_V_ERR_CERT_HAS_EXPIRED */
		return ": the broker's certificate has expired";
	default:
		return "";
	}
}

/* on_certificate: as OpenSSL judges it; in a thread of librdkafka's. */
static int
on_certificate(rd_kafka_t *rk, const char *name, int32_t id, int *error, int depth, const char *der,
    size_t size, char *text, size_t room, void *opaque)
{
	struct rc_kafka *k = opaque;

	(void)rk, (void)name, (void)id, (void)depth, (void)der, (void)size;
	k->certificate = *error;
	if (*error != 0)
		snprintf(text, room, "it is not accepted%s", certificate(k));
	return *error == 0;
}

static void
on_error(rd_kafka_t *rk, int err, const char *reason, void *opaque)
{
	struct rc_kafka *k = opaque;

	(void)rk;
	/* That all brokers are down says less than why the last one is. */
	if (err != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || k->last_text[0] == '\0') {
		k->last_error = rc_error_cause((rd_kafka_resp_err_t)err, reason);
		snprintf(k->last_text, sizeof(k->last_text), "%s%s", reason, certificate(k));
	}
	rc_log_info("%s: %s", rd_kafka_err2name((rd_kafka_resp_err_t)err), reason);
}

/* on_log: newer releases tell why a connection failed there alone, if it is none that was up. */
static void
on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	struct rc_kafka *k = rd_kafka_opaque(rk);
	const char *behind = strstr(text, "]: "); /* the thread */

	(void)level;
	if (strcmp(facility, "FAIL") == 0 && k->last_text[0] == '\0')
		snprintf(k->last_text, sizeof(k->last_text), "%s%s",
		    behind != NULL ? behind + 3 : text, certificate(k));
	rc_log_info("librdkafka: %s: %s", facility, text);
}

const char *
rc_kafka_version(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "librdkafka %s", rd_kafka_version_str());
	return text;
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

/* settings: a librdkafka configuration, the caller's. */
static int
settings(const struct rc_kafka_conf *c, const char *const *defaults, rd_kafka_conf_t **conf)
{
	char timeout[16];
	int status;

	/* of a request, which closing waits for: from 10 ms to 5 minutes */
	snprintf(timeout, sizeof(timeout), "%d",
	    c->timeout_ms < 10           ? 10
		: c->timeout_ms > 300000 ? 300000
					 : c->timeout_ms);
	*conf = rd_kafka_conf_new();
	status = rc_properties_set(*conf, "client.id", rc_log_program());
	if (status == 0)
		status = rc_properties_set(*conf, "bootstrap.servers", c->brokers);
	if (status == 0)
		status = rc_properties_set(*conf, "socket.timeout.ms", timeout);
	if (status == 0)
		status = rc_properties_set(*conf, "reconnect.backoff.max.ms", "1000");
	if (status == 0) /* on_log() is called where the client is polled */
		status = rc_properties_set(*conf, "log.queue", "true");
	for (size_t i = 0; defaults[i] != NULL && status == 0; i += 2)
		status = rc_properties_set(*conf, defaults[i], defaults[i + 1]);
	if (status == 0)
		status = rc_properties_apply(*conf, c->file, &c->props);
	if (status != 0)
		rd_kafka_conf_destroy(*conf);
	return status;
}

int
rc_kafka_open(struct rc_kafka *k, rd_kafka_type_t type, const struct rc_kafka_conf *c,
    const char *const *defaults,
    void (*delivered)(rd_kafka_t *, const rd_kafka_message_t *, void *))
{
	rd_kafka_conf_t *conf;
	char why[512];
	int status;

	k->conf = c;
	if ((status = settings(c, defaults, &conf)) != 0)
		return status;
	rd_kafka_conf_set_opaque(conf, k);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_log_cb(conf, on_log);
	rd_kafka_conf_set_ssl_cert_verify_cb(
	    conf, on_certificate); /* without TLS it is not called */
	if (delivered != NULL)
		rd_kafka_conf_set_dr_msg_cb(conf, delivered);
	if (k->rebalance != NULL)
		rd_kafka_conf_set_rebalance_cb(conf, k->rebalance);
	if ((k->rk = rd_kafka_new(type, conf, why, sizeof(why))) != NULL) {
		rd_kafka_set_log_queue(k->rk, NULL);
		return 0;
	}
	rd_kafka_conf_destroy(conf);
	rc_log_error("librdkafka refuses its configuration: %s: check -X and -F", why);
	return RC_CONFIG;
}

static void
destroy(void *rk)
{
	rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void
rc_kafka_close(struct rc_kafka *k)
{
	if (k->rk != NULL && rc_call_left() == 0 && rc_call_last(destroy, k->rk, CLOSE_MS) == 0)
		rc_log_info("librdkafka: a client does not end: it is left alone");
	k->rk = NULL;
}

int
rc_kafka_denied(const struct rc_kafka *k)
{
	return rc_error_status(k->last_error) == RC_DENIED;
}

void
rc_kafka_serve(struct rc_kafka *k)
{
	if (!k->reading)
		rd_kafka_poll(k->rk, 0);
}

int
rc_kafka_go_on(struct rc_kafka *k, struct rc_deadline until)
{
	enum rc_deadline_end end;

	rc_kafka_serve(k);
	if ((end = rc_deadline_end(until)) == RC_DEADLINE_STOPPED)
		return RC_TEMPFAIL;
	return end == RC_DEADLINE_OVER || rc_kafka_denied(k) ? rc_kafka_unreachable(k) : 0;
}

/* answers: whether a broker says anything at all; librdkafka asks any of those that it knows. */
static int
answers(const struct rc_kafka *k)
{
	const struct rd_kafka_metadata *metadata = NULL;

	for (int i = 0; i < PROBES && metadata == NULL && rc_stop_signal() == 0; i++)
		if (rd_kafka_metadata(k->rk, 0, NULL, &metadata, PROBE_MS) !=
		    RD_KAFKA_RESP_ERR_NO_ERROR)
			metadata = NULL;
	if (metadata == NULL)
		return 0;
	rd_kafka_metadata_destroy(metadata);
	return 1;
}

/* advice: what a user who is refused may not know. */
static const char *
advice(const struct rc_kafka *k)
{
	char mechanism[64] = "";
	size_t room = sizeof(mechanism);

	rd_kafka_conf_get(rd_kafka_conf(k->rk), "sasl.mechanisms", mechanism, &room);
	return strncmp(mechanism, "SCRAM", 5) == 0 && rd_kafka_version() < SCRAM_VERSION
	    ? ": with SCRAM, librdkafka before 2.6.1 is refused by Kafka 4, whatever the password: "
	      "take a newer one, or another mechanism"
	    : rc_error_right(k->last_error);
}

int
rc_kafka_unreachable(const struct rc_kafka *k)
{
	const char *brokers = k->conf->brokers;

	if (rc_kafka_denied(k)) {
		const char *right = rc_error_right(k->last_error);

		rc_log_error("%s: the broker %s: %s%s", brokers,
		    *right != '\0'
			? "does not permit this"
			: "refuses this user: check the SASL and TLS properties of -X and -F",
		    k->last_text, advice(k));
		return RC_DENIED;
	}
	if (k->last_text[0] == '\0' && answers(k)) {
		rc_log_error("%s: brokers answer, but what was asked for did not come within %d "
			     "ms: is a leader, a coordinator or a quorum of controllers missing? "
			     "try again later",
		    brokers, k->conf->timeout_ms);
		return RC_TEMPFAIL;
	}
	rc_log_error("%s: no broker within %d ms%s%s: is Kafka running there? set -b or RC_BROKERS",
	    brokers, k->conf->timeout_ms, k->last_text[0] != '\0' ? ": " : "", k->last_text);
	return RC_UNREACHABLE;
}
