#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "json/value.h"
#include "portal/export.h"
#include "portal/fetch.h"
#include "portal/fields.h"
#include "portal/walk.h"

#define ATTEMPTS 3 /* to see all of it; two, where nothing changes meanwhile */

struct rc_fetch {
	struct rc_export export;
	struct rc_walk walk;
	struct rc_page page;
	/* of this pass */
	struct rc_pass pass;
	int paged;
	uint64_t before, after; /* records that are wanted, by the portal's counts */
	int gap;                /* some of them have not come, it seems */
	int late;               /* some came after newer ones */
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
	f->pass.portal = portal;
	f->pass.collect = collect;
	f->pass.stats = stats;
	*fp = f;
	return 0;
}

/* count: ask how many records there are, and which date is the newest, empty where none has one. */
static int
count(struct rc_fetch *f, uint64_t *wanted, struct rc_span *newest)
{
	struct rc_query_part part = { .newest = 1, .limit = 1 };
	struct rc_json_value record;
	struct rc_span rest;
	int status;

	*newest = (struct rc_span){ NULL, 0 };
	status = rc_page_get(&f->page, f->pass.portal, f->pass.query, &part, f->pass.stats);
	if (status != 0 || rc_stop_signal() != 0)
		return status;
	f->pass.expected = f->page.total;
	*wanted = f->page.total < f->pass.most ? f->page.total : f->pass.most;
	rest = f->page.rest;
	if (rc_json_next_element(&rest, &record) &&
	    rc_collect_date(f->pass.collect, record.raw, newest) != 0)
		*newest = (struct rc_span){ NULL, 0 };
	return 0;
}

/* read_export: as rc_export_read(). */
static int
read_export(struct rc_fetch *f, int resume, enum rc_export_again again, uint64_t *came)
{
	int status = rc_export_read(&f->export, &f->pass, resume, again, came);

	return status == 0 && f->export.absent ? rc_portal_absent(f->pass.portal) : status;
}

/* read_pages: as rc_walk_read(), and by an export what pages do not reach. */
static int
read_pages(struct rc_fetch *f, int resume, enum rc_export_again again, uint64_t *came)
{
	enum rc_walk_end end;
	int status = rc_walk_read(&f->walk, &f->pass, resume, came, &end);

	if (status != 0 || end == RC_WALK_DONE)
		return status;
	rc_log_warn("%s: more than %" PRIu64 " records have one date, which pages cannot "
		    "reach: going on with an export",
	    rc_portal_url(f->pass.portal), RC_PAGE_WINDOW);
	return read_export(f, again == RC_EXPORT_RESUME, again, came);
}

/* look: see the records, where resume from the newest date that has come. */
static int
look(struct rc_fetch *f, int resume, enum rc_export_again again, uint64_t *came)
{
	int status;

	if (f->paged)
		return read_pages(f, resume, again, came);
	status = rc_export_read(&f->export, &f->pass, resume, again, came);
	if (status != 0 || !f->export.absent)
		return status;
	rc_log_warn("%s: it has no exports (404): going on in pages, as with --paged",
	    rc_portal_url(f->pass.portal));
	f->paged = 1;
	return read_pages(f, resume, again, came);
}

/* judge_counts: hold what came against what the portal says that there was before, of which nothing
 * newer is a part, and that there is now.  Where both say that some are missing, though as many
 * came, the others are doubles, which are shown once. */
static int
judge_counts(struct rc_fetch *f, int whole, uint64_t came)
{
	const struct rc_collected *met = rc_collect_met(f->pass.collect);
	uint64_t n = met->count, old = n - met->newer;
	struct rc_span newest;
	int status;

	f->gap = 0;
	if (rc_pass_is_over(&f->pass))
		return 0;
	if ((status = count(f, &f->after, &newest)) != 0 || rc_stop_signal() != 0) {
		f->gap = old < f->before;
		return status;
	}
	f->gap = old < f->before || n < f->after;
	if (f->gap && whole && came >= f->before && came >= f->after) {
		rc_log_info("%s: %" PRIu64
			    " records have a key and version that others have: shown once",
		    rc_portal_url(f->pass.portal), came - n);
		f->gap = 0;
	}
	return 0;
}

