/* sequence.h - whether what comes from a partition follows what was loaded of it: no hole,
 * nothing twice, and not another topic of the same name.
 *
 * Tested by tests/rc-load.t. */
#ifndef RC_SEQUENCE_H
#define RC_SEQUENCE_H

#include "postgres/offsets.h"
#include "record/envelope.h"

/* rc_sequence_check: an envelope of the partition o: *wanted says whether it lies at or
 * behind the position, and is to be loaded.  What lies before it is counted in o, or,
 * where a partition ends there, warned about.  RC_DATA, which was reported: there is a hole
 * before it, or the messages before it are not those that were loaded. */
int rc_sequence_check(
    const char *consumer, struct rc_offset *o, const struct rc_envelope *e, int *wanted);
/* rc_sequence_report: for each partition, how many messages were passed over. */
void rc_sequence_report(const struct rc_offsets *offsets);

#endif
