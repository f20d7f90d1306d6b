/* start_check.h - the check of where a partition is to be read from, beside other work.
 *
 * A member of a group must poll the group and read its other partitions while it is looked whether
 * the log is still the one that a position belongs to, which takes as long as brokers take to
 * answer.  So that is done by a thread, with a client of its own, for one partition at a time.
 *
 * Tested by tests/rc-kafka-slow.t. */
#ifndef RC_START_CHECK_H
#define RC_START_CHECK_H

#include <pthread.h>
#include <stdatomic.h>

#include "kafka/partitions.h"

struct rc_start_check { /* it stays where it is */
	int begun, threaded;
	pthread_t thread;
	atomic_int ended;
	/* the thread's, while one is begun; else what it has found: one partition */
	struct rc_partitions ps;
	struct rc_partitions others; /* which are loaded so far */
	int32_t number;
	int64_t at, last_ms;
	int status;
};

/* rc_start_check_open: before all else; conf is borrowed. */
void rc_start_check_open(struct rc_start_check *s, const struct rc_partitions_conf *conf);
/* rc_start_check_beside: the partition that is checked next was added: it is found to be so if this
 * one, which is loaded up to there, is not at its end.  RC_OSERR: no memory. */
int rc_start_check_beside(struct rc_start_check *s, int32_t number, int64_t at);
/* rc_start_check_begin: of a partition, as rc_partitions_add().  None may be at work. */
void rc_start_check_begin(struct rc_start_check *s, int32_t number, int64_t at, int64_t last_ms);
/* rc_start_check_ended: whether the one that was begun has ended: once. */
int rc_start_check_ended(struct rc_start_check *s);
/* rc_start_check_found: the partition that was checked last, s's; NULL and *status: why not, as
 * rc_partitions_add(). */
const struct rc_partition *rc_start_check_found(const struct rc_start_check *s, int *status);
/* rc_start_check_close: wait for what is at work, of which each question has --timeout, or until a
 * stop request's time is over, and release what s owns. */
void rc_start_check_close(struct rc_start_check *s);

#endif
