/* keeper.h - positions of both kinds, each into the place that is kept for it:
 * a dataset's date into a store, a group's offsets into Kafka. */
#ifndef RC_KEEPER_H
#define RC_KEEPER_H

#include "base/lines.h"
#include "dataset/dataset.h"
#include "kafka/group.h"

struct rc_keeper; /* opaque */

/* rc_keeper_open: name is a store as rc_store_open() takes it, or
 * "kafka:GROUP", from which nothing can be got.  All is borrowed until close.
 * RC_USAGE: it is neither, or to_get for kafka:GROUP; else as rc_store_open()
 * and rc_commit_open(). */
int rc_keeper_open(struct rc_keeper **kp, const char *name, const struct rc_dataset *d,
    const struct rc_kafka_conf *kafka, int to_get);
/* rc_keeper_get: as rc_store_get(). */
int rc_keeper_get(struct rc_keeper *k, struct rc_buf *out);
/* rc_keeper_take: read a position from a line of standard input.  RC_DATA: it is
 * none of the kind that is kept here. */
int rc_keeper_take(struct rc_keeper *k, const struct rc_line *line);
/* rc_keeper_store: store the last of those taken since the last call, of each
 * partition the last.  As rc_store_set() and rc_commit_flush(). */
int rc_keeper_store(struct rc_keeper *k);
/* rc_keeper_close: NULL is fine. */
void rc_keeper_close(struct rc_keeper *k);

#endif
