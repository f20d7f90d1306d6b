/* pull.h - a whole run of rc-fetch: once, or again and again.  Tested by tests/rc-fetch.t. */
#ifndef RC_PULL_H
#define RC_PULL_H

#include <stdint.h>

#include "base/out.h"
#include "base/stats.h"
#include "portal/portal.h"
#include "portal/query.h"

struct rc_pull { /* all borrowed */
	struct rc_portal_conf portal;
	struct rc_query query;
	uint64_t limit;   /* so many records at most; UINT64_MAX: all */
	int paged;        /* as for rc_fetch_pass() */
	int follow;       /* without an end */
	int interval_s;   /* with follow, from the end of a pass to the next; 0: as by default */
	int overlap_days; /* with follow, asked for again; 0: as by default */
};

/* rc_pull_run: write the records to out, which is closed, and count in stats.  As
 * rc_portal_open(), rc_fetch_pass(), rc_follow_run() and rc_out_close(). */
int rc_pull_run(const struct rc_pull *pull, struct rc_out *out, struct rc_stats *stats);

#endif
