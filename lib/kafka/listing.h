/* listing.h - what topics a cluster has: rc-consume -L.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_LISTING_H
#define RC_LISTING_H

#include "base/out.h"
#include "kafka/kafka.h"

/* rc_listing_run: write a line of JSON for each partition of the topic, or of all topics but
 * Kafka's own where it is NULL: {"topic":T,"partition":P,"leader":ID,"replicas":[ID,...],
 * "in_sync":[ID,...],"start":OFFSET,"end":OFFSET}; leader and offsets are null if there is
 * no leader.  out is closed.  RC_CONFIG, RC_DENIED: no such topic; else as ask.h and
 * rc_out_close(). */
int rc_listing_run(const struct rc_kafka_conf *conf, const char *topic, struct rc_out *out);

#endif
