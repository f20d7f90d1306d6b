#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "consumer.h"
#include "msg.h"
#include "previous.h"
#include "start.h"
#include "stats.h"
#include "status.h"
#include "stop.h"
#include "topic.h"

#define AGAIN_MS 100 /* between two questions to a broker that is not ready */

struct partition {
	int32_t number;
	int64_t next;    /* offset that is wanted next */
	int64_t end;     /* the high watermark at open */
	int done;        /* it is at its end, and that has been told */
	int to_start;    /* that it starts at next is to be told */
	int64_t skipped; /* messages before next that are gone */
	double held;     /* since when an open transaction holds back what follows, in
			  * seconds; 0: it does not */
	int64_t held_at; /* and from which offset on */
};

struct rc_consumer {
	struct rc_consumer_conf conf;
	rd_kafka_t *rk;
	struct rc_kafka_trouble trouble;
	struct partition *partitions;
	size_t count;
	size_t done;
	size_t starts_told; /* count, once there is none left to tell */
	uint64_t expected;
	rd_kafka_message_t *message; /* the one given out last */
	double heard;                /* when something came last, in seconds */
};

/* start_client: the one that reads, or one that is asked for the ends alone: to a client
 * that reads committed records, an open transaction is the end. */
static int
start_client(struct rc_consumer *c, rd_kafka_t **rk, int reads)
{
	/* What is fetched ahead is bounded, for memory, but not tightly: librdkafka
	 * waits a second once its queue is full.  A wait for more is short, for the
	 * end of a partition is told only when a fetch comes back. */
	const char *const defaults[] = { "group.id",
		c->conf.group != NULL ? c->conf.group : "rc-consume", "enable.auto.commit", "false",
		"enable.auto.offset.store", "false", "enable.partition.eof", "true",
		"isolation.level", reads ? "read_committed" : "read_uncommitted",
		"auto.offset.reset", "error", "queued.max.messages.kbytes", "65536",
		"fetch.wait.max.ms", "100", "reconnect.backoff.max.ms", "1000", NULL };
	rd_kafka_conf_t *conf;
	int status;

	if ((status = rc_kafka_settings(&c->conf.kafka, defaults, &conf, &c->trouble)) != 0)
		return status;
	return rc_kafka_client(rk, RD_KAFKA_CONSUMER, conf);
}

/* add_partition: remember one that is to be read. */
static int
add_partition(struct rc_consumer *c, int32_t number)
{
	struct partition *list;

	for (size_t i = 0; i < c->count; i++)
		if (c->partitions[i].number == number)
			return 0;
	if ((list = realloc(c->partitions, (c->count + 1) * sizeof(*list))) == NULL) {
		rc_msg_errno("no memory");
		return RC_IO;
	}
	c->partitions = list;
	c->partitions[c->count++] = (struct partition){ .number = number };
	return 0;
}

/* choose: the partitions of the topic that -p names; it has total. */
static int
choose(struct rc_consumer *c, int total)
{
	const char *p = c->conf.partitions;
	char *end;
	long n;
	int status = 0;

	for (int i = 0; p == NULL && i < total && status == 0; i++)
		status = add_partition(c, i);
	while (p != NULL && status == 0) {
		errno = 0;
		n = *p >= '0' && *p <= '9' ? strtol(p, &end, 10) : -1;
		if (n < 0 || errno != 0 || (*end != ',' && *end != '\0')) {
			rc_msg_error(
			    "-p %s: not numbers with commas between them", c->conf.partitions);
			return RC_USAGE;
		}
		if (n >= total) {
			rc_msg_error("topic %s: there is no partition %ld: it has %d",
			    c->conf.topic, n, total);
			return RC_CONFIG;
		}
		status = add_partition(c, (int32_t)n);
		p = *end == ',' ? end + 1 : NULL;
	}
	return status;
}

static int
find_partitions(struct rc_consumer *c)
{
	const struct rd_kafka_metadata *metadata;
	int status, total = 0;

	status = rc_topic_metadata(c->rk, &c->conf.kafka, &c->trouble, NULL, &metadata);
	if (status != 0)
		return status;
	for (int i = 0; i < metadata->topic_cnt; i++)
		if (strcmp(metadata->topics[i].topic, c->conf.topic) == 0)
			total = metadata->topics[i].partition_cnt;
	rd_kafka_metadata_destroy(metadata);
	if (total == 0)
		return rc_topic_missing(c->conf.topic);
	return choose(c, total);
}

