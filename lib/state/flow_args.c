#include <inttypes.h>
#include <string.h>

#include "base/args.h"
#include "base/log.h"
#include "base/status.h"
#include "state/flow_args.h"
#include "state/shell.h"

enum { RUN, STREAM, LOAD, FOLLOW, REPLAY, STATUS, HISTORY, CONFIG };
static const char *const commands[] = { "run", "stream", "load", "follow", "replay", "status",
	"history", "config", NULL };
static const char *const about[] = { "both tasks, in order", "task 1 alone, from the API to Kafka",
	"task 2 alone, from Kafka to PostgreSQL", "both tasks at the same time, until stopped",
	"what was set aside, mended or not, then load",
	"five lines: is everything in order? 0 if so", "what the last runs did",
	"the settings in effect, secrets masked" };

static const char *config, *max_age;
static int64_t age;
static uint64_t count;
static int full, dry, json, prometheus, quiet, verbose, help, list, version, counted;

static rc_opt_set take_age, take_count;

static const struct rc_opt opts[] = {
	{ 'c', "config", "FILE", "settings, NAME=VALUE a line (see manual)", rc_opt_text, &config },
	{ 0, "full", NULL, "run, stream: fetch everything once more", rc_opt_flag, &full },
	{ 0, "dry-run", NULL, "run, stream, load, follow: show what would be run", rc_opt_flag,
	    &dry },
	{ 0, "max-age", "AGE", "status: how old the newest record may be: 3d", take_age, &age },
	{ 'n', "count", "N", "history: so many lines (20)", take_count, &count },
	{ 0, "json", NULL, "status, history: JSON for machines", rc_opt_flag, &json },
	{ 0, "prometheus", NULL, "status: metrics for a textfile collector", rc_opt_flag,
	    &prometheus },
	{ 'q', "quiet", NULL, "report errors only", rc_opt_flag, &quiet },
	{ 'v', "verbose", NULL, "report more", rc_opt_flag, &verbose },
	{ 'h', "help", NULL, "show this", rc_opt_flag, &help },
	{ 'V', "version", NULL, "show the version", rc_opt_flag, &version },
	{ 0, "list-options", NULL, NULL, rc_opt_flag, &list },
	{ 0 },
};

const struct rc_help rc_flow_args_help = { .name = "rc-flow",
	.what = "bring the recalls from the API through Kafka into PostgreSQL",
	.commands = commands,
	.about = about,
	.tables = { opts, NULL },
	.example = "rc-flow -q -c /etc/rappelconso/flow.env run" };

/* take_age: checked here, and passed on as it was given. */
static int
take_age(const struct rc_opt *opt, const char *arg)
{
	max_age = arg;
	return rc_opt_age(opt, arg);
}

static int
take_count(const struct rc_opt *opt, const char *arg)
{
	counted = 1;
	return rc_opt_count(opt, arg);
}

/* only_with: whether an option that was given belongs to another command. */
static int
only_with(int given, const char *option, int fits, const char *which)
{
	if (!given || fits)
		return 0;
	rc_log_error("%s: only with %s: see rc-flow --help", option, which);
	return RC_USAGE;
}

static int
check(int command)
{
	int status =
	    only_with(full, "--full", command == RUN || command == STREAM, "run or stream");

	if (status == 0)
		status =
		    only_with(dry, "--dry-run", command <= FOLLOW, "run, stream, load or follow");
	if (status == 0)
		status = only_with(max_age != NULL, "--max-age", command == STATUS, "status");
	if (status == 0)
		status = only_with(prometheus, "--prometheus", command == STATUS, "status");
	if (status == 0)
		status = only_with(counted, "--count", command == HISTORY, "history");
	if (status == 0)
		status = only_with(
		    json, "--json", command == STATUS || command == HISTORY, "status or history");
	return status;
}

/* put_show: the options of rc-runs. */
static int
put_show(struct rc_buf *out)
{
	int status = rc_buf_adds(out, "show=(");

	if (status == 0 && max_age != NULL && (status = rc_buf_adds(out, "--max-age ")) == 0 &&
	    (status = rc_shell_quote(out, max_age)) == 0)
		status = rc_buf_addc(out, ' ');
	if (status == 0 && counted)
		status = rc_buf_printf(out, "--count %" PRIu64 " ", count);
	return status != 0
	    ? status
	    : rc_buf_printf(out, "%s %s) ", json ? "--json" : "", prometheus ? "--prometheus" : "");
}

int
rc_flow_args_put(struct rc_out *out, int argc, char **argv)
{
	struct rc_args args = { .tables = { opts, NULL } };
	int status = rc_args_parse(&args, argc, argv), command = RUN;

	if (status == 0 && (help || list || version)) {
		status = rc_buf_printf(&out->buf, "exec rc-settings --about %s",
		    help       ? "help"
			: list ? "options"
			       : "version");
		return status != 0 ? status : rc_out_end_line(out);
	}
	if (status != 0 || (status = rc_args_command(&args, commands, &command)) != 0 ||
	    (status = check(command)) != 0 || (status = put_show(&out->buf)) != 0 ||
	    (status = rc_shell_assign(&out->buf, "", "config", config != NULL ? config : "")) != 0)
		return status;
	status = rc_buf_printf(&out->buf, " command=%s full=%s dry=%s pass=(%s)", commands[command],
	    full ? "1" : "", dry ? "1" : "",
	    quiet         ? "-q"
		: verbose ? "-v"
			  : "");
	return status != 0 ? status : rc_out_end_line(out);
}
