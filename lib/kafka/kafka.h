/* kafka.h - what all of this suite's Kafka clients share: configuration, logs,
 * and which status an error of librdkafka is.
 *
 * Tested by tests/security.t. */
#ifndef RC_KAFKA_H
#define RC_KAFKA_H

#include <librdkafka/rdkafka.h>

#include "base/opt.h"

struct rc_kafka_conf {
	const char *brokers;      /* "host:port[,host:port]..." */
	const char *file;         /* name=value lines for librdkafka, or NULL */
	struct rc_opt_list props; /* "name=value" for librdkafka, which win over the file's */
	int timeout_ms;           /* wait for a broker, or for what one owes, this long */
	char found[4096];         /* brokers that a property names */
};

#define RC_KAFKA_CONF_INIT                                                                         \
	{                                                                                          \
		.timeout_ms = 30000                                                                \
	}

/* The options for it, rows of a table of struct rc_opt. */
#define RC_KAFKA_OPTIONS(conf)                                                                     \
	{ 'b', "brokers", "LIST", "host:port[,host:port]... of Kafka", rc_opt_text,                \
		&(conf).brokers },                                                                 \
	    { 'X', "property", "NAME=VALUE", "set a property of librdkafka", rc_opt_collect,       \
		    &(conf).props },                                                               \
	    { 'F', "config", "FILE", "properties of librdkafka, one a line", rc_opt_text,          \
		    &(conf).file },                                                                \
	{                                                                                          \
		0, "timeout", "MS", "give up on a service that is silent (30000)", rc_opt_ms,      \
		    &(conf).timeout_ms                                                             \
	}

/* What went wrong last with a client's brokers.  librdkafka reports it while the
 * client is polled, in the thread that polls. */
struct rc_kafka_trouble { /* start as { .owner = ... } */
	void *owner;      /* for the caller's own callbacks, whose opaque is this struct */
	rd_kafka_resp_err_t err;
	char text[512];
};

/* rc_kafka_default: where no brokers are named, take those of -X, RC_BROKERS, or the file, else
 * localhost:9094; where no file is, that of RC_KAFKA_CONFIG, if any.  c must stay where it is, or
 * be copied before.  As rc_properties_find(). */
int rc_kafka_default(struct rc_kafka_conf *c);
/* rc_kafka_settings: make a librdkafka configuration from c and from the pairs
 * of defaults (name, value, ..., NULL), which c overrides where they are free (properties.h). *conf
 * is the caller's; trouble is its opaque and must outlive the client made of it. RC_USAGE,
 * RC_CONFIG: a property that librdkafka refuses; RC_OSERR: no memory. */
int rc_kafka_settings(const struct rc_kafka_conf *c, const char *const *defaults,
    rd_kafka_conf_t **conf, struct rc_kafka_trouble *trouble);
/* rc_kafka_client: make the client.  conf is its own from then on, also on
 * failure.  RC_CONFIG: librdkafka refuses the configuration as a whole. */
int rc_kafka_client(rd_kafka_t **rk, rd_kafka_type_t type, rd_kafka_conf_t *conf);

/* rc_kafka_status: the status for an error of a broker or of librdkafka. */
int rc_kafka_status(rd_kafka_resp_err_t err);
/* rc_kafka_right: ": " and the right that an access list has to give, or "". */
const char *rc_kafka_right(rd_kafka_resp_err_t err);
/* rc_kafka_not_ready: whether a broker says that a topic or a group is not ready yet: ask again. */
int rc_kafka_not_ready(rd_kafka_resp_err_t err);
/* rc_kafka_denied: whether a broker has refused who we are, which librdkafka
 * itself would try again for ever. */
int rc_kafka_denied(const struct rc_kafka_trouble *t);
/* rc_kafka_unreachable: say that no broker of c answered in time, with what went
 * wrong last; returns RC_DENIED where that was authentication, else
 * RC_UNREACHABLE. */
int rc_kafka_unreachable(const struct rc_kafka_conf *c, const struct rc_kafka_trouble *t);
/* rc_kafka_failed: say "where: what err means: what to do"; its status. */
int rc_kafka_failed(const char *where, rd_kafka_resp_err_t err, const char *detail);

#endif
