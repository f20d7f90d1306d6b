/* instant.h - points in time as people write them: 2024-04-18, 2024-04-18T06:00, -1h, or
 * milliseconds since 1970.
 *
 * Tested by tests/unit/base/instant.c. */
#ifndef RC_INSTANT_H
#define RC_INSTANT_H

#include <stdint.h>

/* rc_instant_read: set *ms to the milliseconds since 1970 that text means: a date, perhaps with a
 * time (ISO 8601; UTC unless it has a zone), "-" and a duration before now_ms, or a number.  A
 * number that is implausible as milliseconds (before March 1973 or after 5138) is refused: it must
 * be in another unit.  -1: text is none of these; *why, a constant, says what is expected. */
int rc_instant_read(const char *text, int64_t now_ms, int64_t *ms, const char **why);

#endif
