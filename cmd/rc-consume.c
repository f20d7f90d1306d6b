/* rc-consume: write a Kafka topic's records; see rc-consume(1). */
#include <string.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/out.h"
#include "base/status.h"
#include "base/stop.h"
#include "dataset/dataset.h"
#include "kafka/consumer.h"
#include "kafka/to_json.h"
#include "record/rejects.h"

#define WAIT_MS 100 /* for a message, between looks at signals */

static struct rc_partitions_conf conf = { .kafka = RC_KAFKA_CONF_INIT, .from = "beginning" };
static struct rc_rejects_conf rejects_conf = RC_REJECTS_CONF_INIT;
static uint64_t count = UINT64_MAX;
static const char *on_gap = "fail";
static int envelopes, lag;

static const struct rc_opt opts[] = {
	{ 'b', "brokers", "LIST", "host:port[,host:port]... of Kafka", rc_opt_text,
	    &conf.kafka.brokers },
	{ 't', "topic", "NAME", "topic to read", rc_opt_text, &conf.topic },
	{ 'p', "partitions", "N[,N]...", "only these partitions", rc_opt_text, &conf.partitions },
	{ 'o', "offset", "FROM", "beginning, end, stored, N, @MS or a file", rc_opt_text,
	    &conf.from },
	{ 'c', "count", "N", "stop after N records", rc_opt_count, &count },
	{ 'E', "exit-at-end", NULL, "stop where the partitions end now", rc_opt_flag,
	    &conf.exit_at_end },
	{ 0, "lag", NULL, "read nothing, tell how far off the ends are", rc_opt_flag, &lag },
	{ 'e', "envelope", NULL, "write key, headers and position too", rc_opt_flag, &envelopes },
	{ 'g', "group", "GROUP", "group that -o stored goes by", rc_opt_text, &conf.group },
	{ 0, "on-gap", "WHAT", "records deleted unread: fail or continue", rc_opt_text, &on_gap },
	{ 'X', "property", "NAME=VALUE", "set a property of librdkafka", rc_opt_collect,
	    &conf.kafka.props },
	{ 'F', "config", "FILE", "properties of librdkafka, one a line", rc_opt_text,
	    &conf.kafka.file },
	{ 0, "timeout", "MS", "give up on the brokers (30000)", rc_opt_ms, &conf.kafka.timeout_ms },
	{ 0, "rejects", "FILE", "set bad records aside in FILE and go on", rc_opt_text,
	    &rejects_conf.path },
	{ 0, "max-rejects", "N", "stop at more than N of them", rc_opt_count, &rejects_conf.max },
	{ 0 },
};

static struct rc_cli cli = { .what = "write a Kafka topic's records", .opts = opts };
static struct rc_stats stats;

static int
consume(struct rc_consumer *consumer, struct rc_rejects *rejects, struct rc_out *out)
{
	struct rc_consumer_event event = { .kind = RC_CONSUMER_IDLE };
	int status = 0;

	rc_rejects_before(rejects, out);
	stats.expected = rc_consumer_expected(consumer);
	while (status == 0 && stats.records_in < count && rc_stop_signal() == 0) {
		status = rc_consumer_next(consumer, out->buf.len > 0 ? 0 : WAIT_MS, &event);
		if (status != 0 || event.kind == RC_CONSUMER_DONE)
			break;
		if (event.kind == RC_CONSUMER_MESSAGE) {
			status = envelopes ? rc_to_json_envelope(event.message, out, &stats)
					   : rc_to_json_record(event.message, rejects, out, &stats);
		} else if (event.kind == RC_CONSUMER_POSITION && envelopes) {
			status = rc_to_json_position(conf.topic, &event, out);
		} else if (event.kind == RC_CONSUMER_IDLE && out->buf.len > 0) {
			status = rc_out_flush(out);
		} else if (event.kind == RC_CONSUMER_IDLE) {
			status = rc_out_wait(out, 0); /* is anybody there? */
		}
	}
	return rc_status_first(status, rc_out_close(out));
}

static int
tell_lag(const struct rc_consumer *consumer, struct rc_out *out)
{
	struct rc_consumer_lag of;
	int status = 0;

	for (size_t i = 0; status == 0 && rc_consumer_lag(consumer, i, &of); i++)
		status = rc_to_json_lag(conf.topic, &of, out);
	return rc_status_first(status, rc_out_close(out));
}

int
main(int argc, char **argv)
{
	struct rc_consumer *consumer = NULL;
	struct rc_dataset *dataset = NULL;
	struct rc_rejects *rejects = NULL;
	struct rc_out out = RC_OUT_INIT;
	int status;

	if (!rc_cli_start(&cli, argc, argv, &stats, &status))
		return status;
	conf.skip_gaps = strcmp(on_gap, "continue") == 0;
	if (!conf.skip_gaps && strcmp(on_gap, "fail") != 0) {
		rc_log_error("--on-gap %s: neither fail nor continue", on_gap);
		return RC_USAGE;
	}
	rc_kafka_default(&conf.kafka);
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0) {
		if (conf.topic == NULL)
			conf.topic = dataset->topic.name;
		status = rc_rejects_open(&rejects, &rejects_conf, &stats);
	}
	if (status == 0 && (status = rc_consumer_open(&consumer, &conf)) == 0)
		status = lag ? tell_lag(consumer, &out) : consume(consumer, rejects, &out);
	stats.bytes_out = out.bytes;
	rc_consumer_close(consumer);
	status = rc_status_first(status, rc_rejects_close(rejects));
	rc_dataset_free(dataset);
	return rc_cli_end(&cli, &stats, status);
}
