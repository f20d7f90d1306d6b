/* rc-consume: write a Kafka topic's records; see rc-consume(1). */
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "kafka/listing.h"
#include "kafka/member.h"
#include "kafka/properties.h"
#include "kafka/source.h"

static const char *const gap_words[] = { "fail", "continue", NULL };

static struct rc_partitions_conf conf = { .kafka = RC_KAFKA_CONF_INIT, .from = "beginning" };
static struct rc_rejects_conf rejects_conf = RC_REJECTS_CONF_INIT;
static struct rc_opt_word on_gap = { .words = gap_words };
static uint64_t count = UINT64_MAX;
static int envelopes, lag, list, no_positions;

static const char *join, *acks;

static rc_opt_set take_until;

static const struct rc_opt opts[] = {
	{ 't', "topic", "NAME", "topic to read (the dataset's: rappel_conso)", rc_opt_text,
	    &conf.topic },
	{ 'p', "partitions", "N[,N]...", "only these partitions", rc_opt_text, &conf.partitions },
	{ 'o', "offset", "FROM", "beginning, end, stored, N, -N, @TIME or a file", rc_opt_text,
	    &conf.from },
	{ 0, "until", "END", "stop before this offset, N, or time, @TIME", take_until,
	    &conf.until },
	{ 'n', "count", "N", "stop after N records", rc_opt_count, &count },
	{ 'c', "", "N", NULL, rc_opt_count, &count },
	{ 'E', "exit-at-end", NULL, "stop where the partitions end now", rc_opt_flag,
	    &conf.exit_at_end },
	{ 'L', "list", NULL, "list topics, partitions, leaders and offsets", rc_opt_flag, &list },
	{ 0, "lag", NULL, "read nothing, report how far off the ends are", rc_opt_flag, &lag },
	{ 'e', "envelope", NULL, "write key, headers and position too", rc_opt_flag, &envelopes },
	{ 0, "no-positions", NULL, "with -e: messages only, not for rc-load", rc_opt_flag,
	    &no_positions },
	{ 'g', "group", "GROUP", "group that -o stored goes by", rc_opt_text, &conf.group },
	{ 0, "join", "GROUP", "read what this group assigns; with --acks", rc_opt_text, &join },
	{ 0, "acks", "FILE", "what the rc-load -e behind this prints", rc_opt_text, &acks },
	{ 0, "on-gap", "WHAT", "records deleted unread: fail or continue", rc_opt_word, &on_gap },
	RC_KAFKA_OPTIONS(conf.kafka),
	RC_REJECTS_OPTIONS(rejects_conf),
	/* those of kcat that people try */
	{ 'C', "", NULL, NULL, rc_opt_instead, "leave it out: this program always consumes" },
	{ 'P', "", NULL, NULL, rc_opt_instead, "rc-produce sends messages" },
	{ 'J', "", NULL, NULL, rc_opt_instead,
	    "-e writes each message as JSON: key, headers, offset" },
	{ 'f', "", NULL, NULL, rc_opt_instead,
	    "write -e and let jq format it: rc-consume -e | jq -r .key" },
	{ 'Q', "", NULL, NULL, rc_opt_instead, "--lag -o @TIME writes the offsets of a time" },
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-consume",
	.what = "write a Kafka topic's records",
	.example = "rc-consume -eE -o @-1h | jq -c '[.offset, .key]'",
	.opts = opts,
	.stats = &stats,
	.libraries = { rc_kafka_version } };

/* take_until: it ends there, or where the partitions end before it. */
static int
take_until(const struct rc_opt *opt, const char *arg)
{
	conf.exit_at_end = 1;
	return rc_opt_text(opt, arg);
}

/* list_topics: that of -t, or all. */
static int
list_topics(struct rc_out *out)
{
	int status = rc_kafka_default(&conf.kafka);

	return status != 0 ? status : rc_listing_run(&conf.kafka, conf.topic, out);
}

/* check: that the options go together.  Where a group ends its loaders know alone. */
static int
check(void)
{
	if (join == NULL && acks == NULL)
		return 0;
	if (join == NULL || acks == NULL || !envelopes)
		rc_log_error(
		    "--join and --acks go together, and with -e: rc-load -e <A | rc-consume "
		    "-e --join G --acks - >A");
	else if (conf.partitions != NULL || strcmp(conf.from, "beginning") != 0 || lag || list ||
	    conf.group != NULL || count != UINT64_MAX || no_positions)
		rc_log_error("--join: the group says which partitions are read, and rc-load from "
			     "where: leave out -p, -o, -n, -g, -L, --lag and --no-positions");
	else if (conf.exit_at_end)
		rc_log_error("--join: a member reads until it is stopped, for what the others have "
			     "loaded it cannot see: leave out -E and --until; what is left is in "
			     "rc-load --positions | rc-consume --lag -o -");
	else
		return 0;
	return RC_USAGE;
}

static int
consume(const struct rc_dataset *dataset, struct rc_out *out)
{
	struct rc_source source = { .out = out,
		.stats = &stats,
		.count = count,
		.envelopes = envelopes,
		.positions = envelopes && !no_positions && !isatty(STDOUT_FILENO) };
	static char group[256]; /* that a property names */
	int status;

	if (conf.topic == NULL)
		conf.topic = dataset->topic.name;
	source.topic = conf.topic;
	conf.skip_gaps = on_gap.index;
	if ((status = rc_kafka_default(&conf.kafka)) != 0 ||
	    (conf.group == NULL &&
		(status = rc_properties_find(
		     conf.kafka.file, &conf.kafka.props, "group.id", group, sizeof(group))) != 0))
		return status;
	if (*group != '\0')
		conf.group = group;
	if (join != NULL) {
		conf.group = join;
		conf.join = 1;
	}
	if ((status = rc_rejects_open(&source.rejects, &rejects_conf, &stats)) == 0 && !conf.join &&
	    (status = rc_consumer_open(&source.consumer, &conf)) == 0)
		status = lag ? rc_source_lag(&source) : rc_source_run(&source);
	else if (status == 0)
		status = rc_member_run(&source, &(struct rc_member_conf){ &conf, acks });
	rc_consumer_close(source.consumer);
	return rc_status_first(status, rc_rejects_close(source.rejects));
}

static int
run(void)
{
	struct rc_dataset *dataset = NULL;
	struct rc_out out = RC_OUT_INIT;
	int status;

	if ((status = check()) == 0 && (status = rc_dataset_open(&dataset, cli.dataset)) == 0)
		status = list ? list_topics(&out) : consume(dataset, &out);
	stats.bytes_out = out.bytes;
	rc_dataset_free(dataset);
	return status;
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
