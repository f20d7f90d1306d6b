/* rc-runs: record what runs of the flow did, and show it; see rc-runs(1). */
#include <string.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "state/health.h"
#include "state/report.h"
#include "state/runs.h"

static struct rc_health_conf conf = { .max_age = RC_HEALTH_UNKNOWN, .timeout_ms = 30000 };
static uint64_t count = 20;
static int64_t keep;
static int json, prometheus, ddl, unasked;

enum { RECORD, LIST, STATUS, PRUNE };
static const char *const commands[] = { "record", "list", "status", "prune", NULL };

static const struct rc_opt opts[] = {
	{ 0, "journal", "DIR", "records of runs that are not yet in PostgreSQL", rc_opt_text,
	    &conf.journal },
	{ 'n', "count", "N", "list: so many lines (20)", rc_opt_count, &count },
	{ 't', "table", "NAME", "status: the table that the flow fills", rc_opt_text, &conf.table },
	{ 0, "lag", NULL, "status: read what rc-consume --lag wrote", rc_opt_flag, &conf.lag },
	{ 0, "rejects", "DIR", "status: where bad records are set aside", rc_opt_text,
	    &conf.rejects },
	{ 0, "lock", "FILE", "status: the lock, which tells if a run is at work", rc_opt_text,
	    &conf.lock },
	{ 0, "max-age", "AGE", "status: how old the newest record may be: 3d", rc_opt_age,
	    &conf.max_age },
	{ 0, "unasked", "N", "status: nothing can be asked, for that reason", rc_opt_int,
	    &unasked },
	{ 0, "keep", "AGE", "prune: delete runs that are older: 90d", rc_opt_age, &keep },
	{ 0, "ddl", NULL, "print the statement for its table", rc_opt_flag, &ddl },
	{ 0, "timeout", "TIME", "give up on a silent PostgreSQL (30s)", rc_opt_ms,
	    &conf.timeout_ms },
	{ 0, "json", NULL, "list, status: JSON for machines", rc_opt_flag, &json },
	{ 0, "prometheus", NULL, "status: metrics for a textfile collector", rc_opt_flag,
	    &prometheus },
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-runs",
	.what = "record what runs of the flow did, and show it",
	.commands = commands,
	.example = "rc-runs list -n 5",
	.opts = opts,
	.stats = &stats,
	.libraries = { rc_pg_version } };

static int
show_status(struct rc_out *out)
{
	enum rc_report_form form = prometheus ? RC_REPORT_PROMETHEUS
	    : json                            ? RC_REPORT_JSON
					      : RC_REPORT_TEXT;
	struct rc_dataset *dataset = NULL;
	struct rc_health health = { 0 };
	int status = unasked, reported = 0;

	if (status == 0 && (status = rc_dataset_open(&dataset, cli.dataset)) == 0) {
		if (conf.table == NULL)
			conf.table = dataset->table;
		status = rc_health_ask(&health, &conf, dataset);
	}
	if (status == 0 && (status = rc_report_put(&health, &conf, form, out)) == 0) {
		status = rc_health_status(&health, &conf);
		reported = 1;
	}
	if (!reported && prometheus && rc_report_put_unasked(status, out) != 0)
		status = RC_IO;
	rc_health_free(&health);
	rc_dataset_free(dataset);
	return status;
}

static int
record(void)
{
	struct rc_dataset *dataset = NULL;
	int status;

	if (conf.journal == NULL) {
		rc_log_error("record: name the journal with --journal DIR");
		return RC_USAGE;
	}
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0)
		status =
		    rc_runs_record(conf.journal, dataset->name, conf.timeout_ms, &stats.records_in);
	rc_dataset_free(dataset);
	return status;
}

static int
prune(void)
{
	struct rc_dataset *dataset = NULL;
	int status;

	if (keep == 0) {
		rc_log_error("prune: say how much to keep with --keep AGE, such as 90d");
		return RC_USAGE;
	}
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0)
		status = rc_runs_prune(dataset->name, keep, conf.timeout_ms, &stats.records_out);
	rc_dataset_free(dataset);
	return status;
}

static int
run(void)
{
	struct rc_out out = RC_OUT_INIT;
	int status, command;

	if (ddl) {
		if ((status = rc_buf_printf(
			 &out.buf, "%s;\n%s;", rc_runs_ddl(), rc_runs_version())) == 0)
			status = rc_out_end_line(&out);
	} else if ((status = rc_args_command(&cli.args, commands, &command)) == 0)
		status = command == RECORD ? record()
		    : command == LIST   ? rc_runs_list(count, json ? RC_RUNS_JSON : RC_RUNS_TABLE,
					      conf.timeout_ms, &out)
		    : command == STATUS ? show_status(&out)
					: prune();
	status = rc_status_first(status, rc_out_close(&out));
	stats.bytes_out = out.bytes;
	return status;
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
