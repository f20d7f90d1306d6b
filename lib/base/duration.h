/* duration.h - lengths of time as people write them: 500ms, 30s, 5m, 36h, 3d.
 *
 * Tested by tests/unit/base/duration.c. */
#ifndef RC_DURATION_H
#define RC_DURATION_H

#include <stdint.h>

#define RC_DURATION_SECOND ((int64_t)1000)
#define RC_DURATION_DAY    ((int64_t)86400 * 1000)

/* rc_duration_read: set *ms to the milliseconds that text, a whole number and a unit, means.  A
 * number without a unit counts in unit_ms; if that is 0, it is refused.  -1: text is not a
 * duration, or has more than nine digits. */
int rc_duration_read(const char *text, int64_t unit_ms, int64_t *ms);

#endif
