/* page.h - a page of records, tried until it is one.  Tested by tests/rc-fetch.t. */
#ifndef RC_PAGE_H
#define RC_PAGE_H

#include <stdint.h>

#include "base/hash.h"
#include "base/stats.h"
#include "json/json.h"
#include "portal/document.h"
#include "portal/portal.h"
#include "portal/query.h"

#define RC_PAGE_SIZE   ((uint64_t)100)   /* the most that a page may have */
#define RC_PAGE_WINDOW ((uint64_t)10000) /* the most that offset + limit may be */

struct rc_page {             /* start as { 0 } */
	uint64_t total;      /* records in all, as the portal says */
	struct rc_span rest; /* of the array of records: rc_json_next_element() */
	/* where lenient, which the caller sets, a page may be one that no try makes JSON: */
	int lenient;
	const char *unreadable; /* why it is none, a static text, or NULL */
	struct rc_span text;    /* what its array of records has, then */
	/* its own */
	struct rc_hash before; /* of such an answer to the last try */
	struct rc_document document;
	struct rc_json json;
	const struct rc_query_part *part; /* that is asked for */
};

/* rc_page_get: ask portal for that part of what q wants, again where it fails,
 * and set page->total and page->rest, which is valid until the next get.  Bytes
 * are counted in stats.  Returns as rc_portal_ask() and rc_portal_again(); with a
 * stop request 0, and an empty page->rest. */
int rc_page_get(struct rc_page *page, struct rc_portal *portal, const struct rc_query *q,
    const struct rc_query_part *part, struct rc_stats *stats);
/* rc_page_free: release what page owns. */
void rc_page_free(struct rc_page *page);

#endif