/* gap: the records from p->next to low are gone.  0: go on from low. */
static int
gap(struct rc_consumer *c, struct partition *p, int64_t low)
{
	void (*say)(const char *, ...) = c->conf.skip_gaps ? rc_msg_warn : rc_msg_error;

	say("%s partition %" PRId32 ": offsets %" PRId64 " to %" PRId64 " are gone, %" PRId64
	    " of them, for retention has deleted them: fetch their records again (rc-fetch "
	    "--since)%s",
	    c->conf.topic, p->number, p->next, low - 1, low - p->next,
	    c->conf.skip_gaps ? "" : ", then go on with --on-gap continue");
	p->skipped = low - p->next;
	p->to_start = 1;
	p->next = low;
	return c->conf.skip_gaps ? 0 : RC_DATA;
}

/* made_anew: the offsets that are known of a partition are those of another topic. */
static int
made_anew(const struct rc_consumer *c, const struct partition *p, const char *why)
{
	rc_msg_error("%s partition %" PRId32 ": offset %" PRId64
		     " %s: the topic was deleted and made anew, it seems: delete what is stored of "
		     "it with rc-load --forget, and start with -o beginning",
	    c->conf.topic, p->number, p->next, why);
	return RC_DATA;
}

/* check_start: the start against what is there, from low to p->end. */
static int
check_start(struct rc_consumer *c, struct partition *p, int64_t low)
{
	int status;

	if (p->next == RD_KAFKA_OFFSET_BEGINNING)
		p->next = low;
	if (p->next == RD_KAFKA_OFFSET_END)
		p->next = p->end;
	if (p->next < low && (status = gap(c, p, low)) != 0)
		return status;
	if (p->next > p->end) {
		char why[64];

		snprintf(why, sizeof(why), "is beyond the end, %" PRId64, p->end);
		return made_anew(c, p, why);
	}
	p->to_start |= p->next != 0;
	c->expected += (uint64_t)(p->end - p->next);
	return 0;
}

/* assign: tell librdkafka what to read.  Where only the ends at open are wanted,
 * a partition that is there already is not asked for. */
static int
assign(struct rc_consumer *c)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)c->count);
	rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_NO_ERROR;

	for (size_t i = 0; i < c->count; i++)
		if (!c->conf.exit_at_end || c->partitions[i].next < c->partitions[i].end)
			rd_kafka_topic_partition_list_add(
			    list, c->conf.topic, c->partitions[i].number)
			    ->offset = c->partitions[i].next;
	if (list->cnt > 0)
		err = rd_kafka_assign(c->rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	return err == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : rc_kafka_failed(c->conf.topic, err, NULL);
}

/* watermarks: the first offset of a partition and that behind its last.  A topic
 * just made may have no leader yet, or one that does not know it: ask again. */
static int
watermarks(struct rc_consumer *c, rd_kafka_t *rk, int32_t number, int64_t *low, int64_t *high)
{
	double end = rc_stats_now() + c->conf.kafka.timeout_ms / 1000.0;
	rd_kafka_resp_err_t err;

	for (;;) {
		err = rd_kafka_query_watermark_offsets(
		    rk, c->conf.topic, number, low, high, c->conf.kafka.timeout_ms);
		if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
			return 0;
		if ((err != RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION &&
			err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) ||
		    rc_stats_now() >= end || rc_stop_signal() != 0)
			return rc_kafka_failed(c->conf.topic, err, "watermarks");
		rc_stop_sleep(AGAIN_MS);
	}
}

/* check_previous: that the last message before a start is the one that was there when
 * the position was stored. */
static int
check_previous(struct rc_consumer *c, rd_kafka_t **reader, const struct partition *p, int64_t low,
    int64_t last_ms)
{
	rd_kafka_topic_partition_t position = {
		.topic = (char *)(uintptr_t)c->conf.topic, .partition = p->number, .offset = p->next
	};
	int64_t ms;
	int status;

	if (last_ms == -1 || p->next <= low)
		return 0;
	if (*reader == NULL && (status = start_client(c, reader, 1)) != 0)
		return status;
	status = rc_previous_find(*reader, &c->conf.kafka, &c->trouble, &position, low, &ms);
	if (status != 0 || ms == -1 || ms == last_ms)
		return status;
	return made_anew(c, p, "comes behind another message than when it was stored");
}

/* find_start: where one partition begins, ends and is to be read from; *reader is a
 * client for the message before that. */
