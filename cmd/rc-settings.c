/* rc-settings: read the settings of the flow, check them and show them; see rc-settings(1). */
#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "postgres/pg.h"
#include "state/settings.h"

static const char *path, *name = "rc-settings";
static int export;

static const struct rc_opt opts[] = {
	{ 'c', "config", "FILE", "of NAME=VALUE lines (flow.env)", rc_opt_text, &path },
	{ 0, "export", NULL, "write them for a shell, secrets and all", rc_opt_flag, &export },
	{ 0, "name", "NAME", "the program that messages name (rc-settings)", rc_opt_text, &name },
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-settings",
	.what = "check the settings of the flow, and show them without secrets",
	.opts = opts,
	.stats = &stats,
	.libraries = { rc_pg_version } };

static int
run(void)
{
	struct rc_out out = RC_OUT_INIT;
	struct rc_settings settings = { 0 };
	int status;

	rc_log_rename(name);
	if ((status = rc_settings_read(&settings, path)) == 0) {
		status = rc_settings_check(&settings);
		/* what is wrong is shown, too, but nothing is done with it */
		if (!export)
			status = rc_status_first(status, rc_settings_show(&settings, &out));
		else if (status == 0)
			status = rc_settings_export(&settings, &out);
	}
	status = rc_status_first(status, rc_out_close(&out));
	rc_settings_free(&settings);
	return status;
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
