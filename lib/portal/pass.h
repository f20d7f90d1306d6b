/* pass.h - one pass over the wanted records: what to ask for, and how many there should be.
 *
 * Tested by tests/rc-fetch.t. */
#ifndef RC_PASS_H
#define RC_PASS_H

#include <stdint.h>

#include "base/stats.h"
#include "portal/collect.h"
#include "portal/portal.h"
#include "portal/query.h"

struct rc_pass { /* all borrowed */
	struct rc_portal *portal;
	struct rc_collect *collect;
	struct rc_stats *stats;
	const struct rc_query *query;
	uint64_t most;     /* records that are wanted at most */
	uint64_t expected; /* in all, by the portal's last count */
};

/* rc_pass_too_many: whether far more records have come than the portal counted, which is reported;
 * a few more may be new, or come twice. */
int rc_pass_too_many(const struct rc_pass *pass, uint64_t came);
/* rc_pass_is_over: whether no more is wanted: there are as many as that, or a stop was requested
 * (stop.h). */
int rc_pass_is_over(const struct rc_pass *pass);

#endif
