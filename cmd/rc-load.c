/* rc-load: load rows into a PostgreSQL table; see rc-load(1). */
#include <inttypes.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "dataset/dataset.h"
#include "postgres/loader.h"
#include "postgres/stored.h"

static const char *const conflict_words[] = { "update", "skip", "fail", NULL };

static struct rc_loader_conf conf = { .writer.timeout_ms = 30000, .batch_rows = 10000 };
static struct rc_rejects_conf rejects_conf = RC_REJECTS_CONF_INIT;
static struct rc_opt_word on_conflict = { .words = conflict_words };
static const char *rewind_to;
static int positions, forget, ddl;
static struct rc_compare_conf comparison;

static const struct rc_opt opts[] = {
	{ 't', "table", "NAME", "table (the dataset's: rappel_conso_table)", rc_opt_text,
	    &conf.writer.home.table },
	{ 0, "create", NULL, "make the table if there is none", rc_opt_flag, &conf.writer.create },
	{ 0, "on-conflict", "WHAT", "a key that is there: update, skip or fail", rc_opt_word,
	    &on_conflict },
	{ 0, "ddl", NULL, "print the statements that make it, and exit", rc_opt_flag, &ddl },
	{ 0, "compare", NULL, "write nothing, and print what differs", rc_opt_flag,
	    &conf.writer.compare },
	{ 0, "whole", NULL, "to compare: the input is all there is", rc_opt_flag,
	    &comparison.whole },
	{ 0, "set-aside", "FILE", "... but for the rows of these rejects", rc_opt_text,
	    &comparison.aside },
	{ 0, "max-extra", "N", "... and so many rows more, or N%, at most", rc_opt_share,
	    &comparison.most },
	{ 0, "mend", "FILE", "to compare: put the messages that mend it there", rc_opt_text,
	    &comparison.mend },
	{ 'e', "envelope", NULL, "read what rc-consume -e writes, each once", rc_opt_flag,
	    &conf.writer.positions },
	{ 0, "by-time", NULL, "from now on, newer messages of a key win", rc_opt_flag,
	    &conf.writer.by_time },
	{ 0, "consumer", "NAME", "whose positions to go by (default: the table)", rc_opt_text,
	    &conf.writer.home.consumer },
	{ 0, "positions", NULL, "print the stored positions and exit", rc_opt_flag, &positions },
	{ 0, "rewind", "POSITION", "move stored positions back, and exit", rc_opt_text,
	    &rewind_to },
	{ 0, "forget", NULL, "delete the stored positions and exit", rc_opt_deed, &forget },
	{ 0, "batch", "N", "rows of a transaction, at most (10000)", rc_opt_int, &conf.batch_rows },
	{ 0, "timeout", "TIME", "give up on a silent or lost server (30s)", rc_opt_ms,
	    &conf.writer.timeout_ms },
	RC_REJECTS_OPTIONS(rejects_conf),
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-load",
	.what = "load rows into a PostgreSQL table",
	.example = "rc-consume -eE | rc-load -e --create",
	.opts = opts,
	.stats = &stats,
	.libraries = { rc_pg_version } };

/* compare: once all has been read. */
static int
compare(struct rc_loader *loader)
{
	struct rc_compare_counts n;
	int status = rc_loader_compare(loader, &comparison, &n);

	if (status != 0)
		return status;
	rc_log_info("%" PRIu64 " equal, %" PRIu64 " changed, %" PRIu64 " missing, %" PRIu64
		    " extra",
	    n.equal, n.changed, n.missing, n.extra);
	if (comparison.whole && comparison.aside == NULL && stats.rejected > 0)
		rc_log_notice("%" PRIu64 " records were not compared: rows that are told as extra "
			      "may be theirs",
		    stats.rejected);
	return stats.records_out > 0 ? RC_DIFFERENT : 0;
}

static int
load(const struct rc_dataset *dataset, struct rc_out *out)
{
	struct rc_loader_to to = { .stats = &stats, .out = out };
	struct rc_loader *loader = NULL;
	struct rc_input *input = NULL;
	int status;

	if ((status = rc_rejects_open(&to.rejects, &rejects_conf, &stats)) == 0 &&
	    (status = rc_input_open(
		 &input, conf.writer.positions ? "messages" : "rows", to.rejects, &stats)) == 0 &&
	    (status = rc_loader_open(&loader, &conf, dataset, &to)) == 0 &&
	    (status = rc_loader_run(loader, input)) == 0 && conf.writer.compare &&
	    rc_stop_signal() == 0)
		status = compare(loader);
	rc_loader_close(loader);
	rc_input_close(input);
	return rc_status_first(status, rc_rejects_close(to.rejects));
}

/* check: that the options go together. */
static int
check(void)
{
	if (positions + forget + ddl + (rewind_to != NULL) + conf.writer.compare > 1)
		rc_log_error("--positions, --rewind, --forget, --ddl and --compare: one of them");
	else if (conf.writer.compare &&
	    (conf.writer.positions || conf.writer.create ||
		conf.writer.conflict != RC_MERGE_UPDATE))
		rc_log_error("--compare takes rows, and writes nothing: leave out -e, --create "
			     "and --on-conflict");
	else if (conf.writer.by_time &&
	    (!conf.writer.positions || conf.writer.conflict != RC_MERGE_UPDATE))
		rc_log_error("--by-time: goes with -e, and not with --on-conflict");
	else if (!conf.writer.compare && (comparison.whole || comparison.mend != NULL))
		rc_log_error("--whole, --mend: go with --compare");
	else if (!comparison.whole && (comparison.aside != NULL || comparison.most != NULL))
		rc_log_error("--set-aside, --max-extra: go with --whole");
	else
		return 0;
	return RC_USAGE;
}

static int
print_ddl(const struct rc_dataset *dataset, struct rc_out *out)
{
	int status = rc_table_print_ddl(conf.writer.home.table, dataset, out);

	if (status == 0 && conf.writer.positions)
		status = rc_home_print_ddl(conf.writer.home.table, out);
	return status;
}

static int
run(void)
{
	struct rc_dataset *dataset = NULL;
	struct rc_out out = RC_OUT_INIT;
	int status;

	conf.writer.conflict = (enum rc_merge_conflict)on_conflict.index;
	if ((status = check()) == 0 && (status = rc_dataset_open(&dataset, cli.dataset)) == 0) {
		conf.writer.home.dataset = dataset->name;
		if (conf.writer.home.table == NULL)
			conf.writer.home.table = dataset->table;
		if (conf.writer.home.consumer == NULL)
			conf.writer.home.consumer = conf.writer.home.table;
		status = rewind_to != NULL ? rc_stored_rewind(&conf.writer, rewind_to, &out)
		    : ddl                  ? print_ddl(dataset, &out)
		    : positions            ? rc_stored_print(&conf.writer, &out)
		    : forget               ? rc_stored_forget(&conf.writer)
					   : load(dataset, &out);
	}
	status = rc_status_first(status, rc_out_close(&out));
	stats.bytes_out = out.bytes;
	rc_dataset_free(dataset);
	return status;
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
