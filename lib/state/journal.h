/* journal.h - events of runs that are not yet in the table (runs.h): a folder with a file,
 * NAME.json, for each.
 *
 * Whoever records an event writes a file under another name and renames it, so that each is
 * there whole or not at all, however many write at once.
 *
 * Tested by tests/rc-runs.t. */
#ifndef RC_JOURNAL_H
#define RC_JOURNAL_H

#include <stddef.h>

#include "base/buf.h"

struct rc_journal { /* start as { .folder = ... }, which is borrowed */
	const char *folder;
	char **names; /* of the files, oldest first; owned */
	size_t count;
};

/* rc_journal_open: find what waits there; a folder that is not there has nothing.  RC_IO. */
int rc_journal_open(struct rc_journal *j);
/* rc_journal_read: the i-th event into out, NUL-terminated, in the place of what it holds.
 * *found is 0 where another has removed it meanwhile.  RC_IO. */
int rc_journal_read(const struct rc_journal *j, size_t i, struct rc_buf *out, int *found);
/* rc_journal_remove: the i-th is in the table now.  RC_IO. */
int rc_journal_remove(const struct rc_journal *j, size_t i);
/* rc_journal_set_aside: the i-th is no event: leave it, as NAME.bad, where a person can look
 * at it, and say so.  RC_IO. */
int rc_journal_set_aside(const struct rc_journal *j, size_t i);
/* rc_journal_close: release what j owns. */
void rc_journal_close(struct rc_journal *j);

#endif
