#include <inttypes.h>

#include "base/log.h"
#include "base/status.h"
#include "portal/collect.h"
#include "portal/fetch.h"
#include "portal/follow.h"
#include "portal/pull.h"

int
rc_pull_run(const struct rc_pull *pull, struct rc_out *out, struct rc_stats *stats)
{
	struct rc_follow follow = { .out = out,
		.interval_s = pull->interval_s > 0 ? pull->interval_s : RC_FOLLOW_INTERVAL_S,
		.overlap_days =
		    pull->overlap_days > 0 ? pull->overlap_days : RC_FOLLOW_OVERLAP_DAYS,
		.paged = pull->paged };
	const struct rc_dataset *dataset = pull->query.dataset;
	uint64_t without_key;
	int status;

	if ((status = rc_portal_open(&follow.portal, &pull->portal)) == 0 &&
	    (status = rc_collect_open(&follow.collect, dataset, out, stats)) == 0 &&
	    (status = rc_fetch_open(&follow.fetch, follow.portal, follow.collect, stats)) == 0)
		status = pull->follow
		    ? rc_follow_run(&follow, &pull->query)
		    : rc_fetch_pass(follow.fetch, &pull->query, pull->limit, pull->paged);
	without_key = follow.collect != NULL ? rc_collect_without_key(follow.collect) : 0;
	if (without_key > 0)
		rc_log_warn("%" PRIu64 " records have no %s%s: shown as they are", without_key,
		    dataset->key.field,
		    dataset->key.count > 1 ? ", or another part of the key" : "");
	status = rc_status_first(status, rc_out_close(out));
	rc_fetch_close(follow.fetch);
	rc_collect_close(follow.collect);
	rc_portal_close(follow.portal);
	return status;
}
