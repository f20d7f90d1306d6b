#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/line_splitter.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "base/utf8.h"
#include "base/visible.h"
#include "json/json.h"
#include "json/value.h"
#include "portal/document.h"
#include "portal/fetch.h"
#include "portal/fields.h"
#include "portal/pace.h"
#include "portal/page.h"

#define BEYOND 10000 /* records that may come beside twice the portal's count */

struct rc_fetch {
	struct rc_portal *portal;
	struct rc_collect *collect;
	struct rc_stats *stats;
	struct rc_line_splitter splitter;
	struct rc_page page;
	struct rc_buf path, from;
	const struct rc_query *query; /* of this pass */
	uint64_t most;
	uint64_t expected; /* records, by the portal's count */
	/* of the stream that is being read */
	uint64_t lines;
	struct rc_pace pace;
	const char *bad; /* why it broke off, or NULL */
	char said[160];  /* the line that is no record */
};

int
rc_fetch_open(struct rc_fetch **fp, struct rc_portal *portal, struct rc_collect *collect,
    struct rc_stats *stats)
{
	struct rc_fetch *f;

	if ((f = calloc(1, sizeof(*f))) == NULL) {
		rc_log_errno("no memory to fetch");
		return RC_OSERR;
	}
	f->portal = portal;
	f->collect = collect;
	f->stats = stats;
	*fp = f;
	return 0;
}

/* quote: what the portal put where a record should be: its message if there is
 * one, which may come in the middle of a record. */
static void
quote(struct rc_fetch *f, struct rc_span line)
{
	static const char message[] = "Streaming interrupted";
	size_t n = sizeof(message) - 1;

	for (const char *p = line.p; line.n >= n && p <= line.p + line.n - n; p++)
		if (memcmp(p, message, n) == 0) {
			rc_visible_put(f->said, sizeof(f->said),
			    (struct rc_span){ p, (size_t)(line.p + line.n - p) });
			return;
		}
	if (strcmp(f->bad, RC_COLLECT_ERROR) == 0)
		rc_visible_put(f->said, sizeof(f->said), line);
	else if (!rc_utf8_valid(line.p, line.n))
		f->bad = "bytes that are not UTF-8";
	else if (line.n > 0 && *line.p != '{' && *line.p != '\xEF') /* a byte order mark */
		rc_visible_put(f->said, 61, line);
}

/* too_many: whether so many records have come that the portal's count has nothing to do with
 * them; some may be new, or come twice. */
static int
too_many(const struct rc_fetch *f, uint64_t came)
{
	if (came <= 2 * f->expected + BEYOND)
		return 0;
	rc_log_error("%s: more than %" PRIu64 " records came, where it says that there are %" PRIu64
		     ": is --api right?",
	    rc_portal_url(f->portal), came - 1, f->expected);
	return 1;
}

/* on_line: a line of an export. */
static int
on_line(void *to, struct rc_span line)
{
	struct rc_fetch *f = to;
	int status;

	if (line.p == NULL) {
		f->bad = "a line of more than 64 MiB";
		return RC_HTTP_NO_MORE;
	}
	line = rc_span_trim(line);
	if (line.n == 0)
		return 0;
	if ((status = rc_collect_add(f->collect, line, &f->bad)) != 0)
		return status;
	if (f->bad != NULL) {
		quote(f, line);
		return RC_HTTP_NO_MORE;
	}
	f->lines++;
	if (too_many(f, f->lines))
		return RC_TEMPFAIL;
	return rc_collect_full(f->collect) || rc_stop_signal() != 0 ? RC_HTTP_NO_MORE : 0;
}

static int
on_bytes(void *to, const char *p, size_t n)
{
	struct rc_fetch *f = to;
	uint64_t before = f->lines;
	int status;

	f->stats->bytes_in += n;
	if ((status = rc_line_splitter_feed(&f->splitter, p, n, on_line, f)) != 0)
		return status;
	if (f->lines != before)
		rc_pace_start(&f->pace, f->pace.limit_ms);
	else if (rc_pace_is_slow(&f->pace, p, n)) {
		f->bad = "no record came, at less than 1000 bytes a second";
		return RC_HTTP_NO_MORE;
	}
	return 0;
}

/* stream_path: of the export, from the newest date on where resume says so.  The
 * limit leaves room for what has that date and will come again. */
