/* stats.h - what a run did, in numbers: for --stats and the progress line.
 *
 * Tested by tests/rc-transform.t. */
#ifndef RC_STATS_H
#define RC_STATS_H

#include <stdint.h>

#include "base/buf.h"

struct rc_stats { /* start as { 0 } */
	uint64_t records_in;
	uint64_t records_out;
	uint64_t rejected;
	uint64_t skipped; /* seen, and rightly nothing done */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t expected;      /* records in all, where that is known; else 0 */
	struct rc_buf position; /* how far the work reaches, as JSON; empty: null */
};

/* rc_stats_write: write s to the file at path as one JSON object (Counts in
 * rappelconso(7)), whole or not at all; with ended, the status of the program's end,
 * and, where that is a failure of its own, the last error that was reported.  RC_CANTCREATE, RC_IO:
 * it cannot be. */
int rc_stats_write(const struct rc_stats *s, const char *path, double seconds, int ended);

#endif
