#include <errno.h>
#include <stdlib.h>

#include "page.h"
#include "status.h"

#define BODY_MAX ((size_t)64 << 20)

static int
on_bytes(void *to, const char *p, size_t n)
{
	struct rc_page *page = to;

	page->stats->bytes_in += n;
	if (page->body.len + n > BODY_MAX) {
		page->bad = "more than 64 MiB";
		return RC_HTTP_NO_MORE;
	}
	return rc_buf_add(&page->body, p, n);
}

static const struct rc_json_value *
member(struct rc_page *page, const char *name)
{
	struct rc_json_hint hint = { 0 };

	return rc_json_get(&page->json, (struct rc_span){ name, strlen(name) }, &hint);
}

/* parse: set total and rest from the body, or bad. */
static int
parse(struct rc_page *page)
{
	const struct rc_json_value *total, *results;
	const char *body = rc_buf_text(&page->body);
	int status = body == NULL ? RC_IO : rc_json_scan(&page->json, body, page->body.len);

	if (status != 0) {
		page->bad =
		    status == RC_DATA && rc_page_is_web(body) ? "a web page" : page->json.reason;
		return status == RC_DATA ? 0 : status;
	}
	total = member(page, "total_count");
	results = member(page, "results");
	if (total == NULL || total->kind != RC_JSON_NUMBER || *total->raw.p == '-' ||
	    results == NULL || results->kind != RC_JSON_ARRAY) {
		page->bad = "no total_count and results";
		return 0;
	}
	errno = 0;
	page->total = strtoull(total->raw.p, NULL, 10); /* a comma or brace ends it */
	if (errno != 0)
		page->bad = "a total_count out of range";
	page->rest = results->raw;
	return 0;
}

/* check: whether there are as many records as there have to be, or bad. */
static void
check(struct rc_page *page, const struct rc_query_part *part)
{
	uint64_t left = page->total > part->offset ? page->total - part->offset : 0, count = 0;
	struct rc_span rest = page->rest;
	struct rc_json_value v;

	while (rc_json_next_element(&rest, &v))
		count++;
	if (count < (left < part->limit ? left : part->limit))
		page->bad = "a page with fewer records than there are";
}

int
rc_page_get(struct rc_page *page, struct rc_portal *portal, const struct rc_query *q,
    const struct rc_query_part *part, struct rc_stats *stats)
{
	enum rc_portal_end end;
	int status;

	page->stats = stats;
	page->path.len = 0;
	if ((status = rc_query_page(&page->path, q, part)) != 0 ||
	    (status = rc_buf_addc(&page->path, '\0')) != 0)
		return status;
	do {
		page->body.len = 0;
		page->bad = NULL;
		page->rest = (struct rc_span){ NULL, 0 };
		status = rc_portal_ask(portal, page->path.data, on_bytes, page, &end);
		if (status != 0 || end == RC_PORTAL_STOP)
			return status;
		if (end == RC_PORTAL_DONE) {
			if (page->bad == NULL && (status = parse(page)) != 0)
				return status;
			if (page->bad == NULL)
				check(page, part);
			if (page->bad == NULL) {
				rc_portal_progress(portal);
				return 0;
			}
			page->rest = (struct rc_span){ NULL, 0 };
			rc_portal_blame(portal,
			    "not what an Explore API answers (%s): is --api right?", page->bad);
		}
	} while ((status = rc_portal_again(portal)) == 0);
	return status;
}

int
rc_page_is_web(const char *text)
{
	text += strspn(text, " \t\r\n");
	return *text == '<' &&
	    (text[1] == '!' || (text[1] >= 'a' && text[1] <= 'z') ||
		(text[1] >= 'A' && text[1] <= 'Z'));
}

void
rc_page_free(struct rc_page *page)
{
	rc_buf_free(&page->path);
	rc_buf_free(&page->body);
	rc_json_free(&page->json);
}
