#include <inttypes.h>
#include <string.h>

#include "base/args.h"
#include "base/help.h"
#include "base/log.h"
#include "base/status.h"
#include "state/flow_args.h"
#include "state/shell.h"

enum { RUN, STREAM, LOAD, FOLLOW, MEMBER, REPLAY, VERIFY, VIEWS, STATUS, HISTORY, CONFIG };
static const char *const commands[] = { "run", "stream", "load", "follow", "member", "replay",
	"verify", "views", "status", "history", "config", NULL };
static const char *const about[] = { "both tasks, in order", "task 1 alone, from the API to Kafka",
	"task 2 alone, from Kafka to PostgreSQL", "both tasks at the same time, until stopped",
	"task 2 as one of RC_FLOW_GROUP, until stopped",
	"what was set aside, mended or not, then load",
	"compare the table with all that the portal has",
	"SCHEMA: make views of the table there, for readers",
	"five lines: is everything in order? 0 if so", "what the last runs did",
	"the settings in effect, secrets masked" };

struct given {
	const char *config, *max_age, *count; /* as they were given; NULL: they were not */
	const char *schema;
	const char *most;
	int repair;
	int full, dry, drop, history, json, prometheus, quiet, verbose, help, list, version;
};

static rc_opt_set take_age, take_count;

