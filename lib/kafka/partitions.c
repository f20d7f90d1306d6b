#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "kafka/ask.h"
#include "kafka/error.h"
#include "kafka/partitions.h"
#include "kafka/start_at.h"
#include "kafka/topic.h"
#include "record/envelope.h"

int
rc_partitions_client(const struct rc_partitions *ps, int reads, struct rc_kafka *k)
{
	/* What is fetched ahead is bounded, for memory.  Once the queue is full, librdkafka waits a
	 * second before it fetches again, or, from 2.2 on, as long as it is told to: where it
	 * cannot be told, it is woken (consumer.c).  A wait for more is short, for the end of a
	 * partition is reported only when a fetch comes back. */
	const int waits = rd_kafka_version() >= 0x02020000;
	const char *defaults[48] = { "group.id",
		ps->conf->group != NULL ? ps->conf->group : "rc-consume", "enable.auto.commit",
		"false", "enable.auto.offset.store", "false", "enable.partition.eof", "true",
		"isolation.level", reads ? "read_committed" : "read_uncommitted",
		"auto.offset.reset", "error", "queued.max.messages.kbytes", "8192",
		"fetch.wait.max.ms", "100", waits ? "fetch.queue.backoff.ms" : NULL, "5" };
	/* A member of a group.  A session of 20 s outlives the death of its coordinator, which
	 * takes one of 6 s with it; 60 s, between two polls, is also the longest that the others
	 * wait for a member; added partitions are seen within 10 s. */
	static const char *const member[] = { "partition.assignment.strategy", "cooperative-sticky",
		"session.timeout.ms", "20000", "heartbeat.interval.ms", "1000",
		"max.poll.interval.ms", "60000", "topic.metadata.refresh.interval.ms", "10000" };
	size_t n = 0;

	while (defaults[n] != NULL)
		n += 2;
	for (size_t i = 0; ps->conf->join && i < sizeof(member) / sizeof(*member); i++)
		defaults[n++] = member[i];

	return rc_kafka_open(k, RD_KAFKA_CONSUMER, &ps->conf->kafka, defaults, NULL);
}

