#include "portal/export.h"
#include "base/status.h"
#include "base/stop.h"
#include "base/utf8.h"
#include "base/visible.h"

/* quote: what the portal put where a record should be; whether that is its message, which may come
 * in the middle of a record. */
static int
quote(struct rc_export *x, struct rc_span line)
{
	struct rc_span message = rc_span_from(line, "Streaming interrupted");

	if (message.n > 0) {
		rc_visible_put(x->said, sizeof(x->said), message);
		return 1;
	}
	if (strcmp(x->bad, RC_COLLECT_ERROR) == 0) {
		rc_visible_put(x->said, sizeof(x->said), line);
		return 1;
	}
	if (!rc_utf8_valid(line.p, line.n))
		x->bad = "bytes that are not UTF-8";
	else if (*line.p != '{' && *line.p != '\xEF') /* a byte order mark */
		rc_visible_put(x->said, 61, line);
	return 0;
}

/* is_bad_for_good: whether a line that is no record was the same in an export before, and is
 * therefore what the portal has; else it is kept for the next one.  Only a whole line may be, that
 * begins as a record does, or goes on with one that has a line feed in it. */
static int
is_bad_for_good(struct rc_export *x, struct rc_span line, int *status)
{
	if (x->ended || (*line.p != '{' && !x->passed_on))
		return 0;
	if (rc_collect_has_passed_on(x->pass->collect, line) ||
	    (line.n == x->suspect.len && memcmp(line.p, x->suspect.data, line.n) == 0))
		return 1;
	x->suspect.len = 0;
	*status = rc_buf_add(&x->suspect, line.p, line.n);
	return 0;
}

/* bad_line: pass it on, or read no more; see is_bad_for_good(). */
static int
bad_line(struct rc_export *x, struct rc_span line)
{
	unsigned begins = *line.p == '{';
	int status = 0;

	if (quote(x, line) || !is_bad_for_good(x, line, &status))
		return status != 0 ? status : RC_HTTP_NO_MORE;
	x->lines += begins;
	x->passed_on = 1;
	status = rc_collect_pass_on(x->pass->collect, line, x->bad, (int)begins);
	x->bad = NULL;
	x->said[0] = '\0';
	return status;
}

/* on_line: a line of an export. */
static int
on_line(void *to, struct rc_span line)
{
	struct rc_export *x = to;
	int status;

	if (line.p == NULL) {
		x->bad = "a line of more than 64 MiB";
		return RC_HTTP_NO_MORE;
	}
	line = rc_span_trim(line);
	if (line.n == 0)
		return 0;
	if ((status = rc_collect_add(x->pass->collect, line, &x->bad)) != 0)
		return status;
	if (x->bad == NULL) {
		x->lines++;
		x->passed_on = 0;
	} else if ((status = bad_line(x, line)) != 0) {
		return status;
	}
	if (rc_pass_too_many(x->pass, x->lines))
		return RC_TEMPFAIL;
	return rc_pass_is_over(x->pass) ? RC_HTTP_NO_MORE : 0;
}

static int
on_export(void *to, const char *p, size_t n)
{
	struct rc_export *x = to;
	uint64_t before = x->lines;
	int status;

	x->pass->stats->bytes_in += n;
	if ((status = rc_line_splitter_feed(&x->splitter, p, n, on_line, x)) != 0)
		return status;
	if (x->lines != before)
		rc_pace_start(&x->pace, x->pace.limit_ms);
	else if (rc_pace_is_slow(&x->pace, p, n)) {
		x->bad = "no record came, at less than 1000 bytes a second";
		return RC_HTTP_NO_MORE;
	}
	return 0;
}

/* put_export: of the export, from the newest date on where resume says so.  The
 * limit leaves room for what has that date, or none, and will come again. */
static int
put_export(struct rc_export *x, int resume)
{
	const struct rc_collected *met = rc_collect_met(x->pass->collect);
	struct rc_query_part part = { .limit = x->pass->most };
	int status;

	if (resume)
		part.from = met->newest;
	if (part.from.n > 0 && part.limit != UINT64_MAX)
		part.limit = part.limit - met->count + met->at_newest + met->undated;
	x->path.len = 0;
	if ((status = rc_query_export(&x->path, x->pass->query, &part)) != 0)
		return status;
	return rc_buf_addc(&x->path, '\0');
}

/* read_once: one export as far as it goes; *end is RC_PORTAL_DONE where it
 * came to its proper end, or as far as is wanted. */
static int
read_once(struct rc_export *x, int resume, enum rc_portal_end *end)
{
	struct rc_portal *portal = x->pass->portal;
	int status;

	x->lines = 0;
	x->bad = NULL;
	x->said[0] = '\0';
	x->ended = x->passed_on = 0;
	rc_pace_start(&x->pace, rc_portal_timeout_ms(portal));
	rc_line_splitter_forget(&x->splitter);
	if ((status = put_export(x, resume)) != 0)
		return status;
	status = rc_portal_ask(portal, x->path.data, on_export, x, end);
	x->ended = 1;
	x->absent = status == 0 && *end == RC_PORTAL_ABSENT;
	if (status == 0 && *end == RC_PORTAL_DONE && x->bad == NULL && !rc_pass_is_over(x->pass))
		status = rc_line_splitter_end(&x->splitter, on_line, x);
	if (status == RC_HTTP_NO_MORE)
		status = 0;
	if (status != 0 || x->bad == NULL)
		return status;
	*end = RC_PORTAL_AGAIN;
	if (x->lines == 0 && rc_http_is_web(x->said))
		rc_portal_blame(portal, "a web page instead of records: is --api right?");
	else
		rc_portal_blame(
		    portal, "the export broke off: %s", x->said[0] != '\0' ? x->said : x->bad);
	return 0;
}

int
rc_export_read(struct rc_export *x, const struct rc_pass *pass, int resume,
    enum rc_export_again again, uint64_t *came)
{
	const struct rc_collected *met = rc_collect_met(pass->collect);
	enum rc_portal_end end;
	uint64_t before;
	int status;

	x->pass = pass;
	x->suspect.len = 0;
	x->absent = 0;
	for (;; resume = again == RC_EXPORT_RESUME && met->in_order) {
		before = met->count;
		status = read_once(x, resume, &end);
		*came = x->lines;
		/* what came is for the next program now, and not after a wait */
		status = rc_status_first(status, rc_collect_flush(pass->collect));
		if (status != 0 || end != RC_PORTAL_AGAIN || rc_stop_signal() != 0)
			return status;
		if (met->count > before)
			rc_portal_progress(pass->portal);
		if ((status = rc_portal_again(pass->portal)) != 0)
			return status;
	}
}

void
rc_export_free(struct rc_export *x)
{
	rc_line_splitter_free(&x->splitter);
	rc_buf_free(&x->path);
	rc_buf_free(&x->suspect);
}
