/* state.h - positions of both kinds, each into the place that is kept for it:
 * a dataset's date into a store, a group's offsets into Kafka.
 *
 * Tested by tests/rc-state.t. */
#ifndef RC_STATE_H
#define RC_STATE_H

#include "base/buf.h"
#include "base/stats.h"
#include "dataset/dataset.h"
#include "kafka/group.h"

struct rc_state; /* opaque */

/* rc_state_open: name is a store as rc_store_open() takes it, or
 * "kafka:GROUP", into which positions can only be set; then kafka gets its defaults.  All is
 * borrowed until close. RC_USAGE: it is neither, or from_store for kafka:GROUP; else as
 * rc_store_open(), rc_kafka_default() and rc_group_open(). */
int rc_state_open(struct rc_state **kp, const char *name, const struct rc_dataset *d,
    struct rc_kafka_conf *kafka, int from_store);
/* rc_state_get: as rc_store_get(). */
int rc_state_get(struct rc_state *k, struct rc_buf *out);
/* rc_state_set: read positions from standard input to its end, signals or not, and store
 * them as they come, so that a run that is cut off keeps what it has; of several that wait,
 * the last (of each partition).  Lines and stores are counted in stats.  RC_DATA: a line is
 * no position of the kind that is kept here; as rc_lines_next(), rc_store_set() and
 * rc_group_flush(). */
int rc_state_set(struct rc_state *k, struct rc_stats *stats);
/* rc_state_forget: as rc_store_forget(). */
int rc_state_forget(struct rc_state *k);
/* rc_state_close: NULL is fine. */
void rc_state_close(struct rc_state *k);

#endif
