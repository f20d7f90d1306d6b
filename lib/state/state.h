/* state.h - positions of both kinds, each into the place that is kept for it:
 * a dataset's date into a store, a group's offsets into Kafka. */
#ifndef RC_STATE_H
#define RC_STATE_H

#include "base/lines.h"
#include "dataset/dataset.h"
#include "kafka/group.h"

struct rc_state; /* opaque */

/* rc_state_open: name is a store as rc_store_open() takes it, or
 * "kafka:GROUP", from which nothing can be got.  All is borrowed until close.
 * RC_USAGE: it is neither, or to_get for kafka:GROUP; else as rc_store_open()
 * and rc_group_open(). */
int rc_state_open(struct rc_state **kp, const char *name, const struct rc_dataset *d,
    const struct rc_kafka_conf *kafka, int to_get);
/* rc_state_get: as rc_store_get(). */
int rc_state_get(struct rc_state *k, struct rc_buf *out);
/* rc_state_take: read a position from a line of standard input.  RC_DATA: it is
 * none of the kind that is kept here. */
int rc_state_take(struct rc_state *k, const struct rc_line *line);
/* rc_state_store: store the last of those taken since the last call, of each
 * partition the last.  As rc_store_set() and rc_group_flush(). */
int rc_state_store(struct rc_state *k);
/* rc_state_close: NULL is fine. */
void rc_state_close(struct rc_state *k);

#endif
