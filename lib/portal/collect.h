/* collect.h - check the records that arrive, leave out duplicates, and write the rest.
 *
 * A record is identified by its key and version; without a key, or if the description names no
 * version, by all of its content.
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

struct rc_collected { /* of different records */
	uint64_t count;
	uint64_t undated;      /* without a date */
	uint64_t newer;        /* with a later one than rc_collect_since() said */
	struct rc_span newest; /* date, as the portal writes it; empty: none had one */
	uint64_t at_newest;    /* how many had that */
	uint64_t dates;        /* that were newer than all before */
	int in_order;          /* none came after a newer one */
};

/* rc_collect_open: records go to out, counts to stats; all are borrowed.  RC_OSERR:
 * no memory. */
int rc_collect_open(struct rc_collect **hp, const struct rc_dataset *dataset, struct rc_out *out,
    struct rc_stats *stats);
/* rc_collect_start: begin a new pass over the portal's records, of which at most `most` are
 * wanted.  What an earlier pass has written is not written again. */
void rc_collect_start(struct rc_collect *h, uint64_t most);
/* rc_collect_since: from now on, count the records with a later date in `newer`. */
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
/* rc_collect_met: what this pass has met so far, as it changes. */
const struct rc_collected *rc_collect_met(const struct rc_collect *h);
/* rc_collect_date: set *date to that of a record, empty where it has none; valid as long as text
 * and until the next record.  RC_DATA: it is no record. */
int rc_collect_date(struct rc_collect *h, struct rc_span text, struct rc_span *date);
/* rc_collect_without_key: how many records had no key, in all passes. */
uint64_t rc_collect_without_key(const struct rc_collect *h);
/* rc_collect_close: NULL is fine. */
void rc_collect_close(struct rc_collect *h);

#endif