static int
find_start(struct rc_consumer *c, rd_kafka_t *ends, rd_kafka_t **reader, struct partition *p,
    const struct rc_start *start)
{
	int64_t low;
	int status;

	p->next = start->offset;
	if ((status = watermarks(c, ends, p->number, &low, &p->end)) != 0 ||
	    (status = check_start(c, p, low)) != 0)
		return status;
	return check_previous(c, reader, p, low, start->last_ms);
}

/* find_starts: of all partitions. */
static int
find_starts(struct rc_consumer *c)
{
	struct rc_start *starts = calloc(c->count, sizeof(*starts));
	rd_kafka_t *ends = NULL, *reader = NULL;
	int status;

	if (starts == NULL) {
		rc_msg_errno("no memory");
		return RC_IO;
	}
	for (size_t i = 0; i < c->count; i++)
		starts[i].partition = c->partitions[i].number;
	status =
	    rc_start_find(c->rk, &c->conf.kafka, c->conf.topic, c->conf.from, starts, c->count);
	if (status == 0)
		status = start_client(c, &ends, 0);
	for (size_t i = 0; i < c->count && status == 0; i++)
		status = find_start(c, ends, &reader, &c->partitions[i], &starts[i]);
	if (ends != NULL)
		rd_kafka_destroy_flags(ends, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
	if (reader != NULL)
		rd_kafka_destroy_flags(reader, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
	free(starts);
	return status;
}

int
rc_consumer_open(struct rc_consumer **cp, const struct rc_consumer_conf *conf)
{
	struct rc_consumer *c;
	int status;

	if (strcmp(conf->from, "stored") == 0 && conf->group == NULL) {
		rc_msg_error("-o stored: by whom? name the group with -g");
		return RC_USAGE;
	}
	if ((c = calloc(1, sizeof(*c))) == NULL) {
		rc_msg_errno("no memory");
		return RC_IO;
	}
	c->conf = *conf;
	if ((status = start_client(c, &c->rk, 1)) == 0)
		rd_kafka_poll_set_consumer(c->rk);
	if (status == 0 && (status = find_partitions(c)) == 0 && (status = find_starts(c)) == 0)
		status = assign(c);
	if (status != 0) {
		rc_consumer_close(c);
		return status;
	}
	c->heard = rc_stats_now();
	*cp = c;
	return 0;
}

/* tell_position: that the partition is at an end, with where that is. */
static void
tell_position(
    struct rc_consumer *c, struct partition *p, int64_t next, struct rc_consumer_event *event)
{
	p->next = next;
	if (!p->done)
		c->done++;
	p->done = 1;
	*event = (struct rc_consumer_event){
		.kind = RC_CONSUMER_POSITION, .partition = p->number, .offset = next
	};
}

/* tell_start: of the first partition whose start is to be told; 0: of none. */
static int
tell_start(struct rc_consumer *c, struct rc_consumer_event *event)
{
	for (size_t i = 0; c->starts_told < c->count && i < c->count; i++) {
		struct partition *p = &c->partitions[i];

		if (!p->to_start)
			continue;
		p->to_start = 0;
		*event = (struct rc_consumer_event){ .kind = RC_CONSUMER_POSITION,
			.partition = p->number,
			.offset = p->next,
			.start = 1,
			.skipped = p->skipped };
		p->skipped = 0;
		return 1;
	}
	c->starts_told = c->count;
	return 0;
}

/* check_held: whether an open transaction has held back a partition for too long. */
static int
check_held(const struct rc_consumer *c)
{
	for (size_t i = 0; c->conf.exit_at_end && i < c->count; i++) {
		const struct partition *p = &c->partitions[i];

		if (p->done || !(p->held > 0) ||
		    rc_stats_now() - p->held < c->conf.kafka.timeout_ms / 1000.0)
			continue;
		rc_msg_error(
		    "%s partition %" PRId32 ": an open transaction holds back what follows "
		    "offset %" PRId64 ", up to %" PRId64
		    ": run it again when that has ended (a producer that died ends with its "
		    "transaction.timeout.ms)",
		    c->conf.topic, p->number, p->held_at, p->end);
		return RC_TEMPFAIL;
	}
	return 0;
}

static struct partition *
partition_of(struct rc_consumer *c, int32_t number)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->partitions[i].number == number)
			return &c->partitions[i];
	return NULL;
}

/* check_brokers: whether there has been no broker for too long.  That the
 * connections broke is no more than a reason to ask. */
