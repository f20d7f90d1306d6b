#include "portal/walk.h"
#include "base/log.h"
#include "base/status.h"
#include "json/json.h"
#include "json/value.h"

/* take: hand over the records of the page; *count: how many it had; *moved: the first, which came
 * before where again, is another one now. */
static int
take(struct rc_walk *w, int again, uint64_t *count, int *moved)
{
	struct rc_collect *collect = w->pass->collect;
	const struct rc_collected *met = rc_collect_met(collect);
	struct rc_span rest = w->page.rest;
	struct rc_json_value v;
	const char *bad;
	int status;

	*moved = 0;
	for (*count = 0; !rc_pass_is_over(w->pass) && rc_json_next_element(&rest, &v); ++*count) {
		uint64_t known = met->count, dates = met->dates;

		if ((status = rc_collect_add(collect, v.raw, &bad)) != 0)
			return status;
		if (bad != NULL) {
			rc_log_error("%s: a page contains something that is not a record: %s: is "
				     "--api right?",
			    rc_portal_url(w->pass->portal), bad);
			return RC_TEMPFAIL;
		}
		*moved |= *count == 0 && again && met->count > known;
		w->at = met->dates > dates ? 1 : w->at + 1;
	}
	return rc_collect_flush(collect);
}

/* get: a page. */
static int
get(struct rc_walk *w, const struct rc_query_part *part)
{
	return rc_page_get(&w->page, w->pass->portal, w->pass->query, part, w->pass->stats);
}

/* take_each: as take(), of a page that cannot be read, record by record; one that cannot be read
 * alone is passed on. */
static int
take_each(struct rc_walk *w, uint64_t *count, int *moved)
{
	struct rc_query_part part = w->part;
	uint64_t one = 1;
	int status;

	*moved = 0;
	for (part.limit = 1; one == 1 && !rc_pass_is_over(w->pass) && *count < w->part.limit;
	     part.offset++, *count += one) {
		int again = *count == 0 && part.offset > 0, other = 0;

		if ((status = get(w, &part)) != 0)
			return status;
		if (w->page.unreadable == NULL) {
			status = take(w, again, &one, &other);
			*moved |= other;
		} else {
			status = rc_collect_pass_on(
			    w->pass->collect, w->page.text, w->page.unreadable, 1);
			w->at++;
		}
		if (status != 0)
			return status;
	}
	return 0;
}

/* next_page: ask for it, and take what it has. */
static int
next_page(struct rc_walk *w, uint64_t *count, int *moved)
{
	int status = get(w, &w->part);

	*count = 0;
	if (status != 0)
		return status;
	if (w->page.unreadable != NULL && !rc_pass_is_over(w->pass))
		return take_each(w, count, moved);
	return take(w, w->part.offset > 0, count, moved);
}

/* go_further: go on from the newest date; whether that is another one than before. */
static int
go_further(struct rc_walk *w, int *status)
{
	struct rc_span newest = rc_collect_met(w->pass->collect)->newest;

	if (newest.n == w->from.len &&
	    (newest.n == 0 || memcmp(newest.p, w->from.data, newest.n) == 0))
		return 0;
	w->from.len = 0;
	*status = rc_buf_add(&w->from, newest.p, newest.n);
	w->part.from = rc_buf_span(&w->from);
	return 1;
}

/* go_on: to the next page, which begins with the last record of this one, of count records. */
static int
go_on(struct rc_walk *w, uint64_t count, int moved)
{
	int status = 0;

	if (w->part.only == RC_QUERY_DATED && go_further(w, &status))
		w->part.offset = w->at - 1;
	else if (moved)
		w->part.offset = 0;
	else
		w->part.offset += count - 1;
	return status;
}

/* read_all: the pages of what w->part says. */
static int
read_all(struct rc_walk *w, uint64_t *came, int *moved, enum rc_walk_end *end)
{
	const struct rc_pass *pass = w->pass;
	uint64_t count, all = 0;
	int status, moves;

	for (;;) {
		if ((status = next_page(w, &count, &moves)) != 0)
			return status;
		if (rc_pass_too_many(pass, all += count))
			return RC_TEMPFAIL;
		*moved |= moves;
		*came += count - (count > 0 && w->part.offset > 0);
		if (rc_pass_is_over(pass) || count < w->part.limit)
			return 0;
		if ((status = go_on(w, count, moves)) != 0)
			return status;
		if (w->part.offset + w->part.limit > RC_PAGE_WINDOW) {
			*end = RC_WALK_BEYOND;
			return 0;
		}
	}
}

int
rc_walk_read(struct rc_walk *w, const struct rc_pass *pass, int resume, uint64_t *came,
    enum rc_walk_end *end)
{
	int status = 0, moved = 0, dated = pass->query->dataset->cursor.field != NULL;

	w->pass = pass;
	w->at = 0;
	w->page.lenient = 1;
	/* with one more than is wanted, the next page has more than the last of this one */
	w->part = (struct rc_query_part){ .only = dated ? RC_QUERY_DATED : RC_QUERY_ALL,
		.limit = pass->most < RC_PAGE_SIZE ? pass->most + 1 : RC_PAGE_SIZE };
	w->from.len = 0;
	*came = 0;
	*end = RC_WALK_DONE;
	if (resume && dated)
		go_further(w, &status);
	if (status == 0)
		status = read_all(w, came, &moved, end);
	if (status == 0 && *end == RC_WALK_DONE && !rc_pass_is_over(pass) && dated &&
	    pass->query->dataset->cursor.nulls != RC_NULLS_EXCLUDE) {
		w->part.only = RC_QUERY_UNDATED;
		w->part.from = (struct rc_span){ NULL, 0 };
		w->part.offset = 0;
		status = read_all(w, came, &moved, end);
	}
	if (moved)
		*came = 0;
	return status;
}

void
rc_walk_free(struct rc_walk *w)
{
	rc_page_free(&w->page);
	rc_buf_free(&w->from);
}
