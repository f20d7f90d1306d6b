/* rc-settings: read the settings of the flow, check them and show them; see rc-settings(1). */
#include "base/cli.h"
#include "base/help.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/kafka.h"
#include "postgres/pg.h"
#include "state/flow_args.h"
#include "state/settings.h"

static const char *path, *name = "rc-settings";
static int export, arguments;

enum { HELP, OPTIONS, VERSION };
static const char *const about_words[] = { "help", "options", "version", NULL };
static struct rc_opt_word about = { .words = about_words, .index = -1 };

static const char *(*const flow_libraries[])(void) = { rc_kafka_version, rc_pg_version };

static const struct rc_opt opts[] = {
	{ 'c', "config", "FILE", "of NAME=VALUE lines (flow.env)", rc_opt_text, &path },
	{ 0, "export", NULL, "write them for a shell, secrets and all", rc_opt_flag, &export },
	{ 0, "arguments", NULL, "write what rc-flow's, behind --, say, and these", rc_opt_flag,
	    &arguments },
	{ 0, "about", "WHAT", "rc-flow's help, options or version", rc_opt_word, &about },
	{ 0, "name", "NAME", "the program that messages name (rc-settings)", rc_opt_text, &name },
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-settings",
	.what = "check and show the settings of the flow",
	.example = "rc-settings -c /etc/rappelconso/flow.env",
	.operands = "[-- ARGUMENT...]",
	.opts = opts,
	.stats = &stats,
	.libraries = { rc_pg_version } };

/* put_settings: those that are in effect, for a shell, if they can be taken. */
static int
put_settings(struct rc_out *out)
{
	struct rc_settings settings = { 0 };
	int status;

	if ((status = rc_settings_read(&settings, path)) == 0 &&
	    (status = rc_settings_check(&settings)) == 0)
		status = rc_settings_export(&settings, out);
	rc_settings_free(&settings);
	return status;
}

/* flow_arguments: those of rc-flow, behind this program's own name, and the settings, if its
 * command needs them: where they cannot be taken, what the arguments say is there all the same. */
static int
flow_arguments(void)
{
	struct rc_out out = RC_OUT_INIT;
	int runs, status;

	status =
	    rc_flow_args_put(&out, (int)cli.args.count + 1, cli.args.operands - 1, &path, &runs);
	if (status == 0 && runs)
		status = put_settings(&out);
	return rc_status_first(status, rc_out_close(&out));
}

static int
show(void)
{
	struct rc_out out = RC_OUT_INIT;
	struct rc_settings settings = { 0 };
	int status;

	if (export)
		status = put_settings(&out);
	else if ((status = rc_settings_read(&settings, path)) == 0) {
		status = rc_settings_check(&settings);
		/* what is wrong is shown, too, but nothing is done with it */
		status = rc_status_first(status, rc_settings_show(&settings, &out));
	}
	status = rc_status_first(status, rc_out_close(&out));
	rc_settings_free(&settings);
	return status;
}

static int
run(void)
{
	rc_log_rename(name);
	if (arguments)
		return flow_arguments();
	switch (about.index) {
	case HELP:
	case OPTIONS:
		return rc_flow_args_help(about.index == OPTIONS);
	case VERSION:
		return rc_help_version("rc-flow", flow_libraries, 2);
	default:
		break;
	}
	if (cli.args.count == 0)
		return show();
	rc_log_error("%s: not an option: see rc-settings --help", cli.args.operands[0]);
	return RC_USAGE;
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
