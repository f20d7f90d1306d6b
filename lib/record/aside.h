/* aside.h - the keys of records that were set aside, out of a file of rejects.
 *
 * Tested by tests/rc-load-compare.t. */
#ifndef RC_ASIDE_H
#define RC_ASIDE_H

#include <stdint.h>

#include "base/span.h"

/* rc_aside_read: give take the key of each reject that the file at path has, as a text, which is
 * valid for the call; *unknown is how many say none.  No file is no reject.  RC_DATA, reported: a
 * line is no reject; RC_IO; RC_OSERR; or what take returns, if that is not 0. */
int rc_aside_read(
    const char *path, int (*take)(void *arg, struct rc_span key), void *arg, uint64_t *unknown);

#endif
