/* rc-produce: send rows to a Kafka topic; see rc-produce(1). */
#include <inttypes.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/out.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "kafka/message.h"
#include "kafka/producer.h"
#include "record/input.h"

#define POSITION_EVERY 2.0 /* seconds, in a long run */
#define WAIT_MS        100 /* for input, between looks at acknowledgements */

static struct rc_producer_conf conf = { .kafka = RC_KAFKA_CONF_INIT };
static struct rc_rejects_conf rejects_conf = RC_REJECTS_CONF_INIT;
static const char *key_field;
static int envelopes;

static const struct rc_opt opts[] = {
	{ 'b', "brokers", "LIST", "host:port[,host:port]... of Kafka", rc_opt_text,
	    &conf.kafka.brokers },
	{ 't', "topic", "NAME", "topic to send to", rc_opt_text, &conf.topic },
	{ 'k', "key", "FIELD", "take each record's key from FIELD", rc_opt_text, &key_field },
	{ 'e', "envelope", NULL, "read what rc-consume -e writes", rc_opt_flag, &envelopes },
	{ 'X', "property", "NAME=VALUE", "set a property of librdkafka", rc_opt_collect,
	    &conf.kafka.props },
	{ 'F', "config", "FILE", "properties of librdkafka, one a line", rc_opt_text,
	    &conf.kafka.file },
	{ 0, "create-topic", NULL, "make the topic if there is none", rc_opt_flag,
	    &conf.create_topic },
	{ 0, "transactional-id", "ID", "make the run one Kafka transaction of ID", rc_opt_text,
	    &conf.transactional_id },
	{ 0, "timeout", "MS", "give up on a broker or record (30000)", rc_opt_ms,
	    &conf.kafka.timeout_ms },
	{ 0, "rejects", "FILE", "set bad records aside in FILE and go on", rc_opt_text,
	    &rejects_conf.path },
	{ 0, "max-rejects", "N", "stop at more than N of them", rc_opt_count, &rejects_conf.max },
	{ 0 },
};

static struct rc_cli cli = { .what = "send rows to a Kafka topic", .opts = opts };
static struct rc_stats stats;

struct run { /* what a run works with */
	struct rc_rejects *rejects;
	struct rc_input *input;
	struct rc_message_maker *maker;
	struct rc_producer *producer;
	struct rc_out out;
	double printed; /* when a position was, in seconds */
};

static int
send_record(struct run *r, const struct rc_record *rec)
{
	const char *field = NULL, *reason = NULL;
	struct rc_message msg;
	int status, there;

	status = rc_message_make(r->maker, rec, &msg, &there, &field, &reason);
	if (status == 0 && !there) {
		stats.records_in--; /* a line that tells a position is no record */
		return 0;
	}
	if (status == 0) {
		field = NULL;
		status = rc_producer_send(r->producer, &msg, rc_message_reader(r->maker), &reason);
	}
	/* a reason: it is this record that is bad, and not Kafka */
	if (status == RC_DATA && reason != NULL)
		status = rc_input_reject(r->input, rec, field, reason);
	return status;
}

/* print_position: how far all is acknowledged, when that is news. */
static int
print_position(struct run *r)
{
	int changed, status;

	stats.records_out = rc_producer_acked(r->producer);
	r->printed = rc_clock_now();
	status = rc_producer_put_position(r->producer, &r->out.buf, &changed);
	if (status != 0 || !changed)
		return status;
	stats.position.len = 0;
	status = rc_buf_add(&stats.position, r->out.buf.data, r->out.buf.len);
	status = rc_status_first(status, rc_out_end_line(&r->out));
	return rc_status_first(status, rc_out_flush(&r->out));
}

static int
produce(struct run *r)
{
	enum rc_event event = RC_EVENT_LINE;
	struct rc_record rec;
	int status = 0;

	rc_rejects_before(r->rejects, &r->out);
	while (status == 0) {
		status = rc_input_next(r->input, WAIT_MS, &event, &rec);
		if (status != 0 || event == RC_EVENT_END)
			break;
		if (event == RC_EVENT_LINE)
			status = send_record(r, &rec);
		else
			rc_producer_poll(r->producer);
		if (status == 0 && (event == RC_EVENT_IDLE || stats.records_in % 64 == 0) &&
		    rc_clock_now() - r->printed >= (event == RC_EVENT_IDLE ? 0.1 : POSITION_EVERY))
			status = print_position(r);
	}
	/* Whatever ended the loop: deliver what was read, say how far it reaches. */
	status = rc_producer_finish(r->producer, status);
	if (rc_message_future(r->maker) > 1)
		rc_log_notice("warning: %" PRIu64 " records have a date that is still to come",
		    rc_message_future(r->maker));
	return rc_status_first(status, print_position(r));
}

int
main(int argc, char **argv)
{
	struct run r = { .out = RC_OUT_INIT };
	struct rc_dataset *dataset = NULL;
	int status;

	if (!rc_cli_start(&cli, argc, argv, &stats, &status))
		return status;
	if (envelopes && key_field != NULL) {
		rc_log_error("-k: the keys are in the envelopes: leave out -k or -e");
		return RC_USAGE;
	}
	rc_kafka_default(&conf.kafka);
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0) {
		if (conf.topic == NULL && !envelopes)
			conf.topic = dataset->topic.name;
		status = rc_rejects_open(&r.rejects, &rejects_conf, &stats);
	}
	if (status == 0 && (status = rc_producer_open(&r.producer, &conf, dataset)) == 0 &&
	    (status = rc_message_open(&r.maker, dataset, key_field, envelopes)) == 0 &&
	    (status = rc_input_open(&r.input, 0, "<stdin>", r.rejects, &stats)) == 0) {
		r.printed = rc_clock_now();
		if (envelopes)
			rc_input_expect_envelopes(r.input);
		status = produce(&r);
		status = rc_status_first(status, rc_out_close(&r.out));
	}
	stats.bytes_out = r.out.bytes;
	rc_input_close(r.input);
	rc_message_close(r.maker);
	rc_producer_close(r.producer);
	status = rc_status_first(status, rc_rejects_close(r.rejects));
	rc_dataset_free(dataset);
	return rc_cli_end(&cli, &stats, status);
}
