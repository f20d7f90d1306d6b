#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/help.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/out.h"
#include "base/status.h"
#include "base/stop.h"

static const char *opt_dataset, *opt_stats;
static int opt_help, opt_list, opt_no_progress, opt_quiet, opt_verbose, opt_version;

static const struct rc_opt common[] = {
	{ 'd', "dataset", "NAME", "dataset, or a path (rappelconso-v2)", rc_opt_text,
	    &opt_dataset },
	{ 0, "list-options", NULL, NULL, rc_opt_flag, &opt_list },
	{ 0, "stats", "FILE", "write counts to FILE as JSON at the end", rc_opt_text, &opt_stats },
	{ 0, "no-progress", NULL, "show no progress line", rc_opt_flag, &opt_no_progress },
	{ 'q', "quiet", NULL, "report errors only", rc_opt_flag, &opt_quiet },
	{ 'v', "verbose", NULL, "report more", rc_opt_flag, &opt_verbose },
	{ 'h', "help", NULL, "show this", rc_opt_flag, &opt_help },
	{ 'V', "version", NULL, "show the version", rc_opt_flag, &opt_version },
	{ 0 },
};

/* asked: whether the program is to say something of itself, and no more. */
static int
asked(void)
{
	return opt_help || opt_list || opt_version;
}

/* help: or, for completions, the same as a list. */
static int
help(const struct rc_cli *cli)
{
	struct rc_help h = { .name = cli->name,
		.what = cli->what,
		.operands = cli->operands,
		.commands = cli->commands,
		.tables = { cli->opts, common },
		.example = cli->example };

	return opt_help ? rc_help_print(&h) : rc_help_list(&h);
}

static int
parse(struct rc_cli *cli, int argc, char **argv)
{
	int status;

	cli->args =
	    (struct rc_args){ .tables = { cli->opts, common }, .runs_command = cli->runs_command };
	opt_stats = rc_args_find(&cli->args, argc, argv, "stats"); /* after wrong use, too */
	if ((status = rc_args_parse(&cli->args, argc, argv)) != 0)
		return status;
	if (cli->args.count == 0 || cli->operands != NULL || cli->commands != NULL || asked())
		return 0;
	if (access(cli->args.operands[0], F_OK) == 0)
		rc_log_error("%s: not an option: a file is read from standard input: %s <%s",
		    cli->args.operands[0], rc_log_program(), cli->args.operands[0]);
	else
		rc_log_error(
		    "%s: not an option: see %s --help", cli->args.operands[0], rc_log_program());
	return RC_USAGE;
}

/* hold_standard_files: where one of the three was closed by whoever started this,
 * the next file that is opened would take its place.  What is put there fails
 * when it is used. */
static int
hold_standard_files(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) {
			rc_log_errno("/dev/null: cannot be opened");
			return RC_IO;
		}
	return 0;
}

/* start: 1 to go on; 0 to end with *status, which has been reported. */
static int
start(struct rc_cli *cli, int argc, char **argv, int *status)
{
	rc_log_setup(cli->name, RC_LOG_WARN);
	rc_meter_setup();
	if ((*status = hold_standard_files()) != 0 || (*status = parse(cli, argc, argv)) != 0)
		return 0;
	rc_log_setup(rc_log_program(),
	    opt_quiet         ? RC_LOG_ERROR
		: opt_verbose ? RC_LOG_INFO
			      : RC_LOG_WARN);
	if (asked()) {
		opt_stats = NULL;
		*status = opt_version ? rc_help_version(cli->name, cli->libraries,
					    sizeof(cli->libraries) / sizeof(*cli->libraries))
				      : help(cli);
		return 0;
	}
	cli->dataset = rc_cli_default(opt_dataset, "RC_DATASET", "rappelconso-v2");
	if (opt_stats != NULL && (*status = rc_file_can_replace(opt_stats)) != 0) {
		opt_stats = NULL; /* nor will it be tried again */
		return 0;
	}
	if ((*status = rc_hash_setup()) != 0 || (*status = rc_stop_setup()) != 0)
		return 0;
	if (!opt_no_progress && !opt_quiet)
		*status = rc_meter_start(cli->stats);
	return *status == 0;
}

int
rc_cli_main(struct rc_cli *cli, int argc, char **argv, int (*run)(void))
{
	double started = rc_clock_now(), seconds;
	int status;

	if (start(cli, argc, argv, &status))
		status = run();
	seconds = rc_clock_now() - started;
	rc_meter_end();
	/* A wait that the signal broke off ends as if it may work later. */
	if (rc_stop_signal() != 0 && (status == 0 || status == RC_TEMPFAIL))
		status = 128 + rc_stop_signal();
	if (opt_stats != NULL)
		status =
		    rc_status_first(status, rc_stats_write(cli->stats, opt_stats, seconds, status));
	return status;
}

const char *
rc_cli_default(const char *value, const char *variable, const char *fallback)
{
	if (value != NULL)
		return value;
	value = getenv(variable);
	return value != NULL && *value != '\0' ? value : fallback;
}
