/* previous.h - the message before a position, by which it is seen whether the log is still the one
 * that was read.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_PREVIOUS_H
#define RC_PREVIOUS_H

#include "kafka/kafka.h"

struct rc_last { /* a message that is known to have been read */
	int64_t offset;
	int64_t ms; /* its timestamp; -1: there was no such message, or it has none */
};

/* rc_previous_find: the last message of a partition before the offset next, of those from low on,
 * by a client without an assignment; *last is { -1, -1 } where there is none near.  As
 * rc_error_failed(), rc_kafka_go_on(). */
int rc_previous_find(struct rc_kafka *k, const char *topic, int32_t partition, int64_t next,
    int64_t low, struct rc_last *last);

#endif