/* shortfall: how many came, and of how many, by the count that says that some are missing. */
static uint64_t
shortfall(const struct rc_fetch *f, uint64_t *of)
{
	const struct rc_collected *met = rc_collect_met(f->pass.collect);

	*of = met->count < f->after ? f->after : f->before;
	return met->count < f->after ? met->count : met->count - met->newer;
}

/* attempt: see all of them, the first time going on where it breaks off, later to compare: there
 * may be doubles, or some were missing in the middle. */
static int
attempt(struct rc_fetch *f, int first)
{
	enum rc_export_again again = first ? RC_EXPORT_RESUME : RC_EXPORT_WHOLE;
	uint64_t n, of, came = 0, had, written = f->pass.stats->records_out;
	struct rc_collect *collect = f->pass.collect;
	const struct rc_collected *met = rc_collect_met(collect);
	struct rc_span newest;
	int status, resume = 0;

	rc_collect_start(collect, f->pass.most);
	if ((status = count(f, &f->before, &newest)) != 0 || rc_stop_signal() != 0 ||
	    (status = rc_collect_since(collect, newest)) != 0)
		return status;
	f->pass.stats->expected = f->before;
	do {
		had = met->count;
		status = look(f, resume, again, &came);
		f->late |= !met->in_order || (!first && f->pass.stats->records_out > written);
		if (status != 0 || rc_stop_signal() != 0 ||
		    (status = judge_counts(f, !first && !resume, came)) != 0 || !f->gap ||
		    rc_stop_signal() != 0)
			return status;
		if (first && !resume && came >= f->before && came >= f->after)
			return 0; /* there are doubles, it seems */
		n = shortfall(f, &of);
		rc_portal_blame(
		    f->pass.portal, "only %" PRIu64 " of %" PRIu64 " records came", n, of);
		if (met->count > had)
			rc_portal_progress(f->pass.portal);
		if ((status = rc_portal_again(f->pass.portal)) != 0)
			return status;
		resume = 1;
	} while (met->count > had);
	return 0;
}

/* since: what to fetch again. */
static const char *
since(const struct rc_fetch *f, char text[64])
{
	char date[RC_DATE_TEXT];

	if (!f->pass.query->has_since)
		return "fetch everything again";
	rc_date_format(f->pass.query->since, date);
	snprintf(text, 64, "fetch again with --since %s", date);
	return text;
}

/* tell: that what came is not a whole up to its newest date, which therefore is no position. */
static void
tell(struct rc_fetch *f, int status)
{
	const char *url = rc_portal_url(f->pass.portal);
	char again[64];

	if (!rc_collect_met(f->pass.collect)->in_order)
		rc_log_warn("%s: records do not come oldest first, as they were asked for", url);
	if (status != 0 || rc_stop_signal() != 0)
		rc_log_notice("%s: something older than what came may be missing: later, %s", url,
		    since(f, again));
}

/* report: what is still missing. */
static int
report(const struct rc_fetch *f)
{
	uint64_t of, n = shortfall(f, &of);
	char again[64];

	rc_log_error("%s: %" PRIu64 " of %" PRIu64 " records came, though asked again, and what is "
		     "missing may be older than what came: later, %s",
	    rc_portal_url(f->pass.portal), n, of, since(f, again));
	return RC_TEMPFAIL;
}

int
rc_fetch_pass(struct rc_fetch *f, const struct rc_query *query, uint64_t most, int paged)
{
	int status, tries = 0;

	f->pass.query = query;
	f->pass.most = most;
	f->paged = paged;
	f->gap = f->late = 0;
	f->before = f->after = 0;
	rc_collect_start(f->pass.collect, most);
	if (most == 0)
		return 0;
	if ((status = rc_fields_check(f->pass.portal, query->dataset, f->pass.stats)) != 0 ||
	    rc_stop_signal() != 0)
		return status;
	do
		status = attempt(f, tries++ == 0);
	while (status == 0 && f->gap && rc_stop_signal() == 0 && tries < ATTEMPTS &&
	    (tries == 1 || f->before != f->after));
	if (!f->gap && !f->late)
		return status;
	f->pass.stats->position.len = 0; /* the newest date that came is none */
	if (status == 0 && f->gap && rc_stop_signal() == 0)
		return report(f);
	tell(f, status);
	return status;
}

void
rc_fetch_close(struct rc_fetch *f)
{
	if (f == NULL)
		return;
	rc_export_free(&f->export);
	rc_walk_free(&f->walk);
	rc_page_free(&f->page);
	free(f);
}
