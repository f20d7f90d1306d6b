/* inflight.h - records on their way to Kafka, and how far the acknowledged ones
 * reach without a gap.
 *
 * Acknowledgements come in any order between partitions.  The position covers
 * only the records before the first one that is not yet acknowledged, and is
 * below the date of each that is not: whoever goes on from it misses none. */
#ifndef RC_INFLIGHT_H
#define RC_INFLIGHT_H

#include <stddef.h>
#include <stdint.h>

struct rc_inflight; /* opaque */

/* rc_inflight_open: positions are overlap_days before the newest date.
 * RC_OSERR: no memory. */
int rc_inflight_open(struct rc_inflight **fp, int overlap_days);
/* rc_inflight_add: a record of this date (date.h; RC_MESSAGE_NO_DATE where it has none) and input
 * line is on its way, whose message has this time (message.h); *number is what it is known by.
 * RC_OSERR: no memory. */
int rc_inflight_add(
    struct rc_inflight *f, long date, uint64_t line, int64_t timestamp, uint64_t *number);
/* rc_inflight_forget: the record added last was not sent after all. */
void rc_inflight_forget(struct rc_inflight *f);
/* rc_inflight_done: the record was acknowledged (acked) or has failed permanently. */
void rc_inflight_done(struct rc_inflight *f, uint64_t number, int acked);
/* rc_inflight_pass_over: the record was set aside: it is neither acknowledged nor failed, and holds
 * no position back. */
void rc_inflight_pass_over(struct rc_inflight *f, uint64_t number);
/* rc_inflight_line, rc_inflight_timestamp: what rc_inflight_add() was told of one that is on its
 * way.
 */
uint64_t rc_inflight_line(const struct rc_inflight *f, uint64_t number);
int64_t rc_inflight_timestamp(const struct rc_inflight *f, uint64_t number);
/* rc_inflight_position: 1 and *days where the acknowledged records give a
 * position; 0 where they do not. */
int rc_inflight_position(const struct rc_inflight *f, long *days);
/* rc_inflight_left: records that are neither acknowledged nor failed. */
uint64_t rc_inflight_left(const struct rc_inflight *f);
/* rc_inflight_acked, rc_inflight_failed: how many so far. */
uint64_t rc_inflight_acked(const struct rc_inflight *f);
uint64_t rc_inflight_failed(const struct rc_inflight *f);
/* rc_inflight_first_failed: the lowest input line of those that failed. */
uint64_t rc_inflight_first_failed(const struct rc_inflight *f);
/* rc_inflight_close: NULL is fine. */
void rc_inflight_close(struct rc_inflight *f);

#endif
