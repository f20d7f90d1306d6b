/* start.h - where in a topic to start reading: -o of rc-consume. */
#ifndef RC_START_H
#define RC_START_H

#include "kafka.h"

/* rc_start_find: give each partition of list (of one topic) an offset to start
 * from, as `from` says: "beginning", "end", "stored" (committed by the client's
 * group), a number, "@MS" (the first record of that time, in milliseconds since
 * 1970, or later), "-" or a file with positions as rc-load prints them.  A
 * partition without a position starts at RD_KAFKA_OFFSET_BEGINNING.
 * RC_USAGE: `from` is none of these; RC_DATA: a line is no position; RC_IO: the
 * file cannot be read; RC_UNREACHABLE, RC_DENIED, RC_TEMPFAIL: Kafka does not
 * answer. */
int rc_start_find(rd_kafka_t *rk, const struct rc_kafka_conf *c, const char *from,
    rd_kafka_topic_partition_list_t *list);

#endif
