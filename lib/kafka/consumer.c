#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/ask.h"
#include "kafka/consumer.h"
#include "kafka/error.h"

struct rc_consumer {
	struct rc_partitions_conf conf;
	struct rc_feed feed;
	struct rc_partitions parts;
	int total; /* of a member: partitions that the topic had at open */
	size_t done;
	size_t starts_reported;  /* count, once all are */
	double last_activity;    /* when something came last, in seconds */
	double metadata_checked; /* when the topic was looked at last */
	double called;           /* when rc_consumer_next() was called last */
	unsigned doubts;         /* how often the log may have become another one, unseen */
};

#define IDLE_S  1   /* after which it is looked whether the log is still the same */
#define CHECK_S 0.5 /* and not more often than that, where its end was read */

/* assign: tell librdkafka what to read.  Where only the ends at open are wanted,
 * a partition that is there already is not asked for. */
static int
assign(struct rc_consumer *c)
{
	rd_kafka_topic_partition_list_t *list =
	    rd_kafka_topic_partition_list_new((int)c->parts.count);
	int status;

	for (size_t i = 0; i < c->parts.count; i++)
		if (!c->conf.exit_at_end || c->parts.list[i].next < c->parts.list[i].end)
			rd_kafka_topic_partition_list_add(
			    list, c->conf.topic, c->parts.list[i].number)
			    ->offset = c->parts.list[i].next;
	status = rc_feed_assign(&c->feed, list);
	rd_kafka_topic_partition_list_destroy(list);
	return status;
}

