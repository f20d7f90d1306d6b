#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "base/stop.h"
#include "json/json.h"
#include "kafka/ask.h"
#include "kafka/error.h"
#include "kafka/start_at.h"
#include "record/envelope.h"

#define TAIL_MAX (INT64_MAX / 2) /* no partition has so many; more would overflow */

/* whole: text as a number; -1: it is none. */
static int64_t
whole(const char *text)
{
	return rc_span_number((struct rc_span){ text, strlen(text) }, INT64_MAX - 1);
}

static void
set_all(rd_kafka_topic_partition_list_t *list, int64_t offset)
{
	for (int i = 0; i < list->cnt; i++)
		list->elems[i].offset = offset;
}

/* missing_to: give partitions for which Kafka has no answer another offset.
 * An error of one partition is an error of the whole. */
static int
missing_to(rd_kafka_topic_partition_list_t *list, int64_t offset, const char *what)
{
	for (int i = 0; i < list->cnt; i++) {
		rd_kafka_topic_partition_t *p = &list->elems[i];
		char where[300];

		if (p->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
			snprintf(where, sizeof(where), "%s partition %d: %s", p->topic,
			    (int)p->partition, what);
			return rc_error_failed(where, p->err, NULL);
		}
		if (p->offset < 0)
			p->offset = offset;
	}
	return 0;
}

static int
from_group(
    struct rc_kafka *k, const struct rc_start_at_conf *c, rd_kafka_topic_partition_list_t *list)
{
	int status = rc_ask_committed(k, list), any = 0;

	for (int i = 0; i < list->cnt; i++)
		any |= list->elems[i].offset >= 0;
	if (status == 0 &&
	    (status = missing_to(list, RD_KAFKA_OFFSET_BEGINNING, "committed position")) == 0 &&
	    !any)
		rc_log_warn("group %s has no positions of %s: it is read from the beginning",
		    c->group, c->topic);
	return status;
}

/* at_time: the offsets of the first records of the time that text, behind its "@", is, or later;
 * option is what it was given to. */
static int
at_time(
    struct rc_kafka *k, const char *option, const char *text, rd_kafka_topic_partition_list_t *list)
{
	const char *why;
	int64_t ms;

	if (rc_instant_read(text + 1, (int64_t)time(NULL) * 1000, &ms, &why) == -1) {
		rc_log_error("%s %s: %s", option, text, why);
		return RC_USAGE;
	}
	set_all(list, ms);
	return rc_ask_times(k, list);
}

static int
from_time(
    struct rc_kafka *k, const struct rc_start_at_conf *c, rd_kafka_topic_partition_list_t *list)
{
	int status = at_time(k, "-o", c->from, list);

	return status != 0 ? status : missing_to(list, RD_KAFKA_OFFSET_END, "offset for a time");
}

/* The reading of a file of positions. */
struct reading {
	const char *name; /* of the file, for messages */
	const char *topic;
	struct rc_start_at *starts;
	size_t count;
	struct rc_json json;
	struct rc_envelope_reader reader;
	int any;    /* a line, if only {} */
	int others; /* a position of another topic */
	int ours;
};

/* take_position: one line of positions. */
static int
take_position(struct reading *g, const struct rc_line *line)
{
	const char *field, *why;
	struct rc_envelope e;
	int status, found;

	status =
	    rc_envelope_read_position(&g->reader, &g->json, line->text, &e, &found, &field, &why);
	if (status == RC_DATA)
		rc_log_error("%s: line %llu: no position: %s%s%s", g->name,
		    (unsigned long long)line->number, field, *field != '\0' ? ": " : "", why);
	if (status != 0)
		return status;
	g->any |= rc_span_trim(line->text).n > 0;
	if (!found)
		return 0;
	if (!rc_span_is(e.topic, g->topic)) {
		g->others = 1;
		return 0;
	}
	g->ours = 1;
	for (size_t i = 0; i < g->count; i++)
		if (g->starts[i].partition == e.partition) {
			g->starts[i].offset = e.offset;
			g->starts[i].last_ms = e.timestamp;
		}
	return 0;
}

/* check_content: an empty file is what a failed program leaves, and must not be taken for
 * the beginning. */
static int
check_content(const struct reading *g)
{
	if (!g->any) {
		rc_log_error(
		    "%s: empty, which is no position: did the command that writes it fail? {} "
		    "means the beginning",
		    g->name);
		return RC_DATA;
	}
	if (g->others && !g->ours)
		rc_log_warn("%s: positions of other topics alone, none of %s: it is read from the "
			    "beginning",
		    g->name, g->topic);
	return 0;
}

