/* commit.h - positions that are committed to Kafka for a group.
 *
 * Nothing here reads them but rc-consume -o stored: they are for Kafka's own
 * tools, which show a group's lag. */
#ifndef RC_COMMIT_H
#define RC_COMMIT_H

#include "base/buf.h"
#include "kafka/kafka.h"

struct rc_commit; /* opaque */

/* rc_commit_open: conf is borrowed until close.  RC_USAGE, RC_CONFIG, RC_IO. */
int rc_commit_open(struct rc_commit **cp, const struct rc_kafka_conf *conf, const char *group);
/* rc_commit_add: commit this position with the next flush; of several for one
 * partition, the last. */
int rc_commit_add(struct rc_commit *c, struct rc_span topic, int32_t partition, int64_t offset);
/* rc_commit_flush: commit, wait for the answer and look at each partition's.
 * RC_CONFIG: no such topic; RC_TEMPFAIL: the group has members, who alone may;
 * RC_UNREACHABLE; RC_DENIED. */
int rc_commit_flush(struct rc_commit *c);
/* rc_commit_close: NULL is fine. */
void rc_commit_close(struct rc_commit *c);

#endif
