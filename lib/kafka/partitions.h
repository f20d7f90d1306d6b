/* partitions.h - the partitions that a consumer reads: which, and where each starts and
 * ends, compared with what Kafka still has.
 *
 * Tested by tests/rc-consume.t. */
#ifndef RC_PARTITIONS_H
#define RC_PARTITIONS_H

#include "kafka/kafka.h"

struct rc_partitions_conf { /* what to read; its texts are borrowed until close */
	struct rc_kafka_conf kafka;
	const char *topic;
	const char *partitions; /* "0,2,5"; NULL: all */
	const char *from;       /* start_at.h */
	const char *group;      /* whose committed positions "stored" means; or NULL */
	int skip_gaps;          /* where retention has deleted what is wanted, go on behind it */
	int exit_at_end;        /* stop at the ends that the partitions have at open */
};

struct rc_partition {
	int32_t number;
	int64_t next;      /* offset that is wanted next */
	int64_t end;       /* the high watermark at open */
	int done;          /* it is at its end, and that has been reported */
	int to_start;      /* that it starts at next is to be reported */
	int64_t skipped;   /* messages before next that are gone */
	double held;       /* since when an open transaction holds back what follows, in
			    * seconds; 0: it does not */
	int64_t held_at;   /* and from which offset on */
	int64_t last_at;   /* the message that was given out last: its offset, */
	int64_t last_ms;   /* and timestamp; -1: none was, or it has none */
	int at_end;        /* that has been read */
	unsigned checked;  /* consumer.c: doubts about the log that are settled, */
	double checked_at; /* and when that was, in seconds */
};

struct rc_partitions { /* start as { .conf = ..., .trouble = ... }, which are borrowed */
	const struct rc_partitions_conf *conf;
	struct rc_kafka_trouble *trouble;
	struct rc_partition *list;
	size_t count;
	rd_kafka_t *checker; /* a client of its own to look at what was read last, or NULL */
	uint64_t expected;   /* offsets between the starts and the ends */
};

/* rc_partitions_client: make a consumer, which reads; or one that is asked for the ends
 * alone: to a client that reads committed records, an open transaction is the end.
 * RC_USAGE, RC_CONFIG, RC_IO. */
int rc_partitions_client(const struct rc_partitions *ps, int reads, rd_kafka_t **rk);
/* rc_partitions_open: find the partitions and their starts.  As rc_consumer_open() in consumer.h.
 */
int rc_partitions_open(struct rc_partitions *ps, rd_kafka_t *rk);
/* rc_partitions_find: the partition of that number, or NULL. */
struct rc_partition *rc_partitions_find(const struct rc_partitions *ps, int32_t number);
/* rc_partitions_total: how many partitions the topic has; 0: it is not there. */
int rc_partitions_total(const struct rc_partitions *ps, const struct rd_kafka_metadata *metadata);
/* rc_partitions_grow: the topic has total partitions now: read those that are new, too, from
 * their beginning.  RC_OSERR: no memory. */
int rc_partitions_grow(struct rc_partitions *ps, int total);
/* rc_partitions_watermarks: the first offset of a partition and that behind its last.  A
 * topic just made may have no leader yet, or one that does not know it: it is asked
 * again, within the time.  As rc_kafka_status(), which was reported. */
int rc_partitions_watermarks(
    const struct rc_partitions *ps, rd_kafka_t *rk, int32_t number, int64_t *low, int64_t *high);
/* rc_partitions_bounds: as that, by a client of its own: while one is reading, librdkafka (2.0)
 * fails an assertion where its other queue is served. */
int rc_partitions_bounds(
    const struct rc_partitions *ps, int32_t number, int64_t *low, int64_t *high);
/* rc_partitions_check_last: RC_DATA where the message before p->next is another one by now than was
 * given out, or the end lies before that: the log was cut, or the topic made anew; reported. */
int rc_partitions_check_last(struct rc_partitions *ps, const struct rc_partition *p);
/* rc_partitions_gap: say that the records from p->next to low are gone.  0: go on from
 * low, which p->next is then; RC_DATA: that is not wanted. */
int rc_partitions_gap(const struct rc_partitions *ps, struct rc_partition *p, int64_t low);
/* rc_partitions_recreated: say that the offsets known of a partition are those of another
 * topic, and why that seems so: RC_DATA. */
int rc_partitions_recreated(
    const struct rc_partitions *ps, const struct rc_partition *p, const char *why);

/* rc_partitions_close: release what ps owns. */
void rc_partitions_close(struct rc_partitions *ps);

#endif