static int
stream_path(struct rc_fetch *f, int resume)
{
	struct rc_query_part part = { .limit = f->most };
	int status;

	if (resume) {
		part.from = rc_collect_cursor(f->collect);
		if (part.limit != UINT64_MAX)
			part.limit = f->most - rc_collect_count(f->collect) +
			    (part.from.n > 0 ? rc_collect_at_cursor(f->collect)
					     : rc_collect_count(f->collect));
	}
	f->path.len = 0;
	if ((status = rc_query_export(&f->path, f->query, &part)) != 0)
		return status;
	return rc_buf_addc(&f->path, '\0');
}

/* stream_once: read one export as far as it goes; *end is RC_PORTAL_DONE where it
 * came to its proper end, or as far as is wanted. */
static int
stream_once(struct rc_fetch *f, int resume, enum rc_portal_end *end)
{
	int status;

	f->lines = 0;
	f->bad = NULL;
	f->said[0] = '\0';
	rc_pace_start(&f->pace, rc_portal_timeout_ms(f->portal));
	rc_line_splitter_forget(&f->splitter);
	if ((status = stream_path(f, resume)) != 0)
		return status;
	status = rc_portal_ask(f->portal, f->path.data, on_bytes, f, end);
	if (status == 0 && *end == RC_PORTAL_DONE && f->bad == NULL &&
	    !rc_collect_full(f->collect) && rc_stop_signal() == 0)
		status = rc_line_splitter_end(&f->splitter, on_line, f);
	if (status == RC_HTTP_NO_MORE)
		status = 0;
	if (status != 0 || f->bad == NULL)
		return status;
	*end = RC_PORTAL_AGAIN;
	if (f->lines == 0 && rc_document_is_web(f->said))
		rc_portal_blame(f->portal, "a web page instead of records: is --api right?");
	else if (f->said[0] != '\0')
		rc_portal_blame(f->portal, "the export broke off: %s", f->said);
	else
		rc_portal_blame(f->portal, "the export broke off: %s", f->bad);
	return 0;
}

/* stream: read the export until it came to its end once, each time going on
 * where it broke off; or, where it is to be compared with what has come, from
 * its start.  *came: how many records the stream that came to its end had. */
static int
stream(struct rc_fetch *f, int resume, int whole, uint64_t *came)
{
	enum rc_portal_end end;
	uint64_t before;
	int status;

	for (;; resume = !whole) {
		before = rc_collect_count(f->collect);
		status = stream_once(f, resume, &end);
		*came = f->lines;
		/* what came is for the next program now, and not after a wait */
		status = rc_status_first(status, rc_collect_flush(f->collect));
		if (status != 0 || end != RC_PORTAL_AGAIN || rc_stop_signal() != 0)
			return status;
		if (rc_collect_count(f->collect) > before)
			rc_portal_progress(f->portal);
		if ((status = rc_portal_again(f->portal)) != 0)
			return status;
	}
}

/* take_page: hand over the records of the page; *count: how many it had. */
static int
take_page(struct rc_fetch *f, uint64_t *count)
{
	struct rc_span rest = f->page.rest;
	struct rc_json_value v;
	const char *bad;
	int status;

	for (*count = 0; !rc_collect_full(f->collect) && rc_json_next_element(&rest, &v);
	     ++*count) {
		if (rc_stop_signal() != 0)
			return 0;
		if ((status = rc_collect_add(f->collect, v.raw, &bad)) != 0)
			return status;
		if (bad != NULL) {
			rc_log_error("%s: a page contains something that is not a record: %s: is "
				     "--api right?",
			    rc_portal_url(f->portal), bad);
			return RC_TEMPFAIL;
		}
	}
	return rc_collect_flush(f->collect);
}

/* next_window: pages reach only so far; go on with new ones from the newest date.
 * Returns 0 where more records than they reach have that one date. */
static int
next_window(struct rc_fetch *f, struct rc_query_part *part, int *status)
{
	struct rc_span newest = rc_collect_cursor(f->collect);

	*status = 0;
	if (newest.n == f->from.len &&
	    (newest.n == 0 || memcmp(newest.p, f->from.data, newest.n) == 0))
		return 0;
	f->from.len = 0;
	*status = rc_buf_add(&f->from, newest.p, newest.n);
	part->from = rc_buf_span(&f->from);
	part->offset = 0;
	return 1;
}

