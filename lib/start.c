#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "envelope.h"
#include "lines.h"
#include "msg.h"
#include "start.h"
#include "status.h"

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
		rc_msg_error("-o %s: not @ and milliseconds since 1970", from);
		return RC_USAGE;
	}
	set_all(list, ms);
	err = rd_kafka_offsets_for_times(rk, list, c->timeout_ms);
	if (err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return rc_kafka_failed("offsets for a time", err, NULL);
	return missing_to(list, RD_KAFKA_OFFSET_END, "offset for a time");
}

/* take_position: one line of positions. */
static int
take_position(struct rc_json *json, struct rc_envelope_reader *reader, const char *name,
    const struct rc_line *line, rd_kafka_topic_partition_list_t *list)
{
	const char *field, *why;
	struct rc_envelope e;
	int status, there;

	status = rc_envelope_read_position(reader, json, line->text, &e, &there, &field, &why);
	if (status == RC_DATA)
		rc_msg_error("%s: line %llu: no position: %s%s%s", name,
		    (unsigned long long)line->number, field, *field != '\0' ? ": " : "", why);
	if (status != 0 || !there)
		return status;
	for (int i = 0; i < list->cnt; i++)
		if (list->elems[i].partition == e.partition &&
		    rc_span_is(e.topic, list->elems[i].topic))
			list->elems[i].offset = e.offset;
	return 0;
}

static int
from_file(const char *from, rd_kafka_topic_partition_list_t *list)
{
	int fd = STDIN_FILENO, status;
	const char *name = strcmp(from, "-") == 0 ? "<stdin>" : from;
	struct rc_envelope_reader reader = { 0 };
	struct rc_lines *lines = NULL;
	struct rc_json json = { 0 };
	enum rc_event event;
	struct rc_line line;

	if (name == from && (fd = open(from, O_RDONLY | O_CLOEXEC)) == -1) {
		rc_msg_errno("-o %s: neither beginning, end, stored, a number, @MS nor a file that "
			     "can be read",
		    from);
		return RC_USAGE;
	}
	set_all(list, RD_KAFKA_OFFSET_BEGINNING);
	if ((status = rc_lines_open(&lines, fd, name)) == 0)
		while ((status = rc_lines_next(lines, -1, &event, &line)) == 0 &&
		    event == RC_EVENT_LINE &&
		    (status = take_position(&json, &reader, name, &line, list)) == 0)
			;
	rc_lines_close(lines);
	rc_json_free(&json);
	rc_envelope_reader_free(&reader);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}

int
rc_start_find(rd_kafka_t *rk, const struct rc_kafka_conf *c, const char *from,
    rd_kafka_topic_partition_list_t *list)
{
	int64_t offset = whole(from);

	if (strcmp(from, "beginning") == 0)
		offset = RD_KAFKA_OFFSET_BEGINNING;
	else if (strcmp(from, "end") == 0)
		offset = RD_KAFKA_OFFSET_END;
	else if (strcmp(from, "stored") == 0)
		return from_group(rk, c, list);
	else if (*from == '@')
		return from_time(rk, c, from, list);
	else if (offset == -1)
		return from_file(from, list);
	set_all(list, offset);
	return 0;
}
