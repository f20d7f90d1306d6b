/* rc-supervise: run the flow, or a part of a run, and let nothing of it outlive its end; see
 * rc-supervise(1). */
#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "postgres/pg.h"
#include "state/flow.h"
#include "state/task.h"

static rc_opt_set take_limit;

static struct rc_flow_conf flow;
static struct rc_task_conf task = { .attempt = 1 };
static const char *name = "rc-supervise", *what;

static const struct rc_opt opts[] = {
	{ 0, "lock", "FILE", "begin a run, with this lock", rc_opt_text, &flow.lock },
	{ 0, "journal", "DIR", "a run: where it is recorded at first", rc_opt_text, &flow.journal },
	{ 0, "limit", "TIME", "a run: how long it may take: 90m, 2h", take_limit, &flow.limit },
	{ 0, "task", "NAME", "what the record calls it", rc_opt_text, &what },
	{ 0, "attempt", "N", "within a run: which try of the task (1)", rc_opt_int, &task.attempt },
	{ 0, "if-failed", NULL, "within a run: record it only if it fails", rc_opt_flag,
	    &task.if_failed },
	{ 0, "before", "FILE", "within a run: the positions from before it", rc_opt_text,
	    &task.before },
	{ 0, "counts", "PREFIX", "within a run: --stats PREFIX.N for each program", rc_opt_text,
	    &task.counts },
	{ 0, "beside", "NAMES", "within a run: side by side, again and again", rc_opt_text,
	    &task.beside },
	{ 0, "ring", NULL, "within a run: the last writes to the first", rc_opt_flag, &task.ring },
	{ 0, "name", "NAME", "the program that messages name (rc-supervise)", rc_opt_text, &name },
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-supervise",
	.what = "run the flow, or a part of a run, to its end",
	.operands = "COMMAND [ARGUMENT]... ['|' COMMAND...]...",
	.runs_command = 1,
	.example = "rc-supervise --task load rc-consume -eE '|' rc-load -e",
	.opts = opts,
	.stats = &stats,
	.libraries = { rc_pg_version } };

/* take_limit: how it was given is shown, too. */
static int
take_limit(const struct rc_opt *opt, const char *arg)
{
	flow.limit_text = arg;
	return rc_opt_seconds(opt, arg);
}

static int
run(void)
{
	rc_log_rename(name);
	flow.task = task.task = what;
	flow.dataset = cli.dataset;
	if (flow.lock == NULL)
		return rc_task_run(&task, cli.args.operands, cli.args.count);
	if (flow.journal == NULL || flow.task == NULL) {
		rc_log_error("--lock: with --journal and --task: see rc-supervise --help");
		return RC_USAGE;
	}
	return rc_flow_run(&flow, cli.args.operands, cli.args.count);
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
