/* rc-produce: send rows to a Kafka topic; see rc-produce(1). */
#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "kafka/sink.h"

static struct rc_producer_conf conf = { .sender = { .kafka = RC_KAFKA_CONF_INIT } };
static struct rc_rejects_conf rejects_conf = RC_REJECTS_CONF_INIT;
static const char *key_field;

static const struct rc_opt opts[] = {
	{ 't', "topic", "NAME", "topic to send to (the dataset's: rappel_conso)", rc_opt_text,
	    &conf.topic },
	{ 'k', "key", "FIELD", "take each record's key from FIELD", rc_opt_text, &key_field },
	{ 'e', "envelope", NULL, "read what rc-consume -e writes", rc_opt_flag,
	    &conf.sender.envelopes },
	{ 0, "create-topic", NULL, "make the topic if there is none", rc_opt_flag,
	    &conf.sender.create_topic },
	{ 0, "transactional-id", "ID", "make the run one Kafka transaction of ID", rc_opt_text,
	    &conf.sender.transactional_id },
	RC_KAFKA_OPTIONS(conf.sender.kafka),
	RC_REJECTS_OPTIONS(rejects_conf),
	/* those of kcat that people try */
	{ 'P', "", NULL, NULL, rc_opt_instead, "leave it out: this program always sends" },
	{ 'K', "", NULL, NULL, rc_opt_instead,
	    "-k FIELD takes the key from the record; -e reads keys and values" },
	{ 'H', "", NULL, NULL, rc_opt_instead, "-e reads headers beside the value" },
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-produce",
	.what = "send rows to a Kafka topic",
	.example = "rc-fetch | rc-transform | rc-produce --create-topic",
	.opts = opts,
	.stats = &stats,
	.libraries = { rc_kafka_version } };

static int
produce(const struct rc_dataset *dataset, struct rc_out *out)
{
	struct rc_sink sink = {
		.out = out, .stats = &stats, .has_cursor = dataset->cursor.column != NULL
	};
	int status;

	if (conf.topic == NULL && !conf.sender.envelopes)
		conf.topic = dataset->topic.name;
	if ((status = rc_kafka_default(&conf.sender.kafka)) == 0 &&
	    (status = rc_rejects_open(&conf.rejects, &rejects_conf, &stats)) == 0 &&
	    (status = rc_producer_open(&sink.producer, &conf, dataset)) == 0 &&
	    (status = rc_message_open(&sink.maker, dataset, key_field, conf.sender.envelopes)) ==
		0 &&
	    (status = rc_input_open(&sink.input, conf.sender.envelopes ? "messages" : "rows",
		 conf.rejects, &stats)) == 0) {
		if (conf.sender.envelopes)
			rc_input_expect_envelopes(sink.input, NULL);
		sink.rejects = conf.rejects;
		status = rc_sink_run(&sink);
	}
	rc_input_close(sink.input);
	rc_message_close(sink.maker);
	rc_producer_close(sink.producer);
	return rc_status_first(status, rc_rejects_close(conf.rejects));
}

static int
run(void)
{
	struct rc_dataset *dataset = NULL;
	struct rc_out out = RC_OUT_INIT;
	int status;

	if (conf.sender.envelopes && key_field != NULL) {
		rc_log_error("-k: the keys are in the envelopes: leave out -k or -e");
		return RC_USAGE;
	}
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0)
		status = produce(dataset, &out);
	stats.bytes_out = out.bytes;
	rc_dataset_free(dataset);
	return status;
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