#define OPTIONS(g)                                                                                 \
	{                                                                                          \
		{ 'c', "config", "FILE", "settings, NAME=VALUE a line (see manual)", rc_opt_text,  \
			&(g).config },                                                             \
		    { 0, "full", NULL, "run, stream: fetch everything once more", rc_opt_flag,     \
			    &(g).full },                                                           \
		    { 0, "dry-run", NULL, "run, stream, load, follow, member: show it only",       \
			    rc_opt_flag, &(g).dry },                                               \
		    { 0, "repair", NULL, "verify: mend what differs, by way of the topic",         \
			    rc_opt_flag, &(g).repair },                                            \
		    { 0, "max-withdrawn", "N", "verify: delete N rows, or N%, at most (1%)",       \
			    rc_opt_share, &(g).most },                                             \
		    { 0, "drop", NULL, "views: drop them, and keep all history", rc_opt_flag,      \
			    &(g).drop },                                                           \
		    { 0, "history", NULL, "views: keep past versions of rows, too", rc_opt_flag,   \
			    &(g).history },                                                        \
		    { 0, "max-age", "AGE", "status: how old the newest record may be: 3d",         \
			    take_age, &(g).max_age },                                              \
		    { 'n', "count", "N", "history: so many lines (20)", take_count, &(g).count },  \
		    { 0, "json", NULL, "status, history: JSON for machines", rc_opt_flag,          \
			    &(g).json },                                                           \
		    { 0, "prometheus", NULL, "status: metrics for a textfile collector",           \
			    rc_opt_flag, &(g).prometheus },                                        \
		    { 'q', "quiet", NULL, "report errors only", rc_opt_flag, &(g).quiet },         \
		    { 'v', "verbose", NULL, "report more", rc_opt_flag, &(g).verbose },            \
		    { 'h', "help", NULL, "show this", rc_opt_flag, &(g).help },                    \
		    { 'V', "version", NULL, "show the version", rc_opt_flag, &(g).version },       \
		    { 0, "list-options", NULL, NULL, rc_opt_flag, &(g).list },                     \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

/* take_age, take_count: checked here, and passed on as they were given. */
static int
take_age(const struct rc_opt *opt, const char *arg)
{
	struct rc_opt checked = *opt;
	int64_t age;

	checked.to = &age;
	*(const char **)opt->to = arg;
	return rc_opt_age(&checked, arg);
}

static int
take_count(const struct rc_opt *opt, const char *arg)
{
	struct rc_opt checked = *opt;
	uint64_t count;

	checked.to = &count;
	*(const char **)opt->to = arg;
	return rc_opt_count(&checked, arg);
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
check(const struct given *g, int command)
{
	int status =
	    only_with(g->full, "--full", command == RUN || command == STREAM, "run or stream");

	if (status == 0)
		status = only_with(
		    g->dry, "--dry-run", command <= MEMBER, "run, stream, load, follow or member");
	if (status == 0)
		status = only_with(g->repair, "--repair", command == VERIFY, "verify");
	if (status == 0)
		status = only_with(g->most != NULL, "--max-withdrawn", command == VERIFY, "verify");
	if (status == 0)
		status = only_with(g->drop, "--drop", command == VIEWS, "views");
	if (status == 0)
		status = only_with(g->history, "--history", command == VIEWS, "views");
	if (status == 0 && command == VIEWS && g->schema == NULL) {
		rc_log_error("views: in which schema? rc-flow views SCHEMA");
		status = RC_USAGE;
	}
	if (status == 0)
		status = only_with(g->max_age != NULL, "--max-age", command == STATUS, "status");
	if (status == 0)
		status = only_with(g->prometheus, "--prometheus", command == STATUS, "status");
	if (status == 0)
		status = only_with(g->count != NULL, "--count", command == HISTORY, "history");
	if (status == 0)
		status = only_with(g->json, "--json", command == STATUS || command == HISTORY,
		    "status or history");
	return status;
}

/* put_show: the options of rc-runs. */
static int
put_show(const struct given *g, struct rc_buf *out)
{
	int status = rc_buf_printf(
	    out, "show=(%s %s", g->json ? "--json" : "", g->prometheus ? "--prometheus" : "");

	if (status == 0 && g->max_age != NULL && (status = rc_buf_adds(out, " --max-age ")) == 0)
		status = rc_shell_quote(out, g->max_age);
	if (status == 0 && g->count != NULL && (status = rc_buf_adds(out, " --count ")) == 0)
		status = rc_shell_quote(out, g->count);
	return status != 0 ? status : rc_buf_adds(out, ") ");
}

/* put_verify: what is asked of it. */
static int
put_verify(const struct given *g, struct rc_buf *out)
{
	int status = rc_buf_printf(out, " repair=%s", g->repair ? "1" : "");

	return status != 0 ? status
			   : rc_shell_assign(out, " ", "most", g->most != NULL ? g->most : "");
}

/* put_views: what the views are asked to be. */
static int
put_views(const struct given *g, struct rc_buf *out)
{
	int status =
	    rc_buf_printf(out, " drop=%s history=%s", g->drop ? "1" : "", g->history ? "1" : "");

	return status != 0
	    ? status
	    : rc_shell_assign(out, " ", "schema", g->schema != NULL ? g->schema : "");
}

int
rc_flow_args_put(struct rc_out *out, int argc, char **argv, const char **config, int *runs)
{
	struct given g = { 0 };
	const struct rc_opt opts[] = OPTIONS(g);
	struct rc_args args = { .tables = { opts, NULL } };
	int status = rc_args_parse(&args, argc, argv), command = RUN;

	if (status == 0 && args.count == 2 && strcmp(args.operands[0], commands[VIEWS]) == 0)
		g.schema = args.operands[--args.count];
	if (status == 0 && (g.help || g.list || g.version))
		status = rc_buf_printf(&out->buf, "exec rc-settings --about %s",
		    g.help       ? "help"
			: g.list ? "options"
				 : "version");
	else if (status == 0 && (status = rc_args_command(&args, commands, &command)) == 0 &&
	    (status = check(&g, command)) == 0 && (status = put_show(&g, &out->buf)) == 0 &&
	    (status = rc_shell_assign(&out->buf, "", "config", g.config != NULL ? g.config : "")) ==
		0)
		status = rc_buf_printf(&out->buf, " command=%s full=%s dry=%s pass=(%s)",
		    commands[command], g.full ? "1" : "", g.dry ? "1" : "",
		    g.quiet         ? "-q"
			: g.verbose ? "-v"
				    : "");
	*config = g.config;
	*runs = status == 0 && command != CONFIG && !g.help && !g.list && !g.version;
	if (status == 0 && command == VERIFY)
		status = put_verify(&g, &out->buf);
	if (status == 0 && command == VIEWS)
		status = put_views(&g, &out->buf);
	return status != 0 ? status : rc_out_end_line(out);
}

int
rc_flow_args_help(int list)
{
	struct given g = { 0 };
	const struct rc_opt opts[] = OPTIONS(g);
	const struct rc_help help = { .name = "rc-flow",
		.what = "bring recalls from the API through Kafka into PostgreSQL",
		.commands = commands,
		.about = about,
		.tables = { opts, NULL },
		.example = "rc-flow -q -c /etc/rappelconso/flow.env run" };

	return list ? rc_help_list(&help) : rc_help_print(&help);
}
