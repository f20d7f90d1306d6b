/* kafka.h - a Kafka client: its configuration, its handle, and its last error.
 *
 * Tested by tests/security.t. */
#ifndef RC_KAFKA_H
#define RC_KAFKA_H

#include <librdkafka/rdkafka.h>

#include "base/deadline.h"
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
	{ 'b', "brokers", "LIST", "Kafka: host:port[,...] (localhost:9094)", rc_opt_text,          \
		&(conf).brokers },                                                                 \
	    { 'X', "property", "NAME=VALUE", "set a property of librdkafka", rc_opt_collect,       \
		    &(conf).props },                                                               \
	    { 'F', "config", "FILE", "properties of librdkafka, one a line", rc_opt_text,          \
		    &(conf).file },                                                                \
	{                                                                                          \
		0, "timeout", "TIME", "give up on a service that is silent (30s)", rc_opt_ms,      \
		    &(conf).timeout_ms                                                             \
	}

struct rc_kafka { /* start as { 0 }; it stays where it is while it is open */
	const struct rc_kafka_conf *conf; /* borrowed */
	rd_kafka_t *rk;                   /* NULL: it is not open */
	/* what a broker or librdkafka said last, while the client was polled, in the thread that
	 * polls; librdkafka itself tries again */
	rd_kafka_resp_err_t last_error;
	char last_text[512];
	_Atomic int
	    certificate; /* what is wrong with a broker's (X509_V_ERR_...), from its thread */
	int reading; /* partitions were assigned, and rd_kafka_consumer_poll() alone serves it */
	double transaction_since; /* when its transaction was begun, in seconds; 0: it has none */
	void *owner;              /* for a callback of the caller's, whose opaque is this client */
	/* of a member of a group, called while it is polled: what it gets, or has to give up */
	void (*rebalance)(
	    rd_kafka_t *, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t *, void *opaque);
};

/* rc_kafka_version: name and release of the library. */
const char *rc_kafka_version(void);
/* rc_kafka_default: if no brokers are named, take those of -X, RC_BROKERS or the file, else
 * localhost:9094; if no file is named, take that of RC_KAFKA_CONFIG.  c must not be moved
 * afterwards. As rc_properties_find(). */
int rc_kafka_default(struct rc_kafka_conf *c);
/* rc_kafka_open: make a client of c, and of the pairs of defaults (name, value, ..., NULL), which c
 * overrides where they are free (properties.h).  c is borrowed until close.  delivered is called,
 * with the client as its opaque, for each message of a producer; or NULL.  No broker is asked yet.
 * RC_USAGE, RC_CONFIG: a property that librdkafka refuses, or all of them as a whole; RC_OSERR: no
 * memory. */
int rc_kafka_open(struct rc_kafka *k, rd_kafka_type_t type, const struct rc_kafka_conf *c,
    const char *const *defaults,
    void (*delivered)(rd_kafka_t *, const rd_kafka_message_t *, void *));
/* rc_kafka_close: close it, without leaving a group or committing anything.  It returns within
 * 0.2 s, although librdkafka waits for requests, for ever if a topic is deleted meanwhile; what is
 * left then, and what an abandoned request uses (ask.h), is released when the program ends.  A
 * client that is not open is fine. */
void rc_kafka_close(struct rc_kafka *k);

/* rc_kafka_serve: let librdkafka call back.  A client that is reading is served when it is polled;
 * serving its other queue would fail an assertion in librdkafka 2.0. */
void rc_kafka_serve(struct rc_kafka *k);
/* rc_kafka_go_on: call before each further wait: serves the client, and says whether to wait on
 * (0). RC_DENIED: a broker refuses our credentials, which librdkafka itself would try again for
 * ever; RC_UNREACHABLE: the time is over; both were reported.  RC_TEMPFAIL: the time that a stop
 * request leaves is over (deadline.h), and its signal becomes the exit status. */
int rc_kafka_go_on(struct rc_kafka *k, struct rc_deadline until);
/* rc_kafka_denied: whether a broker has refused our credentials. */
int rc_kafka_denied(const struct rc_kafka *k);
/* rc_kafka_unreachable: report that no broker answered in time, and the last error: RC_DENIED if
 * that was a refusal; RC_TEMPFAIL if there was none and brokers do answer other requests; else
 * RC_UNREACHABLE. */
int rc_kafka_unreachable(const struct rc_kafka *k);

#endif