static int
check_brokers(struct rc_consumer *c)
{
	const struct rd_kafka_metadata *metadata;

	if (rc_kafka_denied(&c->trouble))
		return rc_kafka_unreachable(&c->conf.kafka, &c->trouble);
	if (c->trouble.err == RD_KAFKA_RESP_ERR_NO_ERROR ||
	    rc_stats_now() - c->heard < c->conf.kafka.timeout_ms / 1000.0)
		return 0;
	if (rd_kafka_metadata(c->rk, 0, NULL, &metadata, 1000) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return rc_kafka_unreachable(&c->conf.kafka, &c->trouble);
	rd_kafka_metadata_destroy(metadata);
	c->trouble.err = RD_KAFKA_RESP_ERR_NO_ERROR;
	c->heard = rc_stats_now();
	return 0;
}

/* overtaken: retention has deleted what was to be read next. */
static int
overtaken(struct rc_consumer *c, struct partition *p)
{
	int64_t low, high;
	int status;

	if ((status = watermarks(c, c->rk, p->number, &low, &high)) != 0)
		return status;
	if (p->next >= low && p->next > high)
		return made_anew(c, p, "is beyond the end");
	if (p->next < low && (status = gap(c, p, low)) != 0)
		return status;
	c->starts_told = 0;
	return assign(c); /* anew, each partition from what is wanted next */
}

/* failed: a message that is an error. */
static int
failed(struct rc_consumer *c, const rd_kafka_message_t *m)
{
	struct partition *p = partition_of(c, m->partition);

	if (p != NULL &&
	    (m->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
		m->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE))
		return overtaken(c, p);
	if (rc_kafka_status(m->err) == RC_UNREACHABLE) {
		c->trouble.err = m->err; /* it may come back: check_brokers() */
		return 0;
	}
	return rc_kafka_failed(c->conf.topic, m->err, rd_kafka_message_errstr(m));
}

/* take: what came, as an event. */
static int
take(struct rc_consumer *c, struct rc_consumer_event *event)
{
	const rd_kafka_message_t *m = c->message;
	struct partition *p = partition_of(c, m->partition);

	if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR && m->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
		return failed(c, m);
	c->heard = rc_stats_now();
	c->trouble.err = RD_KAFKA_RESP_ERR_NO_ERROR;
	if (p == NULL || (c->conf.exit_at_end && p->done))
		return 0; /* beyond the end that was wanted */
	if (c->conf.exit_at_end && m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF &&
	    m->offset < p->end) {
		p->held = c->heard;
		p->held_at = p->next = m->offset;
		return 0;
	}
	p->held = 0;
	if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
	    (c->conf.exit_at_end && m->offset >= p->end)) {
		tell_position(c, p, m->offset, event);
		return 0;
	}
	p->next = m->offset + 1;
	*event = (struct rc_consumer_event){ .kind = RC_CONSUMER_MESSAGE,
		.message = m,
		.partition = m->partition,
		.offset = m->offset };
	return 0;
}

int
rc_consumer_next(struct rc_consumer *c, int wait_ms, struct rc_consumer_event *event)
{
	int status;

	*event = (struct rc_consumer_event){ .kind = RC_CONSUMER_IDLE };
	if (tell_start(c, event))
		return 0;
	for (size_t i = 0; c->conf.exit_at_end && c->done < c->count && i < c->count; i++)
		if (!c->partitions[i].done && c->partitions[i].next >= c->partitions[i].end) {
			tell_position(c, &c->partitions[i], c->partitions[i].next, event);
			return 0;
		}
	if (c->conf.exit_at_end && c->done == c->count) {
		event->kind = RC_CONSUMER_DONE;
		return 0;
	}
	if (c->message != NULL)
		rd_kafka_message_destroy(c->message);
	if ((c->message = rd_kafka_consumer_poll(c->rk, wait_ms)) == NULL)
		return rc_first(check_brokers(c), check_held(c));
	if ((status = take(c, event)) == 0 && c->message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		status = check_brokers(c);
	return status;
}

uint64_t
rc_consumer_expected(const struct rc_consumer *c)
{
	return c->expected;
}

void
rc_consumer_close(struct rc_consumer *c)
{
	if (c == NULL)
		return;
	if (c->message != NULL)
		rd_kafka_message_destroy(c->message);
	if (c->rk != NULL) {
		rd_kafka_consumer_close(c->rk);
		rd_kafka_destroy(c->rk);
	}
	free(c->partitions);
	free(c);
}
