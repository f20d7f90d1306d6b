#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/ask.h"
#include "kafka/partitions.h"
#include "kafka/previous.h"
#include "kafka/start_at.h"
#include "kafka/topic.h"
#include "record/envelope.h"

#define AGAIN_MS 100 /* between two questions to a broker that is not ready */

int
rc_partitions_client(const struct rc_partitions *ps, int reads, rd_kafka_t **rk)
{
	/* What is fetched ahead is bounded, for memory, but not tightly: librdkafka
	 * waits a second once its queue is full.  A wait for more is short, for the
	 * end of a partition is reported only when a fetch comes back. */
	const char *const defaults[] = { "group.id",
		ps->conf->group != NULL ? ps->conf->group : "rc-consume", "enable.auto.commit",
		"false", "enable.auto.offset.store", "false", "enable.partition.eof", "true",
		"isolation.level", reads ? "read_committed" : "read_uncommitted",
		"auto.offset.reset", "error", "queued.max.messages.kbytes", "65536",
		"fetch.wait.max.ms", "100", "reconnect.backoff.max.ms", "1000", NULL };
	rd_kafka_conf_t *conf;
	int status;

	if ((status = rc_kafka_settings(&ps->conf->kafka, defaults, &conf, ps->trouble)) != 0)
		return status;
	return rc_kafka_client(rk, RD_KAFKA_CONSUMER, conf);
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
	ps->list[ps->count++] = (struct rc_partition){ .number = number, .last_ms = -1 };
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

/* find_partitions: those of the topic that are to be read. */
static int
find_partitions(struct rc_partitions *ps, rd_kafka_t *rk)
{
	const struct rd_kafka_metadata *metadata;
	int status, total;

	status = rc_topic_metadata(rk, &ps->conf->kafka, ps->trouble, NULL, &metadata);
	if (status != 0)
		return status;
	total = rc_partitions_total(ps, metadata);
	rd_kafka_metadata_destroy(metadata);
	if (total == 0)
		return rc_topic_missing(&ps->conf->kafka, ps->conf->topic);
	return choose(ps, total);
}

int
rc_partitions_grow(struct rc_partitions *ps, int total)
{
	int status = 0;

	for (int32_t i = 0; i < total && status == 0; i++)
		if (rc_partitions_find(ps, i) == NULL) {
			rc_log_notice("topic %s: partition %" PRId32 " was added: it is read, too",
			    ps->conf->topic, i);
			status = add_partition(ps, i);
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

/* check_start: the start against what is there, from low to p->end. */
static int
check_start(struct rc_partitions *ps, struct rc_partition *p, int64_t low)
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
	if (p->next > p->end) {
		char why[64];

		snprintf(why, sizeof(why), "is beyond the end, %" PRId64, p->end);
		return rc_partitions_recreated(ps, p, why);
	}
	p->to_start |= p->next != 0;
	ps->expected += (uint64_t)(p->end - p->next);
	return 0;
}

int
rc_partitions_watermarks(
    const struct rc_partitions *ps, rd_kafka_t *rk, int32_t number, int64_t *low, int64_t *high)
{
	double end = rc_clock_now() + ps->conf->kafka.timeout_ms / 1000.0, left;
	rd_kafka_resp_err_t err;

	for (;;) {
		left = end - rc_clock_now();
		err = rc_ask_watermarks(
		    rk, ps->conf->topic, number, low, high, left > 0 ? (int)(left * 1000) + 1 : 1);
		rd_kafka_poll(rk, 0); /* error_cb is served */
		if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
			return 0;
		if (rc_stop_signal() != 0)
			return RC_TEMPFAIL; /* the signal's own status wins */
		if (rc_kafka_status(err) == RC_UNREACHABLE)
			return rc_kafka_unreachable(&ps->conf->kafka, ps->trouble);
		if (!rc_kafka_not_ready(err) || rc_clock_now() >= end)
			return rc_kafka_failed(ps->conf->topic, err, "watermarks");
		rc_stop_sleep(AGAIN_MS);
	}
}

/* find_previous: the last message before p->next, by a client for that, which is made where there
 * is none; as rc_previous_find(). */
static int
find_previous(const struct rc_partitions *ps, rd_kafka_t **reader, const struct rc_partition *p,
    int64_t low, int64_t *at, int64_t *ms)
{
	rd_kafka_topic_partition_t position = { .topic = (char *)(uintptr_t)ps->conf->topic,
		.partition = p->number,
		.offset = p->next };
	int status;

	if (*reader == NULL && (status = rc_partitions_client(ps, 1, reader)) != 0)
		return status;
	return rc_previous_find(*reader, &ps->conf->kafka, ps->trouble, &position, low, at, ms);
}

/* check_previous: that the last message before a start is the one that was there when
 * the position was stored. */
static int
check_previous(struct rc_partitions *ps, rd_kafka_t **reader, const struct rc_partition *p,
    int64_t low, int64_t last_ms)
{
	int64_t at, ms;
	int status;

	if (last_ms == -1 || p->next <= low)
		return 0;
	status = find_previous(ps, reader, p, low, &at, &ms);
	if (status != 0 || !rc_envelope_is_another(p->next, at, ms, last_ms))
		return status;
	return rc_partitions_recreated(
	    ps, p, "comes behind another message than when it was stored");
}

int
rc_partitions_bounds(const struct rc_partitions *ps, int32_t number, int64_t *low, int64_t *high)
{
	rd_kafka_t *ends = NULL;
	int status;

	if ((status = rc_partitions_client(ps, 0, &ends)) == 0)
		status = rc_partitions_watermarks(ps, ends, number, low, high);
	rc_ask_destroy(ends);
	return status;
}

int
rc_partitions_check_last(struct rc_partitions *ps, const struct rc_partition *p)
{
	int64_t low, high, at = -1, ms = -1;
	int status;

	if (p->last_ms == -1)
		return 0;
	if (ps->checker == NULL && (status = rc_partitions_client(ps, 1, &ps->checker)) != 0)
		return status;
	status = rc_partitions_watermarks(ps, ps->checker, p->number, &low, &high);
	if (status == 0 && high < p->next)
		return rc_partitions_recreated(ps, p, "is beyond the end");
	if (status == 0 && low < p->next)
		status = find_previous(ps, &ps->checker, p, low, &at, &ms);
	if (status != 0 || at < p->last_at || (at == p->last_at && ms == p->last_ms))
		return status;
	return rc_partitions_recreated(
	    ps, p, "comes behind another message than the one that was read last");
}

/* find_start: where one partition begins, ends and is to be read from; *reader is a
 * client for the message before that. */
static int
find_start(struct rc_partitions *ps, rd_kafka_t *ends, rd_kafka_t **reader, struct rc_partition *p,
    const struct rc_start_at *start)
{
	int64_t low;
	int status;

	p->next = start->offset;
	if ((status = rc_partitions_watermarks(ps, ends, p->number, &low, &p->end)) != 0 ||
	    (status = check_start(ps, p, low)) != 0)
		return status;
	return check_previous(ps, reader, p, low, start->last_ms);
}

/* find_starts: of all partitions. */
static int
find_starts(struct rc_partitions *ps, rd_kafka_t *rk)
{
	const struct rc_start_at_conf where = { &ps->conf->kafka, ps->trouble, ps->conf->topic,
		ps->conf->from, ps->conf->group };
	struct rc_start_at *starts = calloc(ps->count, sizeof(*starts));
	rd_kafka_t *ends = NULL, *reader = NULL;
	int status;

	if (starts == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	for (size_t i = 0; i < ps->count; i++)
		starts[i].partition = ps->list[i].number;
	status = rc_start_at_find(rk, &where, starts, ps->count);
	if (status == 0)
		status = rc_partitions_client(ps, 0, &ends);
	for (size_t i = 0; i < ps->count && status == 0; i++)
		status = find_start(ps, ends, &reader, &ps->list[i], &starts[i]);
	rc_ask_destroy(ends);
	rc_ask_destroy(reader);
	free(starts);
	return status;
}

int
rc_partitions_open(struct rc_partitions *ps, rd_kafka_t *rk)
{
	int status = find_partitions(ps, rk);

	return status != 0 ? status : find_starts(ps, rk);
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
	rc_ask_destroy(ps->checker);
	free(ps->list);
}
