/* collect.h - the records that arrive: checked, doubles left out, written.
 *
 * A record is known by its key and version; one without a key, or where the description names no
 * version, by all of it.
 *
 * Tested by tests/rc-fetch.t. */
#ifndef RC_COLLECT_H
#define RC_COLLECT_H

#include <stdint.h>

#include "base/out.h"
#include "base/stats.h"
#include "dataset/dataset.h"

#define RC_COLLECT_ERROR "an error instead of a record"

struct rc_collect; /* opaque */

/* rc_collect_open: records go to out, counts to stats; all are borrowed.  RC_OSERR:
 * no memory. */
int rc_collect_open(struct rc_collect **hp, const struct rc_dataset *dataset, struct rc_out *out,
    struct rc_stats *stats);
/* rc_collect_start: a new pass over the portal's records, of which most are
 * wanted at most.  What an earlier pass has shown is not shown again. */
void rc_collect_start(struct rc_collect *h, uint64_t most);
/* rc_collect_since: from now on, count in rc_collect_newer() what has a later date. */
int rc_collect_since(struct rc_collect *h, struct rc_span date);
/* rc_collect_add: take one record, as the portal sent it.  Where it is none, *bad
 * is set to why, a static text, else to NULL; RC_COLLECT_ERROR is what the portal
 * says instead.  RC_IO, RC_PIPE: it cannot be written. */
int rc_collect_add(struct rc_collect *h, struct rc_span text, const char **bad);
/* rc_collect_pass_on: take text, which is no record and stays none, and write it as it is, for
 * rc-transform to reject; begins: it is one that begins here, and not more of the one before.
 * A warning names why, and the good record before it. */
int rc_collect_pass_on(struct rc_collect *h, struct rc_span text, const char *why, int begins);
/* rc_collect_has_passed_on: whether it did that with text before. */
int rc_collect_has_passed_on(const struct rc_collect *h, struct rc_span text);
/* rc_collect_flush: as rc_out_flush(). */
int rc_collect_flush(struct rc_collect *h);
/* rc_collect_full: whether this pass has all that are wanted. */
int rc_collect_full(const struct rc_collect *h);
/* rc_collect_count: how many different records this pass has met. */
uint64_t rc_collect_count(const struct rc_collect *h);
/* rc_collect_cursor: the newest date of a record in this pass, as the portal
 * writes it; empty: none had one. */
struct rc_span rc_collect_cursor(const struct rc_collect *h);
/* rc_collect_at_cursor: how many different records had that date. */
uint64_t rc_collect_at_cursor(const struct rc_collect *h);
/* rc_collect_dates: how many such dates there were so far, each newer than all before. */
uint64_t rc_collect_dates(const struct rc_collect *h);
/* rc_collect_undated: how many different records had no date. */
uint64_t rc_collect_undated(const struct rc_collect *h);
/* rc_collect_newer: how many had a later one than rc_collect_since() said. */
uint64_t rc_collect_newer(const struct rc_collect *h);
/* rc_collect_in_order: whether none came after a newer one. */
int rc_collect_in_order(const struct rc_collect *h);
/* rc_collect_date: set *date to that of a record, empty where it has none; valid as long as text
 * and until the next record.  RC_DATA: it is no record. */
int rc_collect_date(struct rc_collect *h, struct rc_span text, struct rc_span *date);
/* rc_collect_without_key: how many records had no key, in all passes. */
uint64_t rc_collect_without_key(const struct rc_collect *h);
/* rc_collect_close: NULL is fine. */
void rc_collect_close(struct rc_collect *h);

#endif
