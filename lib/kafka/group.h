/* group.h - positions that are committed to Kafka for a group.
 *
 * Nothing here reads them but rc-consume -o stored: they are for Kafka's own
 * tools, which show a group's lag.
 *
 * Tested by tests/rc-state.t. */
#ifndef RC_GROUP_H
#define RC_GROUP_H

#include "base/span.h"
#include "kafka/kafka.h"

struct rc_group; /* opaque */

/* rc_group_open: conf is borrowed until close.  RC_USAGE, RC_CONFIG, RC_IO. */
int rc_group_open(struct rc_group **gp, const struct rc_kafka_conf *conf, const char *name);
/* rc_group_add: commit this position with the next flush; of several for one
 * partition, the last. */
int rc_group_add(struct rc_group *g, struct rc_span topic, int32_t partition, int64_t offset);
/* rc_group_flush: commit, wait for the answer and look at each partition's.
 * RC_CONFIG: no such topic; RC_TEMPFAIL: the group has members, who alone may;
 * RC_UNREACHABLE; RC_DENIED. */
int rc_group_flush(struct rc_group *g);
/* rc_group_close: NULL is fine. */
void rc_group_close(struct rc_group *g);

#endif
