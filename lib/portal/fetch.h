/* fetch.h - fetch all records of a dataset from a date on, oldest first, with none missing
 * and none twice, whatever happens meanwhile.
 *
 * Tested by tests/rc-fetch-moving.t. */
#ifndef RC_FETCH_H
#define RC_FETCH_H

#include <stdint.h>

#include "base/stats.h"
#include "portal/collect.h"
#include "portal/portal.h"
#include "portal/query.h"

struct rc_fetch; /* opaque */

/* rc_fetch_open: ask portal, hand records to collect, count bytes and what is
 * expected in stats; all are borrowed.  RC_OSERR: no memory. */
int rc_fetch_open(struct rc_fetch **fp, struct rc_portal *portal, struct rc_collect *collect,
    struct rc_stats *stats);
/* rc_fetch_pass: get the records that query wants, the first most of them.  What
 * an earlier pass has shown is not shown again.  Where paged, in pages of 100
 * instead of one stream.  0: all are there, or a stop was requested (stop.h);
 * RC_TEMPFAIL: some are missing; as rc_fields_check(), rc_portal_ask(), rc_portal_again() and
 * rc_collect_add().  What came is flushed in any case; the position of stats is empty where
 * something older than what came may be missing. */
int rc_fetch_pass(struct rc_fetch *f, const struct rc_query *query, uint64_t most, int paged);
/* rc_fetch_close: NULL is fine. */
void rc_fetch_close(struct rc_fetch *f);

#endif