/* add_partition: remember one that is to be read. */
static int
add_partition(struct rc_partitions *ps, int32_t number)
{
	struct rc_partition *list;

	for (size_t i = 0; i < ps->count; i++)
		if (ps->list[i].number == number)
			return 0;
	if ((list = realloc(ps->list, (ps->count + 1) * sizeof(*list))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	ps->list = list;
	ps->list[ps->count++] = (struct rc_partition){ .number = number, .last = { -1, -1 } };
	return 0;
}

/* choose: the partitions of the topic that -p names; it has total. */
static int
choose(struct rc_partitions *ps, int total)
{
	const char *p = ps->conf->partitions;
	int64_t n;
	int status = 0;

	for (int i = 0; p == NULL && i < total && status == 0; i++)
		status = add_partition(ps, i);
	while (p != NULL && status == 0) {
		size_t length = strcspn(p, ",");

		n = rc_span_number((struct rc_span){ p, length }, INT32_MAX);
		if (n < 0) {
			rc_log_error(
			    "-p %s: not numbers with commas between them", ps->conf->partitions);
			return RC_USAGE;
		}
		if (n >= total) {
			rc_log_error("topic %s: there is no partition %" PRId64 ": it has %d",
			    ps->conf->topic, n, total);
			return RC_CONFIG;
		}
		status = add_partition(ps, (int32_t)n);
		p = p[length] == ',' ? p + length + 1 : NULL;
	}
	return status;
}

int
rc_partitions_total(const struct rc_partitions *ps, const struct rd_kafka_metadata *metadata)
{
	for (int i = 0; i < metadata->topic_cnt; i++)
		if (strcmp(metadata->topics[i].topic, ps->conf->topic) == 0)
			return metadata->topics[i].partition_cnt;
	return 0;
}

int
rc_partitions_topic(const struct rc_partitions *ps, struct rc_kafka *k, int *total)
{
	const struct rd_kafka_metadata *metadata;
	int status;

	/* of this topic, which librdkafka remembers: it would look for the leaders once a second
	 * (2.8) if it had not heard of them when partitions are assigned */
	if ((status = rc_ask_metadata(k, ps->conf->topic, &metadata)) != 0)
		return status;
	*total = rc_partitions_total(ps, metadata);
	rd_kafka_metadata_destroy(metadata);
	return *total == 0 ? rc_topic_missing(&ps->conf->kafka, ps->conf->topic) : 0;
}

int
rc_partitions_behind(const struct rc_partitions *ps, struct rc_kafka *k, int *behind)
{
	int64_t low, high;
	int status = 0;

	*behind = 0;
	for (size_t i = 0; i < ps->count && status == 0 && !*behind; i++) {
		status = rc_ask_watermarks(k, ps->conf->topic, ps->list[i].number, &low, &high);
		*behind = status == 0 && ps->list[i].next < high;
	}
	return status;
}

int
rc_partitions_grow(struct rc_partitions *ps, struct rc_kafka *k, int total)
{
	int behind, status = rc_partitions_behind(ps, k, &behind);

	for (int32_t i = 0; i < total && status == 0; i++)
		if (rc_partitions_find(ps, i) == NULL) {
			rc_log_notice("topic %s: partition %" PRId32 " was added: it is read, too",
			    ps->conf->topic, i);
			if ((status = add_partition(ps, i)) == 0 && behind)
				ps->list[ps->count - 1].added = ps->list[ps->count - 1].to_start =
				    1;
		}
	return status;
}

int
rc_partitions_gap(const struct rc_partitions *ps, struct rc_partition *p, int64_t low)
{
	void (*say)(const char *, ...) = ps->conf->skip_gaps ? rc_log_warn : rc_log_error;

	say("%s partition %" PRId32 ": offsets %" PRId64 " to %" PRId64 " are gone, %" PRId64
	    " of them, for retention has deleted them: fetch their records again (rc-fetch "
	    "--since)%s",
	    ps->conf->topic, p->number, p->next, low - 1, low - p->next,
	    ps->conf->skip_gaps ? "" : ", then go on with --on-gap continue");
	p->skipped = low - p->next;
	p->to_start = 1;
	p->next = low;
	return ps->conf->skip_gaps ? 0 : RC_DATA;
}

int
rc_partitions_recreated(
    const struct rc_partitions *ps, const struct rc_partition *p, const char *why)
{
	rc_log_error(
	    "%s partition %" PRId32 ": offset %" PRId64
	    " %s: the topic seems to have been deleted and re-created: delete what is stored of "
	    "it with rc-load --forget, and start with -o beginning",
	    ps->conf->topic, p->number, p->next, why);
	return RC_DATA;
}

/* check_start: the start, which the user may have typed, against what is there, from low to
 * p->end. */
static int
check_start(struct rc_partitions *ps, struct rc_partition *p, int typed, int64_t low)
{
	int status;

	if (p->next == RD_KAFKA_OFFSET_BEGINNING)
		p->next = low;
	if (p->next == RD_KAFKA_OFFSET_END)
		p->next = p->end;
	if (p->next <= RD_KAFKA_OFFSET_TAIL_BASE) { /* so many before the end */
		int64_t back = RD_KAFKA_OFFSET_TAIL_BASE - p->next;

		p->next = p->end - back > low ? p->end - back : low;
	}
	if (p->next < low && (status = rc_partitions_gap(ps, p, low)) != 0)
		return status;
	if (p->next > p->end && typed) {
		rc_log_error("-o %s: %s partition %" PRId32 " ends at %" PRId64, ps->conf->from,
		    ps->conf->topic, p->number, p->end);
		return RC_DATA;
	}
	if (p->next > p->end) {
		char why[64];

		snprintf(why, sizeof(why), "is beyond the end, %" PRId64, p->end);
		return rc_partitions_recreated(ps, p, why);
	}
	p->to_start |= p->next != 0;
	ps->expected += (uint64_t)(p->end - p->next);
	return 0;
}

/* open_checker: where it is not. */
static int
open_checker(struct rc_partitions *ps)
{
	return ps->checker.rk != NULL ? 0 : rc_partitions_client(ps, 1, &ps->checker);
}

/* find_previous: the last message before p->next, of those from low on. */
static int
find_previous(
    struct rc_partitions *ps, const struct rc_partition *p, int64_t low, struct rc_last *last)
{
	int status = open_checker(ps);

	return status != 0
	    ? status
	    : rc_previous_find(&ps->checker, ps->conf->topic, p->number, p->next, low, last);
}

/* check_previous: that the last message before a start is the one that was there when
 * the position was stored. */
static int
check_previous(struct rc_partitions *ps, const struct rc_partition *p, int64_t low, int64_t last_ms)
{
	struct rc_last last;
	int status;

	if (last_ms == -1 || p->next <= low)
		return 0;
	status = find_previous(ps, p, low, &last);
	if (status != 0 || !rc_envelope_is_another(p->next, last.offset, last.ms, last_ms))
		return status;
	return rc_partitions_recreated(
	    ps, p, "comes behind another message than when it was stored");
}

int
rc_partitions_bounds(const struct rc_partitions *ps, int32_t number, int64_t *low, int64_t *high)
{
	struct rc_kafka ends = { 0 };
	int status;

	if ((status = rc_partitions_client(ps, 0, &ends)) == 0)
		status = rc_ask_watermarks(&ends, ps->conf->topic, number, low, high);
	rc_kafka_close(&ends);
	return status;
}

int
rc_partitions_check_last(struct rc_partitions *ps, const struct rc_partition *p)
{
	struct rc_last last = { -1, -1 };
	int64_t low, high;
	int status;

	if (p->last.ms == -1)
		return 0;
	if ((status = open_checker(ps)) != 0)
		return status;
	status = rc_ask_watermarks(&ps->checker, ps->conf->topic, p->number, &low, &high);
	if (status == 0 && high < p->next)
		return rc_partitions_recreated(ps, p, "is beyond the end");
	if (status == 0 && low < p->next)
		status = find_previous(ps, p, low, &last);
	if (status != 0 || last.offset < p->last.offset ||
	    (last.offset == p->last.offset && last.ms == p->last.ms))
		return status;
	return rc_partitions_recreated(
	    ps, p, "comes behind another message than the one that was read last");
}

/* find_start: where one partition begins, ends and is to be read from. */
static int
find_start(struct rc_partitions *ps, struct rc_kafka *ends, struct rc_partition *p,
    const struct rc_start_at *start)
{
	int64_t low;
	int status;

	p->next = start->offset;
	status = rc_ask_watermarks(ends, ps->conf->topic, p->number, &low, &p->end);
	if (status != 0 || (status = check_start(ps, p, start->typed, low)) != 0)
		return status;
	return check_previous(ps, p, low, start->last_ms);
}

/* mark_added: partitions without a position, where others have one, and are not read to their ends:
 * what is in them may be newer than what is left in those, of the same keys.  Where none has one,
 * all are to get it at once, so that none looks added when that is cut off. */
static void
mark_added(struct rc_partitions *ps, const struct rc_start_at *starts)
{
	int any = 0, behind = 0;

	for (size_t i = 0; i < ps->count; i++) {
		any |= starts[i].offset >= 0 || starts[i].offset == RD_KAFKA_OFFSET_END;
		behind |=
		    starts[i].offset >= 0 && !starts[i].typed && ps->list[i].next < ps->list[i].end;
	}
	for (size_t i = 0; i < ps->count && strcmp(ps->conf->from, "beginning") != 0; i++)
		if (starts[i].offset == RD_KAFKA_OFFSET_BEGINNING) {
			ps->list[i].added = behind;
			ps->list[i].to_start |= behind || (!any && ps->count > 1);
		}
}

/* end_before: where they are not to be read to their ends; starts is room for an answer. */
static int
end_before(struct rc_partitions *ps, struct rc_kafka *k, struct rc_start_at *starts)
{
	int status = rc_start_at_until(k, ps->conf->topic, ps->conf->until, starts, ps->count);

	ps->expected = 0;
	for (size_t i = 0; i < ps->count && status == 0; i++) {
		struct rc_partition *p = &ps->list[i];

		if (starts[i].offset < p->end)
			p->end = starts[i].offset > p->next ? starts[i].offset : p->next;
		ps->expected += (uint64_t)(p->end - p->next);
	}
	return status;
}

/* find_starts: of all partitions. */
static int
find_starts(struct rc_partitions *ps, struct rc_kafka *k)
{
	const struct rc_start_at_conf where = { ps->conf->topic, ps->conf->from, ps->conf->group };
	struct rc_start_at *starts = calloc(ps->count, sizeof(*starts));
	struct rc_kafka ends = { 0 };
	int status;

	if (starts == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	for (size_t i = 0; i < ps->count; i++)
		starts[i].partition = ps->list[i].number;
	status = rc_start_at_find(k, &where, starts, ps->count);
	if (status == 0)
		status = rc_partitions_client(ps, 0, &ends);
	for (size_t i = 0; i < ps->count && status == 0; i++)
		status = find_start(ps, &ends, &ps->list[i], &starts[i]);
	if (status == 0)
		mark_added(ps, starts);
	if (status == 0 && ps->conf->until != NULL)
		status = end_before(ps, k, starts);
	rc_kafka_close(&ends);
	free(starts);
	return status;
}

int
rc_partitions_open(struct rc_partitions *ps, struct rc_kafka *k)
{
	int total, status = rc_partitions_topic(ps, k, &total);

	if (status == 0)
		status = choose(ps, total);
	return status != 0 ? status : find_starts(ps, k);
}

int
rc_partitions_add(struct rc_partitions *ps, int32_t number, int64_t at, int64_t last_ms)
{
	const struct rc_start_at start = { .partition = number,
		.offset = at >= 0 ? at : RD_KAFKA_OFFSET_BEGINNING,
		.last_ms = last_ms };
	int status;

	if ((status = open_checker(ps)) != 0 || (status = add_partition(ps, number)) != 0)
		return status;
	return find_start(ps, &ps->checker, rc_partitions_find(ps, number), &start);
}

int
rc_partitions_take(struct rc_partitions *ps, const struct rc_partition *p)
{
	int status = add_partition(ps, p->number);

	if (status == 0)
		*rc_partitions_find(ps, p->number) = *p;
	return status;
}

void
rc_partitions_drop(struct rc_partitions *ps, int32_t number)
{
	struct rc_partition *p = rc_partitions_find(ps, number);

	if (p != NULL)
		*p = ps->list[--ps->count];
}

struct rc_partition *
rc_partitions_find(const struct rc_partitions *ps, int32_t number)
{
	for (size_t i = 0; i < ps->count; i++)
		if (ps->list[i].number == number)
			return &ps->list[i];
	return NULL;
}

void
rc_partitions_close(struct rc_partitions *ps)
{
	rc_kafka_close(&ps->checker);
	free(ps->list);
	ps->list = NULL;
	ps->count = 0;
}
