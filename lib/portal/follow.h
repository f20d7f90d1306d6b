/* follow.h - fetch again and again: what is new or has changed since.
 *
 * The portal has no list of changes.  Each pass therefore asks once more for the
 * days before the newest date, and what has been shown is left out.
 *
 * Tested by tests/follow.t. */
#ifndef RC_FOLLOW_H
#define RC_FOLLOW_H

#include "base/out.h"
#include "portal/collect.h"
#include "portal/fetch.h"
#include "portal/portal.h"
#include "portal/query.h"

struct rc_follow {
	struct rc_fetch *fetch; /* this and what follows is borrowed */
	struct rc_portal *portal;
	struct rc_collect *collect;
	struct rc_out *out; /* of collect */
	int interval_s;     /* from the end of a pass to the next */
	int overlap_days;   /* asked for again; > 0 */
	int paged;          /* as for rc_fetch_pass() */
};

#define RC_FOLLOW_INTERVAL_S   300
#define RC_FOLLOW_OVERLAP_DAYS 7

/* rc_follow_run: pass after pass, the first with query, until a stop
 * request (stop.h): 0.  A portal that fails or cannot be reached is asked again at
 * the next interval, or when it says, for the same records: only a complete pass
 * moves on; so is one that no longer has the dataset, after such a pass.  RC_PIPE: nobody reads the
 * output any more; what asking again does not help ends it, too: as rc_fetch_pass(). */
int rc_follow_run(const struct rc_follow *follow, const struct rc_query *query);

#endif
