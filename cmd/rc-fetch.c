/* rc-fetch: write a portal's records as JSON lines, oldest first; see rc-fetch(1). */
#include <stdint.h>
#include <string.h>

#include "base/cli.h"
#include "base/date.h"
#include "base/log.h"
#include "base/out.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "portal/fetch.h"
#include "portal/follow.h"
#include "portal/portal.h"
#include "portal/query.h"
#include "record/position.h"

static struct rc_query query;
static struct rc_portal_conf conf = RC_PORTAL_CONF_INIT;
static uint64_t limit = UINT64_MAX;
static int paged, follows;
static int interval_s, overlap_days; /* 0: not given */

static int
wrong_date(const struct rc_opt *opt, const char *arg)
{
	rc_log_error("--%s %s: not a date as 2024-04-18: see rc-fetch --help", opt->name, arg);
	return RC_USAGE;
}

/* set_since: a date, or a position as rc-state prints it. */
static int
set_since(const struct rc_opt *opt, const char *arg)
{
	struct rc_span text = { arg, strlen(arg) };

	if (rc_span_trim(text).n == 0) {
		rc_log_error("--%s: empty, which is no position: did what was to print it fail? {} "
			     "means everything",
		    opt->name);
		return RC_DATA;
	}
	if (rc_position_parse(text, &query.has_since, &query.since) != 0)
		return wrong_date(opt, arg);
	if (query.has_since && query.since > rc_date_today())
		rc_log_warn("--%s %s: that is after today: nothing published before is fetched",
		    opt->name, arg);
	return 0;
}

static int
set_until(const struct rc_opt *opt, const char *arg)
{
	struct rc_span text = { arg, strlen(arg) };
	int bad = *arg == '{' || rc_position_parse(text, &query.has_until, &query.until) != 0;

	return bad || !query.has_until ? wrong_date(opt, arg) : 0;
}

static int
set_where(const struct rc_opt *opt, const char *arg)
{
	(void)opt;
	conf.has_where = arg[strspn(arg, " \t\r\n")] != '\0';
	query.where = conf.has_where ? arg : NULL;
	return 0;
}

static const struct rc_opt opts[] = {
	{ 0, "since", "DATE", "only records after DATE (or a position)", set_since, NULL },
	{ 0, "until", "DATE", "only records up to DATE, included", set_until, NULL },
	{ 0, "where", "ODSQL", "only records that this is true for", set_where, NULL },
	{ 0, "limit", "N", "only the first N of them", rc_opt_count, &limit },
	{ 0, "paged", NULL, "in pages of 100, not as one export", rc_opt_flag, &paged },
	{ 0, "follow", NULL, "go on with what is new or changes", rc_opt_flag, &follows },
	{ 0, "interval", "S", "seconds between looks for that (300)", rc_opt_int, &interval_s },
	{ 0, "overlap", "DAYS", "days to look at again for it (7)", rc_opt_int, &overlap_days },
	{ 0, "api", "URL", "the portal's address", rc_opt_text, &conf.url },
	{ 0, "timeout", "MS", "silence at most (30000)", rc_opt_ms, &conf.timeout_ms },
	{ 0, "retries", "N", "tries in a row before it gives up (5)", rc_opt_int, &conf.tries },
	{ 0, "backoff", "MS", "first wait between tries at most (500)", rc_opt_ms,
	    &conf.backoff_ms },
	{ 0 },
};

/* options_agree: whether those that were given make sense together. */
static int
options_agree(void)
{
	if (follows && (limit != UINT64_MAX || query.has_until))
		rc_log_error("--follow has no end: not with --limit or --until");
	else if (!follows && (interval_s > 0 || overlap_days > 0))
		rc_log_error("--interval and --overlap are for --follow");
	else
		return 1;
	return 0;
}

/* follow: without an end. */
static int
follow(struct rc_fetch *f, struct rc_portal *portal, struct rc_collect *collect, struct rc_out *out)
{
	const struct rc_follow how = { .fetch = f,
		.portal = portal,
		.collect = collect,
		.out = out,
		.interval_s = interval_s > 0 ? interval_s : RC_FOLLOW_INTERVAL_S,
		.overlap_days = overlap_days > 0 ? overlap_days : RC_FOLLOW_OVERLAP_DAYS,
		.paged = paged };

	return rc_follow_run(&how, &query);
}

/* fetch: with the description that query.dataset is. */
static int
fetch(struct rc_stats *stats)
{
	struct rc_out out = RC_OUT_INIT;
	struct rc_portal *portal = NULL;
	struct rc_collect *collect = NULL;
	struct rc_fetch *f = NULL;
	int status;

	if ((status = rc_portal_open(&portal, &conf)) == 0 &&
	    (status = rc_collect_open(&collect, query.dataset, &out, stats)) == 0 &&
	    (status = rc_fetch_open(&f, portal, collect, stats)) == 0)
		status = follows ? follow(f, portal, collect, &out)
				 : rc_fetch_pass(f, &query, limit, paged);
	if (collect != NULL && rc_collect_without_key(collect) > 0)
		rc_log_warn("%llu records have no %s: shown as they are",
		    (unsigned long long)rc_collect_without_key(collect), query.dataset->key.field);
	status = rc_status_first(status, rc_out_close(&out));
	stats->bytes_out = out.bytes;
	rc_fetch_close(f);
	rc_collect_close(collect);
	rc_portal_close(portal);
	return status;
}

int
main(int argc, char **argv)
{
	struct rc_cli cli = { .what = "write a portal's records as JSON lines, oldest first",
		.opts = opts };
	struct rc_dataset *dataset = NULL;
	struct rc_stats stats = { 0 };
	const char *given;
	int status;

	if (!rc_cli_start(&cli, argc, argv, &stats, &status))
		return status;
	if (!options_agree())
		return RC_USAGE;
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0) {
		query.dataset = dataset;
		given = conf.url != NULL ? "--api" : "RC_API";
		conf.url = rc_cli_default(conf.url, "RC_API", dataset->portal);
		conf.api_key = rc_cli_default(NULL, "RC_API_KEY", NULL);
		status = rc_portal_url_is_good(given, conf.url) ? fetch(&stats) : RC_USAGE;
	}
	status = rc_cli_end(&cli, &stats, status);
	rc_buf_free(&stats.position);
	rc_dataset_free(dataset);
	return status;
}
