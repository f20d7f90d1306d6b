/* document.h - a small JSON document of the portal's, asked for until it is one.
 *
 * Tested by tests/rc-fetch.t. */
#ifndef RC_DOCUMENT_H
#define RC_DOCUMENT_H

#include "base/stats.h"
#include "portal/pace.h"
#include "portal/portal.h"

struct rc_document {        /* start as { 0 } and use it again */
	struct rc_buf path; /* what to ask for; set by the caller, without NUL */
	struct rc_buf body; /* what came */
	/* its own */
	const char *bad;
	struct rc_pace pace;
	int slow;
	struct rc_stats *stats;
};

/* A reader of d->body, NUL-terminated.  Where it is not what it should be, *bad is
 * set to why, a static text.  RC_OSERR: no memory. */
typedef int rc_document_read(void *to, const struct rc_buf *body, const char **bad);

/* rc_document_get: ask portal for d->path and hand the answer to read(), again
 * where it fails or is bad.  Bytes are counted in stats.  *got is 0 where there is
 * a stop request (stop.h).  Returns as rc_portal_ask(), rc_portal_again() and
 * read(). */
int rc_document_get(struct rc_document *d, struct rc_portal *portal, struct rc_stats *stats,
    rc_document_read *read, void *to, int *got);
/* rc_document_free: release what d owns. */
void rc_document_free(struct rc_document *d);

#endif
