/* start_at.h - where in a topic to start reading: -o of rc-consume.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_START_AT_H
#define RC_START_AT_H

#include "kafka/kafka.h"

struct rc_start_at { /* of a partition */
	int32_t partition;
	int64_t offset;  /* or RD_KAFKA_OFFSET_BEGINNING, RD_KAFKA_OFFSET_END */
	int typed;       /* it is a number that the user gave for each partition */
	int64_t last_ms; /* timestamp that the last message before it had; -1: not known */
};

struct rc_start_at_conf { /* all borrowed */
	const char *topic;
	const char *from;
	const char *group; /* where from is "stored" */
};

/* rc_start_at_find: set offset and last_ms of each of count partitions of c->topic, as c->from
 * says: "beginning" or "earliest", "end" or "latest", "stored" (committed by the client's
 * group), a number, "-N" (N before the end), "@TIME" (the first record of that
 * time, as instant.h reads it, or later), "-" or a file with positions as rc-load prints them.  A
 * partition without a position starts at RD_KAFKA_OFFSET_BEGINNING; positions of other topics
 * alone, and a group that has none, are warned about.  offset is a number, or one of librdkafka's
 * logical offsets. RC_USAGE: `from` is none of these; RC_DATA: a line is no position, or there is
 * none, not even {}; RC_IO: the file cannot be read; RC_UNREACHABLE, RC_DENIED, RC_TEMPFAIL: Kafka
 * does not answer. */
int rc_start_at_find(
    struct rc_kafka *k, const struct rc_start_at_conf *c, struct rc_start_at *starts, size_t count);

/* rc_start_at_until: set the offset of each of count partitions to the one before which reading is
 * to end, as until says: a number, or "@TIME"; INT64_MAX: there is no record of that time or later.
 * RC_USAGE: it is neither; else as above. */
int rc_start_at_until(struct rc_kafka *k, const char *topic, const char *until,
    struct rc_start_at *ends, size_t count);

#endif
