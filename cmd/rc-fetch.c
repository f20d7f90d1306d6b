/* rc-fetch: write a portal's records as JSON lines, oldest first; see rc-fetch(1). */
#include <string.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "portal/address.h"
#include "portal/pull.h"
#include "record/position_opt.h"

static struct rc_pull pull = { .portal = RC_PORTAL_CONF_INIT, .limit = UINT64_MAX };
static struct rc_position_opt since, until;
static const char *where;

static const struct rc_opt opts[] = {
	{ 0, "since", "DATE", "only records after DATE (or a position)", rc_position_opt_since,
	    &since },
	{ 0, "until", "DATE", "only records up to DATE, included", rc_position_opt_until, &until },
	{ 0, "where", "ODSQL", "only records that this is true for", rc_opt_text, &where },
	{ 'n', "count", "N", "only the first N of them", rc_opt_count, &pull.limit },
	{ 0, "limit", "N", NULL, rc_opt_count, &pull.limit },
	{ 0, "paged", NULL, "in pages of 100, not as one export", rc_opt_flag, &pull.paged },
	{ 0, "follow", NULL, "go on with what is new or changes", rc_opt_flag, &pull.follow },
	{ 0, "interval", "TIME", "between looks for that (5m)", rc_opt_seconds, &pull.interval_s },
	{ 0, "overlap", "TIME", "how far back to look again for it (7d)", rc_opt_days,
	    &pull.overlap_days },
	{ 0, "api", "URL", "the portal's address", rc_opt_text, &pull.portal.url },
	{ 0, "timeout", "TIME", "give up on a portal that is silent (30s)", rc_opt_ms,
	    &pull.portal.timeout_ms },
	{ 0, "retries", "N", "tries in a row before it gives up (5)", rc_opt_int,
	    &pull.portal.tries },
	{ 0, "backoff", "TIME", "first wait between tries at most (500ms)", rc_opt_ms,
	    &pull.portal.backoff_ms },
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-fetch",
	.what = "write a portal's records as JSON lines, oldest first",
	.example = "rc-fetch --since 2024-04-18 | rc-transform >rows.jsonl",
	.opts = opts,
	.stats = &stats,
	.libraries = { rc_http_version } };

/* options_agree: whether those that were given make sense together. */
static int
options_agree(void)
{
	if (pull.follow && (pull.limit != UINT64_MAX || until.given))
		rc_log_error("--follow has no end: not with --count or --until");
	else if (!pull.follow && (pull.interval_s > 0 || pull.overlap_days > 0))
		rc_log_error("--interval and --overlap are for --follow");
	else
		return 1;
	return 0;
}

static int
run(void)
{
	const char *given = pull.portal.url;
	struct rc_dataset *dataset = NULL;
	struct rc_out out = RC_OUT_INIT;
	int status;

	if (!options_agree())
		return RC_USAGE;
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0 &&
	    dataset->cursor.field == NULL && (since.given || until.given)) {
		rc_log_error(
		    "--since and --until: dataset %s has no cursor, which they go by: leave "
		    "them out",
		    dataset->name);
		status = RC_USAGE;
	}
	if (status == 0) {
		if (where != NULL && where[strspn(where, " \t\r\n")] == '\0')
			where = NULL;
		pull.query = (struct rc_query){ dataset, since.given, until.given, since.days,
			until.days, where };
		pull.portal.has_where = where != NULL;
		pull.portal.url = rc_cli_default(given, "RC_API", dataset->portal);
		pull.portal.api_key = rc_cli_default(NULL, "RC_API_KEY", NULL);
		status = given != NULL ? rc_address_check("--api", given, RC_USAGE)
		    : pull.portal.url != dataset->portal
		    ? rc_address_check("RC_API", pull.portal.url, RC_USAGE)
		    : rc_address_check(dataset->path, pull.portal.url, RC_CONFIG);
		if (status == 0)
			status = rc_pull_run(&pull, &out, &stats);
	}
	stats.bytes_out = out.bytes;
	rc_dataset_free(dataset);
	return status;
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
