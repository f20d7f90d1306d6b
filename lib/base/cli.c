#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/out.h"
#include "base/status.h"
#include "base/stop.h"

#define MAX_OPTS  48
#define LONG_ONLY 256 /* above all letters: index of an option without one */

static const char *opt_dataset, *opt_stats;
static int opt_help, opt_quiet, opt_verbose, opt_version;

static const struct rc_opt common[] = {
	{ 'd', "dataset", "NAME", "dataset description: a name or a path", rc_opt_text,
	    &opt_dataset },
	{ 0, "stats", "FILE", "write counts to FILE as JSON at the end", rc_opt_text, &opt_stats },
	{ 'q', "quiet", NULL, "report errors only", rc_opt_flag, &opt_quiet },
	{ 'v', "verbose", NULL, "report more", rc_opt_flag, &opt_verbose },
	{ 'h', "help", NULL, "show this", rc_opt_flag, &opt_help },
	{ 'V', "version", NULL, "show the version", rc_opt_flag, &opt_version },
	{ 0 },
};

/* put_line: end a line of which the making had that status. */
static int
put_line(struct rc_out *out, int status)
{
	return status != 0 ? status : rc_out_end_line(out);
}

static int
put_rows(struct rc_out *out, const struct rc_opt *opts)
{
	int status = 0;

	for (const struct rc_opt *o = opts; o->name != NULL && status == 0; o++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", o->name, o->arg != NULL ? " " : "",
		    o->arg != NULL ? o->arg : "");
		status = o->letter != 0
		    ? rc_buf_printf(&out->buf, "  -%c, %-24s %s", o->letter, left, o->help)
		    : rc_buf_printf(&out->buf, "      %-24s %s", left, o->help);
		status = put_line(out, status);
	}
	return status;
}

/* help: to standard output, for it was asked for; as the version. */
static int
help(const struct rc_cli *cli)
{
	struct rc_out out = RC_OUT_INIT;
	int status;

	status = put_line(&out, rc_buf_printf(&out.buf, "%s: %s", cli->name, cli->what));
	if (status == 0)
		status = put_line(&out,
		    rc_buf_printf(&out.buf, "usage: %s [option]...%s%s", cli->name,
			cli->operands != NULL ? " " : "",
			cli->operands != NULL ? cli->operands : ""));
	if (status == 0 && (status = put_rows(&out, cli->opts)) == 0)
		status = put_rows(&out, common);
	return rc_status_first(status, rc_out_close(&out));
}

static int
version(const struct rc_cli *cli)
{
	struct rc_out out = RC_OUT_INIT;
	int status =
	    put_line(&out, rc_buf_printf(&out.buf, "%s (rappelconso) %s", cli->name, RC_VERSION));

	for (size_t i = 0; i < sizeof(cli->libraries) / sizeof(*cli->libraries); i++)
		if (status == 0 && cli->libraries[i] != NULL)
			status = put_line(&out, rc_buf_adds(&out.buf, cli->libraries[i]()));
	return rc_status_first(status, rc_out_close(&out));
}

/* table: both tables as getopt_long(3) wants them. */
static void
table(const struct rc_cli *cli, const struct rc_opt **all, struct option *longs, char *shorts)
{
	const struct rc_opt *lists[] = { cli->opts, common };
	size_t n = 0;

	if (cli->runs_command)
		*shorts++ = '+'; /* its options are its own */
	*shorts++ = ':';
	for (size_t i = 0; i < 2; i++)
		for (const struct rc_opt *o = lists[i]; o->name != NULL && n < MAX_OPTS; o++, n++) {
			all[n] = o;
			longs[n] = (struct option){ .name = o->name,
				.has_arg = o->arg != NULL ? required_argument : no_argument,
				.val = LONG_ONLY + (int)n };
			if (o->letter == 0)
				continue;
			*shorts++ = (char)o->letter;
			if (o->arg != NULL)
				*shorts++ = ':';
		}
	*shorts = '\0';
}

/* find_stats: where to write the counts, which is done after wrong use, too. */
static const char *
find_stats(int argc, char **argv, const struct option *longs, const char *shorts)
{
	const char *path = NULL;
	int c, index = 0;

	while ((c = getopt_long(argc, argv, shorts, longs, &index)) != -1)
		if (c >= LONG_ONLY && longs[index].name != NULL &&
		    strcmp(longs[index].name, "stats") == 0)
			path = optarg;
	optind = 0; /* from the start, once more */
	return path;
}

static int
parse(struct rc_cli *cli, int argc, char **argv)
{
	const struct rc_opt *all[MAX_OPTS] = { NULL }, *o;
	struct option longs[MAX_OPTS + 1] = { { 0 } };
	char shorts[2 * MAX_OPTS + 3];
	int c, status;

	table(cli, all, longs, shorts);
	opterr = 0;
	opt_stats = find_stats(argc, argv, longs, shorts);
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == ':') {
			rc_log_error("%s: needs an argument: see %s --help", argv[optind - 1],
			    rc_log_program());
			return RC_USAGE;
		}
		if (c == '?') {
			if (optopt > 0 && optopt < LONG_ONLY)
				rc_log_error(
				    "-%c: no such option: see %s --help", optopt, rc_log_program());
			else
				rc_log_error(
				    "%s: no such option, or no argument wanted: see %s --help",
				    argv[optind - 1], rc_log_program());
			return RC_USAGE;
		}
		o = NULL;
		for (size_t i = 0; i < MAX_OPTS && all[i] != NULL && o == NULL; i++)
			if (c == all[i]->letter || c == LONG_ONLY + (int)i)
				o = all[i];
		if (o == NULL)
			return RC_BUG;
		if ((status = o->set(o, optarg)) != 0)
			return status;
	}
	cli->operand = optind + 1 == argc ? argv[optind] : "";
	cli->command = argv + optind;
	cli->command_count = (size_t)(argc - optind);
	if (optind < argc && cli->operands == NULL && !opt_help && !opt_version) {
		if (access(argv[optind], F_OK) == 0)
			rc_log_error(
			    "%s: not an option: a file is read from standard input: %s <%s",
			    argv[optind], rc_log_program(), argv[optind]);
		else
			rc_log_error(
			    "%s: not an option: see %s --help", argv[optind], rc_log_program());
		return RC_USAGE;
	}
	return 0;
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
	if ((*status = hold_standard_files()) != 0 || (*status = parse(cli, argc, argv)) != 0)
		return 0;
	rc_log_setup(rc_log_program(),
	    opt_quiet         ? RC_LOG_ERROR
		: opt_verbose ? RC_LOG_INFO
			      : RC_LOG_WARN);
	if (opt_help || opt_version) {
		opt_stats = NULL;
		*status = opt_help ? help(cli) : version(cli);
		return 0;
	}
	cli->dataset = rc_cli_default(opt_dataset, "RC_DATASET", "rappelconso-v2");
	if (opt_stats != NULL && (*status = rc_file_can_replace(opt_stats)) != 0) {
		opt_stats = NULL; /* nor will it be tried again */
		return 0;
	}
	if ((*status = rc_hash_setup()) != 0 || (*status = rc_stop_setup()) != 0)
		return 0;
	rc_stats_show(cli->stats);
	return 1;
}

int
rc_cli_main(struct rc_cli *cli, int argc, char **argv, int (*run)(void))
{
	double started = rc_clock_now(), seconds;
	int status;

	if (start(cli, argc, argv, &status))
		status = run();
	seconds = rc_clock_now() - started;
	rc_stats_show(NULL);
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