/* make: a consumer that reads nothing yet. */
static int
make(struct rc_consumer **cp, const struct rc_partitions_conf *conf)
{
	struct rc_consumer *c;

	if ((c = calloc(1, sizeof(*c))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	c->conf = *conf;
	c->parts.conf = &c->conf;
	c->feed.topic = c->conf.topic;
	c->last_activity = c->metadata_checked = c->called = rc_clock_now();
	*cp = c;
	return 0;
}

/* begin: of one that assigns its partitions itself. */
static int
begin(struct rc_consumer *c)
{
	struct rc_kafka *k = &c->feed.kafka;
	int status = rc_partitions_client(&c->parts, 1, k);

	/* what concerns the group is told there, which is of no interest where nobody asked for one
	 */
	if (status == 0 && c->conf.group != NULL)
		rd_kafka_poll_set_consumer(k->rk);
	if (status != 0 || (status = rc_partitions_open(&c->parts, k)) != 0)
		return status;
	rd_kafka_poll_set_consumer(k->rk);
	if ((status = assign(c)) == 0 && k->reading)
		status = rc_feed_wake(&c->feed);
	c->last_activity = c->metadata_checked = c->called = rc_clock_now();
	return status;
}

int
rc_consumer_open(struct rc_consumer **cp, const struct rc_partitions_conf *conf)
{
	struct rc_consumer *c = NULL;
	int status;

	if (strcmp(conf->from, "stored") == 0 && conf->group == NULL) {
		rc_log_error("-o stored: no group: name it with -g");
		return RC_USAGE;
	}
	if ((status = make(&c, conf)) == 0 && (status = begin(c)) == 0)
		*cp = c;
	else
		rc_consumer_close(c);
	return status;
}

int
rc_consumer_open_member(struct rc_consumer **cp, const struct rc_partitions_conf *conf,
    void (*rebalance)(rd_kafka_t *, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t *, void *),
    void *owner)
{
	struct rc_consumer *c = NULL;
	int status;

	if ((status = make(&c, conf)) != 0)
		return status;
	c->feed.kafka.rebalance = rebalance;
	c->feed.kafka.owner = owner;
	if ((status = rc_partitions_client(&c->parts, 1, &c->feed.kafka)) == 0 &&
	    (status = rc_feed_join(&c->feed)) == 0)
		status = rc_partitions_topic(&c->parts, &c->feed.kafka, &c->total);
	if (status != 0)
		rc_consumer_close(c);
	else
		*cp = c;
	return status;
}

int
rc_consumer_partitions(const struct rc_consumer *c)
{
	return c->total;
}

struct rc_feed *
rc_consumer_feed(struct rc_consumer *c)
{
	return &c->feed;
}

int
rc_consumer_add(struct rc_consumer *c, const struct rc_partition *p)
{
	rc_consumer_drop(c, p->number);
	return rc_partitions_take(&c->parts, p);
}

void
rc_consumer_drop(struct rc_consumer *c, int32_t number)
{
	const struct rc_partition *p = rc_partitions_find(&c->parts, number);

	if (p != NULL && p->done)
		c->done--;
	rc_partitions_drop(&c->parts, number);
	c->starts_reported = 0;
}

/* report_end: the partition has reached an end, the offset next. */
static void
report_end(
    struct rc_consumer *c, struct rc_partition *p, int64_t next, struct rc_consumer_event *event)
{
	p->next = next;
	if (!p->done)
		c->done++;
	p->done = 1;
	*event = (struct rc_consumer_event){
		.kind = RC_CONSUMER_POSITION, .partition = p->number, .offset = next
	};
}

/* report_start: the next partition whose start is still to be reported; 0: there is none. */
static int
report_start(struct rc_consumer *c, struct rc_consumer_event *event)
{
	for (size_t i = 0; c->starts_reported < c->parts.count && i < c->parts.count; i++) {
		struct rc_partition *p = &c->parts.list[i];

		if (!p->to_start)
			continue;
		p->to_start = 0;
		*event = (struct rc_consumer_event){ .kind = RC_CONSUMER_POSITION,
			.partition = p->number,
			.offset = p->next,
			.start = p->next > 0 || p->added,
			.added = p->added,
			.skipped = p->skipped };
		p->skipped = 0;
		return 1;
	}
	c->starts_reported = c->parts.count;
	return 0;
}

/* check_blocked: whether an open transaction has held back a partition for too long. */
static int
check_blocked(const struct rc_consumer *c)
{
	for (size_t i = 0; c->conf.exit_at_end && i < c->parts.count; i++) {
		const struct rc_partition *p = &c->parts.list[i];

		if (p->done || !(p->blocked_since > 0) ||
		    rc_clock_now() - p->blocked_since < c->conf.kafka.timeout_ms / 1000.0)
			continue;
		rc_log_error(
		    "%s partition %" PRId32 ": an open transaction holds back what follows "
		    "offset %" PRId64 ", up to %" PRId64
		    ": run it again when that has ended (a producer that died ends with its "
		    "transaction.timeout.ms)",
		    c->conf.topic, p->number, p->blocked_at, p->end);
		return RC_TEMPFAIL;
	}
	return 0;
}

/* any_blocked: whether an open transaction holds back a partition. */
static int
any_blocked(const struct rc_consumer *c)
{
	for (size_t i = 0; i < c->parts.count; i++)
		if (c->parts.list[i].blocked_since > 0)
			return 1;
	return 0;
}

/* look: at the topic, once in a while.  It may have been deleted, which librdkafka does not
 * always say, or have got more partitions; and no answer at all, where nothing else came
 * either, means that there is no broker. */
static int
look(struct rc_consumer *c)
{
	double timeout = c->conf.kafka.timeout_ms / 1000.0, now = rc_clock_now();
	const struct rd_kafka_metadata *metadata;
	int total, status;

	if (rc_kafka_denied(&c->feed.kafka))
		return rc_kafka_unreachable(&c->feed.kafka);
	if (now - c->metadata_checked < timeout)
		return 0;
	if ((status = rc_ask_metadata(&c->feed.kafka, NULL, &metadata)) != 0)
		return status;
	c->metadata_checked = rc_clock_now();
	c->feed.kafka.last_error = RD_KAFKA_RESP_ERR_NO_ERROR;
	total = rc_partitions_total(&c->parts, metadata);
	rd_kafka_metadata_destroy(metadata);
	for (size_t i = 0; i < c->parts.count; i++)
		if (c->parts.list[i].number >= total) {
			rc_log_error("topic %s%s: was deleted while it was read: what was not read "
				     "of it is gone: fetch its records again (rc-fetch --since)",
			    c->conf.topic, total > 0 ? ", or some of its partitions" : "");
			return RC_CONFIG;
		}
	if (c->conf.exit_at_end && now - c->last_activity >= timeout && !any_blocked(c)) {
		rc_log_error("topic %s: nothing came within %d ms, though its end is not reached: "
			     "does each partition have a leader? try again later",
		    c->conf.topic, c->conf.kafka.timeout_ms);
		return RC_TEMPFAIL;
	}
	if (c->conf.exit_at_end || c->conf.join || c->conf.partitions != NULL ||
	    (size_t)total <= c->parts.count)
		return 0;
	status = rc_partitions_grow(&c->parts, &c->feed.kafka, total);
	c->starts_reported = 0;
	return status != 0 ? status : assign(c);
}

/* overtaken: retention has deleted what was to be read next. */
static int
overtaken(struct rc_consumer *c, struct rc_partition *p)
{
	int64_t low, high;
	int status;

	if ((status = rc_partitions_bounds(&c->parts, p->number, &low, &high)) != 0)
		return status;
	if (p->next >= low && p->next > high)
		return rc_partitions_recreated(&c->parts, p, "is beyond the end");
	if (p->next < low && (status = rc_partitions_gap(&c->parts, p, low)) != 0)
		return status;
	c->starts_reported = 0;
	if (c->conf.join)
		return rc_feed_seek(&c->feed, p->number, p->next);
	return assign(c); /* again, each partition from what is wanted next */
}

/* check: whether the log is still the one that was read, where it may be another. */
static int
check(struct rc_consumer *c, struct rc_partition *p)
{
	int status;

	if (p->checked == c->doubts && (!p->at_end || rc_clock_now() - p->checked_at < CHECK_S))
		return 0;
	if ((status = rc_partitions_check_last(&c->parts, p)) != 0)
		return status;
	p->checked = c->doubts;
	p->checked_at = rc_clock_now();
	p->at_end = 0;
	return 0;
}

/* unknown: a broker does not know the topic, or not yet, or not any more; what it knows now may be
 * another one of that name. */
static int
unknown(struct rc_consumer *c)
{
	int status;

	c->metadata_checked = 0;
	status = look(c);
	for (size_t i = 0; status == 0 && i < c->parts.count; i++)
		status = check(c, &c->parts.list[i]);
	return status;
}

/* take_error: a message that is an error. */
static int
take_error(struct rc_consumer *c, const rd_kafka_message_t *m)
{
	struct rc_partition *p = rc_partitions_find(&c->parts, m->partition);

	c->doubts++;
	if (p != NULL && (int)m->err == RC_ERROR_LOG_TRUNCATION)
		return rc_partitions_recreated(
		    &c->parts, p, "is behind where the log was cut by an unclean election");
	if (p != NULL &&
	    (m->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
		m->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE))
		return overtaken(c, p);
	/* a group that nobody asked for, which librdkafka wants to know all the same */
	if (m->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED && c->conf.group == NULL)
		return 0;
	if (m->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
		return unknown(c);
	if (rc_error_status(m->err) == RC_UNREACHABLE || rc_error_not_ready(m->err)) {
		c->feed.kafka.last_error = m->err; /* it may come back: look() */
		return 0;
	}
	return rc_error_failed(c->conf.topic, m->err, rd_kafka_message_errstr(m));
}

/* take_message: what came, as an event. */
static int
take_message(struct rc_consumer *c, struct rc_consumer_event *event)
{
	const rd_kafka_message_t *m = c->feed.message;
	struct rc_partition *p = rc_partitions_find(&c->parts, m->partition);
	rd_kafka_timestamp_type_t type;
	int status;

	if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR && m->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
		return take_error(c, m);
	c->doubts += c->feed.kafka.last_error != RD_KAFKA_RESP_ERR_NO_ERROR ||
	    rc_clock_now() - c->last_activity > IDLE_S;
	c->last_activity = rc_clock_now();
	c->feed.kafka.last_error = RD_KAFKA_RESP_ERR_NO_ERROR;
	if (p == NULL || (c->conf.exit_at_end && p->done))
		return 0; /* beyond the end that was wanted */
	if (c->conf.exit_at_end && m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF &&
	    m->offset < p->end) {
		p->blocked_since = c->last_activity;
		p->blocked_at = p->next = m->offset;
		return 0;
	}
	p->blocked_since = 0;
	p->at_end |= m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
	if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
	    (c->conf.exit_at_end && m->offset >= p->end)) {
		report_end(c, p, m->offset, event);
		return 0;
	}
	if ((status = check(c, p)) != 0)
		return status;
	p->next = m->offset + 1;
	p->last = (struct rc_last){ m->offset, rd_kafka_message_timestamp(m, &type) };
	*event = (struct rc_consumer_event){ .kind = RC_CONSUMER_MESSAGE,
		.message = m,
		.partition = m->partition,
		.offset = m->offset };
	return 0;
}

/* leave_out_absence: while the caller did something else, such as write to a full pipe, nothing
 * could be heard. */
static void
leave_out_absence(struct rc_consumer *c)
{
	double now = rc_clock_now();

	if (now - c->called > 1) {
		c->doubts++;
		c->last_activity += now - c->called;
		c->metadata_checked += now - c->called;
	}
	c->called = now;
}

int
rc_consumer_next(struct rc_consumer *c, int wait_ms, struct rc_consumer_event *event)
{
	int status;

	*event = (struct rc_consumer_event){ .kind = RC_CONSUMER_IDLE };
	leave_out_absence(c);
	if (report_start(c, event))
		return 0;
	for (size_t i = 0; c->conf.exit_at_end && c->done < c->parts.count && i < c->parts.count;
	     i++)
		if (!c->parts.list[i].done && c->parts.list[i].next >= c->parts.list[i].end) {
			report_end(c, &c->parts.list[i], c->parts.list[i].next, event);
			return 0;
		}
	if (c->conf.exit_at_end && c->done == c->parts.count) {
		event->kind = RC_CONSUMER_DONE;
		return 0;
	}
	if ((status = rc_feed_next(&c->feed, wait_ms)) != 0)
		return status;
	if (c->feed.message == NULL)
		return rc_status_first(look(c), check_blocked(c));
	if ((status = take_message(c, event)) == 0 &&
	    c->feed.message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		status = look(c);
	return status;
}

uint64_t
rc_consumer_expected(const struct rc_consumer *c)
{
	return c->parts.expected;
}

int
rc_consumer_at_end(const struct rc_consumer *c)
{
	return c->done == c->parts.count;
}

int
rc_consumer_lag(const struct rc_consumer *c, size_t i, struct rc_consumer_lag *lag)
{
	if (i >= c->parts.count)
		return 0;
	*lag = (struct rc_consumer_lag){ c->parts.list[i].number, c->parts.list[i].next,
		c->parts.list[i].end };
	return 1;
}

void
rc_consumer_close(struct rc_consumer *c)
{
	if (c == NULL)
		return;
	rc_feed_close(&c->feed);
	rc_partitions_close(&c->parts);
	free(c);
}
