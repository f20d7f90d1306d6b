/* duration.h - lengths of time as people write them: 500ms, 30s, 5m, 36h, 3d.
 *
 * Tested by tests/unit/base/duration.c. */
#ifndef RC_DURATION_H
#define RC_DURATION_H

#include <stdint.h>

#define RC_DURATION_SECOND ((int64_t)1000)
#define RC_DURATION_DAY    ((int64_t)86400 * 1000)

/* rc_duration_read: text, a whole number and its unit, in milliseconds, into *ms.  A number
 * without a unit is one of unit_ms; where that is 0, it is none.  -1: text is no duration, or has
 * more than nine digits. */
int rc_duration_read(const char *text, int64_t unit_ms, int64_t *ms);

#endif
