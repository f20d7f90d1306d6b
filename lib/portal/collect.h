/* harvest.h - the records that arrive: checked, doubles left out, written.
 *
 * A record is known by its key and version, one without a key by all of it. */
#ifndef RC_HARVEST_H
#define RC_HARVEST_H

#include <stdint.h>

#include "base/out.h"
#include "base/stats.h"
#include "dataset/dataset.h"

struct rc_harvest; /* opaque */

/* rc_harvest_open: records go to out, counts to stats; all are borrowed.  RC_IO:
 * no memory. */
int rc_harvest_open(struct rc_harvest **hp, const struct rc_dataset *dataset, struct rc_out *out,
    struct rc_stats *stats);
/* rc_harvest_start: a new pass over the portal's records, of which most are
 * wanted at most.  What an earlier pass has shown is not shown again. */
void rc_harvest_start(struct rc_harvest *h, uint64_t most);
/* rc_harvest_add: take one record, as the portal sent it.  Where it is none, *bad
 * is set to why, a static text, else to NULL.  RC_IO, RC_PIPE: it cannot be
 * written. */
int rc_harvest_add(struct rc_harvest *h, struct rc_span text, const char **bad);
/* rc_harvest_flush: as rc_out_flush(). */
int rc_harvest_flush(struct rc_harvest *h);
/* rc_harvest_full: whether this pass has all that are wanted. */
int rc_harvest_full(const struct rc_harvest *h);
/* rc_harvest_count: how many different records this pass has met. */
uint64_t rc_harvest_count(const struct rc_harvest *h);
/* rc_harvest_cursor: the newest date of a record in this pass, as the portal
 * writes it; empty: none had one. */
struct rc_span rc_harvest_cursor(const struct rc_harvest *h);
/* rc_harvest_at_cursor: how many different records had that date. */
uint64_t rc_harvest_at_cursor(const struct rc_harvest *h);
/* rc_harvest_without_key: how many records had no key, in all passes. */
uint64_t rc_harvest_without_key(const struct rc_harvest *h);
/* rc_harvest_close: NULL is fine. */
void rc_harvest_close(struct rc_harvest *h);

#endif
