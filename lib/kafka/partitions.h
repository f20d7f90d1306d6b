/* partitions.h - the partitions that a consumer reads, and where each starts and ends, checked
 * against what Kafka still has.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_PARTITIONS_H
#define RC_PARTITIONS_H

#include "kafka/previous.h"

struct rc_partitions_conf { /* what to read; its texts are borrowed until close */
	struct rc_kafka_conf kafka;
	const char *topic;
	const char *partitions; /* "0,2,5"; NULL: all */
	const char *from;       /* start_at.h */
	const char *group;      /* whose committed positions "stored" means; or NULL */
	int join;          /* it assigns the partitions, and a loader says from where (member.h) */
	int skip_gaps;     /* where retention has deleted what is wanted, go on behind it */
	int exit_at_end;   /* stop at the ends that the partitions have at open */
	const char *until; /* with exit_at_end, before them (start_at.h); or NULL */
};

struct rc_partition {
	int32_t number;
	int64_t next;         /* offset that is wanted next */
	int64_t end;          /* the high watermark at open, or where reading is to end before it */
	int done;             /* it is at its end, and that has been reported */
	int added;            /* it has no position, while others have one, and unread messages */
	int to_start;         /* that it starts at next is to be reported */
	int64_t skipped;      /* messages before next that are gone */
	double blocked_since; /* when an open transaction began to hold back what follows, in
			       * seconds; 0: none does */
	int64_t blocked_at;   /* and from which offset on */
	struct rc_last last;  /* given out */
	int at_end;           /* that has been read */
	unsigned checked;     /* consumer.c: doubts about the log that are settled, */
	double checked_at;    /* and when that was, in seconds */
};

struct rc_partitions { /* start as { .conf = ... }, which is borrowed */
	const struct rc_partitions_conf *conf;
	struct rc_partition *list;
	size_t count;
	struct rc_kafka checker; /* for a start, and the message before it: with no assignment, for
				  * librdkafka (2.0) fails an assertion where a partition is
				  * assigned again before its first assignment has ended */
	uint64_t expected;       /* offsets between the starts and the ends */
};

/* rc_partitions_client: open a consumer that reads, or one that only asks for the ends: a client
 * that reads committed records takes an open transaction for the end.  As rc_kafka_open(). */
int rc_partitions_client(const struct rc_partitions *ps, int reads, struct rc_kafka *k);
/* rc_partitions_topic: how many partitions the topic has, by a client that will read them.  As
 * rc_consumer_open() in consumer.h. */
int rc_partitions_topic(const struct rc_partitions *ps, struct rc_kafka *k, int *total);
/* rc_partitions_open: find the partitions and their starts, by a client that will read them.  As
 * rc_consumer_open() in consumer.h. */
int rc_partitions_open(struct rc_partitions *ps, struct rc_kafka *k);
/* rc_partitions_find: the partition of that number, or NULL. */
struct rc_partition *rc_partitions_find(const struct rc_partitions *ps, int32_t number);
/* rc_partitions_total: how many partitions the topic has; 0: it is not there. */
int rc_partitions_total(const struct rc_partitions *ps, const struct rd_kafka_metadata *metadata);
/* rc_partitions_behind: whether any of them is not read to its end, which k asks for.  As ask.h. */
int rc_partitions_behind(const struct rc_partitions *ps, struct rc_kafka *k, int *behind);
/* rc_partitions_grow: the topic has total partitions now: read those that are new, too, from
 * their beginning; k asks how far the others are read.  RC_OSERR: no memory; as ask.h. */
int rc_partitions_grow(struct rc_partitions *ps, struct rc_kafka *k, int total);
/* rc_partitions_add: read a partition, too, from the position at, whose last message had that
 * timestamp (-1: not known); -1: from its beginning.  It is checked, by the checker, as a start is
 * by rc_partitions_open(). */
int rc_partitions_add(struct rc_partitions *ps, int32_t number, int64_t at, int64_t last_ms);
/* rc_partitions_take: read a partition, too, that was checked elsewhere.  RC_OSERR: no memory. */
int rc_partitions_take(struct rc_partitions *ps, const struct rc_partition *p);
/* rc_partitions_drop: read it no more; one that is not there is fine. */
void rc_partitions_drop(struct rc_partitions *ps, int32_t number);
/* rc_partitions_bounds: the first offset of a partition and that behind its last, by a client of
 * its own.  As ask.h. */
int rc_partitions_bounds(
    const struct rc_partitions *ps, int32_t number, int64_t *low, int64_t *high);
/* rc_partitions_check_last: RC_DATA, reported, if the message before p->next is no longer the one
 * that was given out, or the end lies before it: the log was truncated, or the topic re-created. */
int rc_partitions_check_last(struct rc_partitions *ps, const struct rc_partition *p);
/* rc_partitions_gap: report that the records from p->next to low are gone.  0: continue from
 * low, which is now p->next; RC_DATA: the user does not want that. */
int rc_partitions_gap(const struct rc_partitions *ps, struct rc_partition *p, int64_t low);
/* rc_partitions_recreated: say that the offsets known of a partition are those of another
 * topic, and why that seems so: RC_DATA. */
int rc_partitions_recreated(
    const struct rc_partitions *ps, const struct rc_partition *p, const char *why);

/* rc_partitions_close: release what ps owns. */
void rc_partitions_close(struct rc_partitions *ps);

#endif