static int
from_file(const char *from, const char *topic, struct rc_start_at *starts, size_t count)
{
	struct reading g = { .topic = topic, .starts = starts, .count = count };
	struct rc_lines *lines = NULL;
	int fd = STDIN_FILENO, status;
	enum rc_event event;
	struct rc_line line;

	g.name = strcmp(from, "-") == 0 ? "<stdin>" : from;
	if (g.name == from && (fd = open(from, O_RDONLY | O_CLOEXEC)) == -1) {
		rc_log_errno("-o %s: not an offset: beginning, end, stored, a number, -N (before "
			     "the end), @TIME or a file of positions that can be read",
		    from);
		return RC_USAGE;
	}
	status = fd == STDIN_FILENO ? rc_lines_open_stdin(&lines, "positions")
				    : rc_lines_open(&lines, fd, g.name);
	if (status == 0)
		while ((status = rc_lines_next(lines, -1, &event, &line)) == 0 &&
		    event == RC_EVENT_LINE && (status = take_position(&g, &line)) == 0)
			;
	if (status == 0 && rc_stop_signal() == 0)
		status = check_content(&g);
	rc_lines_close(lines);
	rc_json_free(&g.json);
	rc_envelope_reader_free(&g.reader);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}

/* all: the partitions, as librdkafka has them. */
static rd_kafka_topic_partition_list_t *
all(const char *topic, const struct rc_start_at *starts, size_t count)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);

	for (size_t i = 0; i < count; i++)
		rd_kafka_topic_partition_list_add(list, topic, starts[i].partition);
	return list;
}

/* from_kafka: what Kafka is to be asked. */
static int
from_kafka(
    struct rc_kafka *k, const struct rc_start_at_conf *c, struct rc_start_at *starts, size_t count)
{
	rd_kafka_topic_partition_list_t *list = all(c->topic, starts, count);
	int status;

	status = *c->from == '@' ? from_time(k, c, list) : from_group(k, c, list);
	for (size_t i = 0; i < count && status == 0; i++)
		starts[i].offset = list->elems[i].offset;
	rd_kafka_topic_partition_list_destroy(list);
	return status;
}

/* logical: an offset that needs no asking; -1: it is none. */
static int
logical(const char *from, int64_t *offset)
{
	if (strcmp(from, "beginning") == 0 || strcmp(from, "earliest") == 0)
		*offset = RD_KAFKA_OFFSET_BEGINNING;
	else if (strcmp(from, "end") == 0 || strcmp(from, "latest") == 0)
		*offset = RD_KAFKA_OFFSET_END;
	else if (*from == '-' && whole(from + 1) > 0) /* so many before the end */
		*offset = whole(from + 1) < TAIL_MAX ? RD_KAFKA_OFFSET_TAIL(whole(from + 1))
						     : RD_KAFKA_OFFSET_BEGINNING;
	else if ((*offset = whole(from)) == -1)
		return -1;
	return 0;
}

int
rc_start_at_find(
    struct rc_kafka *k, const struct rc_start_at_conf *c, struct rc_start_at *starts, size_t count)
{
	int64_t offset;
	int found = logical(c->from, &offset);

	for (size_t i = 0; i < count; i++) {
		starts[i].offset = found == 0 ? offset : RD_KAFKA_OFFSET_BEGINNING;
		starts[i].typed = found == 0 && offset >= 0;
		starts[i].last_ms = -1;
	}
	if (found == 0)
		return 0;
	if (strcmp(c->from, "stored") == 0 || *c->from == '@')
		return from_kafka(k, c, starts, count);
	return from_file(c->from, c->topic, starts, count);
}

int
rc_start_at_until(struct rc_kafka *k, const char *topic, const char *until,
    struct rc_start_at *ends, size_t count)
{
	rd_kafka_topic_partition_list_t *list;
	int64_t offset = whole(until);
	int status = 0;

	for (size_t i = 0; i < count; i++)
		ends[i].offset = offset == -1 ? INT64_MAX : offset;
	if (offset != -1)
		return 0;
	if (*until != '@') {
		rc_log_error(
		    "--until %s: neither an offset nor a time, such as @2024-04-18", until);
		return RC_USAGE;
	}
	list = all(topic, ends, count);
	status = at_time(k, "--until", until, list);
	if (status == 0)
		status = missing_to(list, INT64_MAX, "offset for a time");
	for (size_t i = 0; i < count && status == 0; i++)
		ends[i].offset = list->elems[i].offset;
	rd_kafka_topic_partition_list_destroy(list);
	return status;
}
