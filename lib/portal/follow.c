#include <limits.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "portal/follow.h"

/* advance: after a complete pass, ask only from the overlap on.  A date that is
 * still to come, a slip of the pen, must not hide what today brings. */
static void
advance(const struct rc_follow *follow, struct rc_query *query)
{
	long newest, today = rc_date_today();

	if (rc_date_parse(rc_collect_met(follow->collect)->newest, &newest) != 0)
		return; /* it brought nothing with a date */
	if (newest > today)
		newest = today;
	newest -= follow->overlap_days;
	if (!query->has_since || newest > query->since) {
		query->since = newest;
		query->has_since = 1;
	}
}

/* wait_ms: until the next pass. */
static int
wait_ms(const struct rc_follow *follow, int failed)
{
	long wait_s = follow->interval_s, asked_s = rc_portal_asked_s(follow->portal);

	if (failed && asked_s > wait_s)
		wait_s = asked_s;
	return wait_s > INT_MAX / 1000 ? INT_MAX : (int)(wait_s * 1000);
}

int
rc_follow_run(const struct rc_follow *follow, const struct rc_query *query)
{
	struct rc_query q = *query;
	double failing = 0; /* since when */
	int status, good = 0;

	for (;;) {
		rc_portal_progress(follow->portal);
		status = rc_fetch_pass(follow->fetch, &q, UINT64_MAX, follow->paged);
		/* what was there, and is not, may be published anew */
		if (good && status == RC_CONFIG && rc_portal_is_absent(follow->portal))
			status = RC_TEMPFAIL;
		if (status != 0 && status != RC_TEMPFAIL && status != RC_UNREACHABLE)
			return status;
		if (rc_stop_signal() != 0)
			return 0;
		good |= status == 0;
		if (status == 0) {
			advance(follow, &q);
			if (failing > 0)
				rc_log_warn("%s: it answers again, after %.0f s",
				    rc_portal_url(follow->portal), rc_clock_now() - failing);
			failing = 0;
		} else if (!(failing > 0)) {
			failing = rc_clock_now();
		}
		status = rc_out_wait(follow->out, wait_ms(follow, failing > 0));
		if (status != 0 || rc_stop_signal() != 0)
			return status;
	}
}
