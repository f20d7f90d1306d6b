#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/meter.h"
#include "base/status.h"
#include "json/looks.h"
#include "record/input.h"

struct rc_input {
	struct rc_lines *lines;
	struct rc_rejects *rejects;
	struct rc_stats *stats;
	struct rc_json json;
	int refuse_torn;
};

int
rc_input_open(
    struct rc_input **rp, const char *what, struct rc_rejects *rejects, struct rc_stats *stats)
{
	struct rc_input *r;
	int status;

	if ((r = calloc(1, sizeof(*r))) == NULL) {
		rc_log_errno("no memory to read %s", what);
		return RC_OSERR;
	}
	if ((status = rc_lines_open_stdin(&r->lines, what)) != 0) {
		free(r);
		return status;
	}
	rc_lines_pass_long(r->lines);
	r->rejects = rejects;
	r->stats = stats;
	*rp = r;
	return 0;
}

void
rc_input_expect_envelopes(struct rc_input *r, struct rc_json *value)
{
	r->json.wraps = 1;
	r->json.inner = value;
}

/* bad_line: reject a line that is no record. */
static int
bad_line(struct rc_input *r, const struct rc_line *line, struct rc_span text)
{
	struct rc_reject reject = {
		.input = rc_lines_name(r->lines), .line = line->number, .raw = text
	};
	const char *advice = NULL;
	char reason[256];

	if (text.p == NULL)
		snprintf(reason, sizeof(reason), "a line of %zu bytes: longer than %zu MiB", text.n,
		    RC_LINES_MAX >> 20);
	else if ((advice = rc_looks_line(text, r->json.at == text.n)) != NULL)
		snprintf(reason, sizeof(reason), "not a JSON object: %s", advice);
	else if (r->json.at == text.n)
		snprintf(reason, sizeof(reason), "not a JSON object: %s", r->json.reason);
	else
		snprintf(reason, sizeof(reason), "not a JSON object: byte %zu: %s", r->json.at + 1,
		    r->json.reason);
	reject.reason = reason;
	return rc_rejects_add(r->rejects, &reject);
}

void
rc_input_expect_torn(struct rc_input *r)
{
	r->refuse_torn = 1;
}

/* torn: say that the input ended within a line. */
static int
torn(const struct rc_input *r, const struct rc_line *line)
{
	rc_log_error("%s: line %llu: it is cut off: whoever wrote it is gone: start both again",
	    rc_lines_name(r->lines), (unsigned long long)line->number);
	return RC_TEMPFAIL;
}

void
rc_input_roomy(struct rc_input *r)
{
	rc_lines_roomy(r->lines);
}

void
rc_input_watch(struct rc_input *r, int fd)
{
	rc_lines_watch(r->lines, fd);
}

int
rc_input_next(struct rc_input *r, int wait_ms, enum rc_event *event, struct rc_record *rec)
{
	struct rc_line line;
	struct rc_span text;
	int status;

	for (;;) {
		status = rc_lines_next(r->lines, wait_ms, event, &line);
		r->stats->bytes_in = rc_lines_bytes(r->lines);
		if (status != 0 || *event != RC_EVENT_LINE)
			return status;
		text = line.text;
		if (text.p != NULL && (text = rc_span_trim(text)).n == 0)
			continue;
		if (line.torn && r->refuse_torn)
			return torn(r, &line);
		r->stats->records_in++;
		rc_meter_tick();
		status = text.p == NULL ? RC_DATA : rc_json_scan(&r->json, text.p, text.n);
		if (status == 0) {
			*rec = (struct rc_record){ text, &r->json, line.number, { NULL, 0 } };
			return 0;
		}
		if (status == RC_TEMPFAIL) { /* a stop: as if the line had not come */
			r->stats->records_in--;
			*event = RC_EVENT_END;
			return 0;
		}
		if (status != RC_DATA || (status = bad_line(r, &line, text)) != 0)
			return status;
	}
}

int
rc_input_reject(
    struct rc_input *r, const struct rc_record *rec, const char *field, const char *reason)
{
	struct rc_reject reject = { .input = rc_lines_name(r->lines),
		.line = rec->line,
		.field = field,
		.reason = reason,
		.key = rec->key,
		.raw = rec->text,
		.is_json = 1 };

	return rc_rejects_add(r->rejects, &reject);
}

void
rc_input_close(struct rc_input *r)
{
	if (r == NULL)
		return;
	rc_lines_close(r->lines);
	rc_json_free(&r->json);
	free(r);
}
