#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "base/stop.h"
#include "json/json.h"
#include "kafka/start_at.h"
#include "record/envelope.h"

/* whole: text as a number; -1: it is none. */
static int64_t
whole(const char *text)
{
	char *end;
	long long n;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' ? n : -1;
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
			return rc_kafka_failed(where, p->err, NULL);
		}
		if (p->offset < 0)
			p->offset = offset;
	}
	return 0;
}

static int
from_group(rd_kafka_t *rk, const struct rc_kafka_conf *c, rd_kafka_topic_partition_list_t *list)
{
	rd_kafka_resp_err_t err = rd_kafka_committed(rk, list, c->timeout_ms);

	if (err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return rc_kafka_failed("committed positions", err, NULL);
	return missing_to(list, RD_KAFKA_OFFSET_BEGINNING, "committed position");
}

static int
from_time(rd_kafka_t *rk, const struct rc_kafka_conf *c, const char *from,
    rd_kafka_topic_partition_list_t *list)
{
	int64_t ms = whole(from + 1);
	rd_kafka_resp_err_t err;

	if (ms == -1) {
		rc_log_error("-o %s: not @ and milliseconds since 1970", from);
		return RC_USAGE;
	}
	set_all(list, ms);
	err = rd_kafka_offsets_for_times(rk, list, c->timeout_ms);
	if (err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return rc_kafka_failed("offsets for a time", err, NULL);
	return missing_to(list, RD_KAFKA_OFFSET_END, "offset for a time");
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
			g->starts[i].offset =
			    e.kind == RC_ENVELOPE_POSITION ? e.offset : e.offset + 1;
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
		rc_log_errno("-o %s: neither beginning, end, stored, a number, @MS nor a file that "
			     "can be read",
		    from);
		return RC_USAGE;
	}
	if ((status = rc_lines_open(&lines, fd, g.name)) == 0)
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

/* from_kafka: what Kafka is to be asked. */
static int
from_kafka(rd_kafka_t *rk, const struct rc_kafka_conf *c, const char *topic, const char *from,
    struct rc_start_at *starts, size_t count)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
	int status;

	for (size_t i = 0; i < count; i++)
		rd_kafka_topic_partition_list_add(list, topic, starts[i].partition);
	status = *from == '@' ? from_time(rk, c, from, list) : from_group(rk, c, list);
	for (size_t i = 0; i < count && status == 0; i++)
		starts[i].offset = list->elems[i].offset;
	rd_kafka_topic_partition_list_destroy(list);
	return status;
}

int
rc_start_at_find(rd_kafka_t *rk, const struct rc_kafka_conf *c, const char *topic, const char *from,
    struct rc_start_at *starts, size_t count)
{
	int64_t offset = whole(from);

	if (strcmp(from, "end") == 0)
		offset = RD_KAFKA_OFFSET_END;
	else if (offset == -1)
		offset = RD_KAFKA_OFFSET_BEGINNING;
	for (size_t i = 0; i < count; i++) {
		starts[i].offset = offset;
		starts[i].last_ms = -1;
	}
	if (strcmp(from, "stored") == 0 || *from == '@')
		return from_kafka(rk, c, topic, from, starts, count);
	if (whole(from) != -1 || strcmp(from, "beginning") == 0 || strcmp(from, "end") == 0)
		return 0;
	return from_file(from, topic, starts, count);
}
