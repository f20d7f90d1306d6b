/* member.h - read what a consumer group assigns, in front of a loader that claims it.
 *
 * Kafka's coordinator says who reads a partition, and the loader (rc-load -e) from where:
 * handover.h. The group is polled whatever the loader does (ring.h).
 *
 * Tested by tests/rc-consume-group.t. */
#ifndef RC_MEMBER_H
#define RC_MEMBER_H

#include "kafka/source.h"

struct rc_member_conf {                              /* borrowed */
	const struct rc_partitions_conf *partitions; /* with join; group is which */
	const char *answers;                         /* of rc-load -e: ring.h */
};

/* rc_member_run: write what comes, as rc_source_run(), whose consumer is made here, until a signal
 * asks to stop; then leave the group.  As rc_consumer_open_member(), rc_consumer_next();
 * RC_TEMPFAIL: the loader is gone. */
int rc_member_run(struct rc_source *s, const struct rc_member_conf *conf);

#endif
