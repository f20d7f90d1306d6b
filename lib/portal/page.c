
#include "portal/page.h"
#include "base/status.h"

static const struct rc_json_value *
member(struct rc_page *page, const char *name)
{
	struct rc_json_hint hint = { 0 };

	return rc_json_get(&page->json, (struct rc_span){ name, strlen(name) }, &hint);
}

/* check: whether there are as many records as there have to be. */
static int
check(const struct rc_page *page)
{
	const struct rc_query_part *part = page->part;
	uint64_t left = page->total > part->offset ? page->total - part->offset : 0, count = 0;
	struct rc_span rest = page->rest;
	struct rc_json_value v;

	while (rc_json_next_element(&rest, &v))
		count++;
	return count >= (left < part->limit ? left : part->limit);
}

/* find_array: what stands between the brackets of the records, in a text that is no JSON. */
static int
find_array(struct rc_span body, struct rc_span *array)
{
	struct rc_span a;

	body = rc_span_trim(body);
	if (body.n == 0 || *body.p != '{' || body.p[body.n - 1] != '}')
		return 0;
	a = rc_span_from(rc_span_from(body, "\"results\""), "[");
	while (a.n > 0 && a.p[a.n - 1] != ']')
		a.n--;
	if (a.n < 2)
		return 0;
	*array = rc_span_trim((struct rc_span){ a.p + 1, a.n - 2 });
	return 1;
}

/* is_unreadable: whether an answer that is no JSON is a whole one, and the same as before. */
static int
is_unreadable(struct rc_page *page, struct rc_span body)
{
	struct rc_hash hash = rc_hash(body), before = page->before;

	if (!page->lenient || !find_array(body, &page->text))
		return 0;
	page->before = hash;
	return hash.a == before.a && hash.b == before.b;
}

/* read_page: set total and rest from the body. */
static int
read_page(void *to, const struct rc_buf *body, const char **bad)
{
	struct rc_page *page = to;
	const struct rc_json_value *total, *results;
	int status = rc_json_scan(&page->json, body->data, body->len);
	int64_t count;

	page->unreadable = NULL;
	if (status == RC_DATA && is_unreadable(page, rc_buf_span(body))) {
		page->unreadable = page->json.reason;
		page->rest = (struct rc_span){ NULL, 0 };
		return 0;
	}
	if (status != 0) {
		*bad = page->json.reason;
		return status == RC_DATA ? 0 : status;
	}
	total = member(page, "total_count");
	results = member(page, "results");
	if (total == NULL || total->kind != RC_JSON_NUMBER || results == NULL ||
	    results->kind != RC_JSON_ARRAY) {
		*bad = "no total_count or no results";
		return 0;
	}
	count = rc_span_number(total->raw, INT64_MAX);
	page->total = (uint64_t)count;
	page->rest = results->raw;
	if (count < 0)
		*bad = "a total_count that is no whole number";
	else if (!check(page))
		*bad = "a page with fewer records than there are";
	return 0;
}

int
rc_page_get(struct rc_page *page, struct rc_portal *portal, const struct rc_query *q,
    const struct rc_query_part *part, struct rc_stats *stats)
{
	int status, got;

	page->part = part;
	page->unreadable = NULL;
	page->before = (struct rc_hash){ 0 };
	page->document.path.len = 0;
	if ((status = rc_query_page(&page->document.path, q, part)) == 0)
		status = rc_document_get(&page->document, portal, stats, read_page, page, &got);
	if (status != 0 || !got)
		page->rest = (struct rc_span){ NULL, 0 };
	return status;
}

void
rc_page_free(struct rc_page *page)
{
	rc_document_free(&page->document);
	rc_json_free(&page->json);
}
