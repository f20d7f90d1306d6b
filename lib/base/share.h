/* share.h - a number, or a part of something, as people write them: 20, 1%, 0.5%.
 *
 * Tested by tests/unit/base/share.c. */
#ifndef RC_SHARE_H
#define RC_SHARE_H

#include <stdint.h>

#define RC_SHARE_EXPECTED "not a number, or per cent such as 1%"

/* rc_share_read: set *most to how many of all the text means: a number itself, or that part of all,
 * rounded down, but at least one.  -1: it is neither, or above 100%. */
int rc_share_read(const char *text, uint64_t all, uint64_t *most);

#endif
