/* export.h - read the records of an export: one long answer, one record a line, which may break
 * off.
 *
 * Tested by tests/rc-fetch-faults.t. */
#ifndef RC_EXPORT_H
#define RC_EXPORT_H

#include "base/line_splitter.h"
#include "portal/pace.h"
#include "portal/pass.h"

struct rc_export { /* start as { 0 } and use it again */
	/* its own */
	struct rc_line_splitter splitter;
	struct rc_buf path;
	const struct rc_pass *pass;
	uint64_t lines;
	int absent;    /* the portal has no exports, it seems */
	int ended;     /* no more comes: a line may lack its LF */
	int passed_on; /* the line before was bad for good */
	struct rc_buf
	    suspect; /* the line at which the export before broke off, if it was a whole one */
	struct rc_pace pace;
	const char *bad; /* why it broke off, or NULL */
	char said[160];  /* the line that is no record */
};

enum rc_export_again { /* where to go on after it broke off */
	RC_EXPORT_RESUME,
	RC_EXPORT_WHOLE /* from its start, to be compared with what has come */
};

/* rc_export_read: read the export until it came to its end once; where resume, from the newest
 * date that has come.  A line that is no record, and is the same when it comes again, is passed on
 * (rc_collect_pass_on()).  *came: how many records the export that came to its end had.  What came
 * is flushed.  Returns as rc_portal_ask(), rc_portal_again() and rc_collect_add(); 0 also where no
 * more is wanted, or where the portal has no exports: then x->absent is set. */
int rc_export_read(struct rc_export *x, const struct rc_pass *pass, int resume,
    enum rc_export_again again, uint64_t *came);
/* rc_export_free: release what x owns. */
void rc_export_free(struct rc_export *x);

#endif