/* walk: get the records in pages, as stream() does in one go. */
static int
walk(struct rc_fetch *f, int resume)
{
	struct rc_query_part part = { .limit = f->most < RC_PAGE_SIZE ? f->most : RC_PAGE_SIZE };
	uint64_t count, came, all = 0;
	int status = 0;

	f->from.len = 0;
	if (resume) /* without a date to go on from, from the start */
		next_window(f, &part, &status);
	while (status == 0) {
		if ((status = rc_page_get(&f->page, f->portal, f->query, &part, f->stats)) != 0 ||
		    (status = take_page(f, &count)) != 0)
			break;
		if (too_many(f, all += count))
			return RC_TEMPFAIL;
		part.offset += part.limit; /* a page may be too long as well */
		if (count < part.limit || rc_collect_full(f->collect) || rc_stop_signal() != 0)
			break;
		if (part.offset + part.limit <= RC_PAGE_WINDOW || next_window(f, &part, &status))
			continue;
		rc_log_warn("%s: more than %" PRIu64 " records have one date, which pages cannot "
			    "reach: going on with an export",
		    rc_portal_url(f->portal), RC_PAGE_WINDOW);
		return stream(f, 1, 0, &came);
	}
	return status;
}

/* expect: ask how many records there are; *expected: of them, wanted. */
static int
expect(struct rc_fetch *f, uint64_t *expected)
{
	struct rc_query_part part = { .limit = 1 };
	int status;

	*expected = 0;
	if ((status = rc_page_get(&f->page, f->portal, f->query, &part, f->stats)) != 0)
		return status;
	*expected = f->page.total < f->most ? f->page.total : f->most;
	f->expected = f->page.total;
	return 0;
}

/* missing: whether the pass has fewer records than there are now.  Some that were
 * there when it began may have gone. */
static int
missing(struct rc_fetch *f, uint64_t *expected, int *status)
{
	*status = 0;
	if (rc_stop_signal() != 0 || rc_collect_count(f->collect) >= *expected)
		return 0;
	*status = expect(f, expected);
	return *status == 0 && rc_stop_signal() == 0 && rc_collect_count(f->collect) < *expected;
}

/* compare: get everything once more, for what is missing in the middle.  It may
 * also be that nothing is: that the portal has records of the same key and
 * version, which are shown once. */
static int
compare(struct rc_fetch *f, int paged, uint64_t expected)
{
	uint64_t came = 0;
	int status = paged ? walk(f, 0) : stream(f, 0, 1, &came);

	if (status != 0 || !missing(f, &expected, &status))
		return status;
	if (paged || came >= expected) { /* rc_page_get() counts its pages */
		rc_log_info("%s: %" PRIu64
			    " records have a key and version that others have: shown once",
		    rc_portal_url(f->portal), expected - rc_collect_count(f->collect));
		return 0;
	}
	rc_log_error("%s: %" PRIu64 " of %" PRIu64 " records came, though asked again: fetch the "
		     "same dates later",
	    rc_portal_url(f->portal), rc_collect_count(f->collect), expected);
	return RC_TEMPFAIL;
}

int
rc_fetch_pass(struct rc_fetch *f, const struct rc_query *query, uint64_t most, int paged)
{
	uint64_t expected, came = 0, before;
	int status, resume = 0;

	f->query = query;
	f->most = most;
	rc_collect_start(f->collect, most);
	if (most == 0)
		return 0;
	if ((status = rc_fields_check(f->portal, query->dataset, f->stats)) != 0 ||
	    rc_stop_signal() != 0 || (status = expect(f, &expected)) != 0 || rc_stop_signal() != 0)
		return status;
	f->stats->expected = expected;
	do {
		before = rc_collect_count(f->collect);
		status = paged ? walk(f, resume) : stream(f, resume, 0, &came);
		if (status != 0 || !missing(f, &expected, &status))
			return status;
		if (paged || came >= expected) /* there are doubles, it seems */
			break;
		rc_portal_blame(f->portal, "only %" PRIu64 " of %" PRIu64 " records came",
		    rc_collect_count(f->collect), expected);
		if (rc_collect_count(f->collect) > before)
			rc_portal_progress(f->portal);
		if ((status = rc_portal_again(f->portal)) != 0)
			return status;
		resume = 1;
	} while (rc_collect_count(f->collect) > before);
	return compare(f, paged, expected);
}

void
rc_fetch_close(struct rc_fetch *f)
{
	if (f == NULL)
		return;
	rc_line_splitter_free(&f->splitter);
	rc_page_free(&f->page);
	rc_buf_free(&f->path);
	rc_buf_free(&f->from);
	free(f);
}
