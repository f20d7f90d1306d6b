/* known.h - which rejects a file already has, so that a record that every run fetches again is set
 * aside only once.
 *
 * Two rejects are the same if their reason, field and record are; their place in the input does not
 * matter.
 *
 * Tested by tests/rejects.t. */
#ifndef RC_KNOWN_H
#define RC_KNOWN_H

#include <sys/types.h>

#include "base/dedup.h"
#include "base/span.h"

struct rc_known { /* start as { 0 } */
	struct rc_dedup rejects;
	dev_t dev; /* of the file that was read, as far as size */
	ino_t ino;
	off_t size;
};

/* rc_known_read: read the rejects that the file at path has; one that is no regular file has none.
 * RC_IO, RC_OSERR. */
int rc_known_read(struct rc_known *k, const char *path);
/* rc_known_is_current: whether path still names the file that was read, and it has not been cut
 * since. */
int rc_known_is_current(const struct rc_known *k, const char *path);
/* rc_known_has: whether the file had the reject of that line. */
int rc_known_has(const struct rc_known *k, struct rc_span line);
/* rc_known_free: release what k owns. */
void rc_known_free(struct rc_known *k);

#endif
