/* walk.h - read the records page by page, each page starting from the newest date so far, so that a
 * record that is deleted or redated meanwhile does not shift others past the reader.
 *
 * Tested by tests/rc-fetch-moving.t. */
#ifndef RC_WALK_H
#define RC_WALK_H

#include "portal/page.h"
#include "portal/pass.h"

struct rc_walk { /* start as { 0 } and use it again */
	/* its own */
	const struct rc_pass *pass;
	struct rc_page page;
	struct rc_query_part part;
	struct rc_buf from;
	uint64_t at; /* records that came with the newest date, doubles among them */
};

enum rc_walk_end {
	RC_WALK_DONE,   /* or no more is wanted */
	RC_WALK_BEYOND, /* more records of one date, or without one, than pages reach */
};

/* rc_walk_read: read page after page, where resume from the newest date that has come.  *came: how
 * many records they had; 0: others have moved meanwhile, so that nobody can say.  What came is
 * flushed.  RC_TEMPFAIL: a page has something else than records; as rc_page_get() and
 * rc_collect_add(). */
int rc_walk_read(struct rc_walk *w, const struct rc_pass *pass, int resume, uint64_t *came,
    enum rc_walk_end *end);
/* rc_walk_free: release what w owns. */
void rc_walk_free(struct rc_walk *w);

#endif
