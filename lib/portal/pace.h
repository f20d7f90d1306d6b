/* pace.h - whether an answer makes progress.  It is not enough that it is not silent: a byte now
 * and then, or endless empty lines, would keep a reader for ever. */
#ifndef RC_PACE_H
#define RC_PACE_H

#include <stddef.h>
#include <stdint.h>

#define RC_PACE_LEAST 1000 /* bytes a second that are enough */

struct rc_pace {
	int limit_ms;   /* how long it may be slower than that */
	double since;   /* when something whole came last, or it began */
	uint64_t bytes; /* since then, white space apart */
};

/* rc_pace_start: an answer begins, or something whole of it has come, such as a record. */
void rc_pace_start(struct rc_pace *p, int limit_ms);
/* rc_pace_is_slow: n more bytes have come; whether for limit_ms nothing complete has come, and
 * fewer than RC_PACE_LEAST bytes a second. */
int rc_pace_is_slow(struct rc_pace *p, const char *text, size_t n);

#endif
