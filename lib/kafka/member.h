/* member.h - read what a consumer group assigns, in front of a loader that claims it.
 *
 * Kafka's coordinator says who reads a partition, and the loader (rc-load -e) from where: its
 * database has the positions, and nothing is committed to the group.  Of a partition:
 *
 *   state     what comes                what is done                               then
 *   NONE      assigned by the group     say "assigned"; the answer to the group    CLAIMING
 *                                       is held back
 *   CLAIMING  the loader has claimed it                                            CLAIMED
 *   CLAIMED   no other is checked       check the start against the log, beside    CHECKING
 *                                       all else (start_check.h)
 *   CHECKING  it is as it should be                                                OWNED
 *   OWNED     messages                  write them, once all that was assigned
 *                                       with it is owned, and the group has heard
 *   any       revoked by the group      say "revoked"; pass over what still comes  REVOKING
 *   REVOKING  the loader has let go     tell the group, once all are let go        NONE
 *             half a session is over    the same: the claim of whoever gets it
 *                                       makes that safe (postgres/claim.h)
 *   any       lost: it is another's     say that; tell the group at once           NONE
 *
 *  1. A partition is read only from where its latest claim says, and nothing of it is written
 *     unless it is owned.
 *  2. All that is written of it stands between its "assigned" and its "revoked".
 *  3. The loader answers each "assigned" once and each "revoked" once, in order; answers to what
 *     was lost meanwhile are counted, and passed over.
 *  4. The group is polled whatever the loader does (ring.h).
 *
 * tests/model/ring.pml has 1 (HOLD), 2 (OWNED) and 3 (COUNT) as guards.
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
