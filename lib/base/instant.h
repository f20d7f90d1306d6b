/* instant.h - points in time as people write them: 2024-04-18, 2024-04-18T06:00, -1h, or
 * milliseconds since 1970.
 *
 * Tested by tests/unit/base/instant.c. */
#ifndef RC_INSTANT_H
#define RC_INSTANT_H

#include <stdint.h>

/* rc_instant_read: text in milliseconds since 1970, into *ms: a date and perhaps a time (ISO 8601;
 * UTC where it has no zone), "-" and a duration before now_ms, or a number.  A number that makes no
 * sense as milliseconds (before 1973-03, or after 5138) is refused, for it is in another unit. -1:
 * text is none of these, and *why, which stays, says what it should be. */
int rc_instant_read(const char *text, int64_t now_ms, int64_t *ms, const char **why);

#endif
