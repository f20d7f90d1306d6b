/* handover.h - how a member of a group takes partitions, and gives them up: what Kafka's
 * coordinator and the loader are told of each.
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
 *  4. What is assigned or revoked while the answer to the group is held back is added to what was
 *     so before.  When the topic gets more partitions, librdkafka joins the group anew without that
 *     answer; then it tells what is new alone, and refuses to give up what it was not told is
 * taken.
 *
 * tests/model/ring.pml has 1 (HOLD), 2 (OWNED) and 3 (COUNT) as guards, handover.pml 4 (MERGE,
 * TOLD, GOING_FIRST).
 *
 * Tested by tests/rc-consume-group.t. */
#ifndef RC_HANDOVER_H
#define RC_HANDOVER_H

#include "kafka/consumer.h"
#include "kafka/ring.h"
#include "kafka/start_check.h"

struct rc_handover_part; /* opaque */

struct rc_handover { /* start as { .topic = ... }, with the next two, and rc_start_check_open() */
	const char *topic;            /* borrowed */
	struct rc_ring *ring;         /* borrowed */
	struct rc_consumer *consumer; /* borrowed, a member's */
	double session_s;
	int gone;   /* the loader is */
	int status; /* what went wrong first */
	/* handover.c: */
	struct rc_handover_part *parts; /* of the topic, by number */
	size_t count;
	rd_kafka_topic_partition_list_t *coming, *going; /* NULL: none are */
	double going_until;                              /* seconds */
	struct rc_start_check check;                     /* of one that is coming */
};

/* rc_handover_fail: the status of what failed, kept if it is the first. */
void rc_handover_fail(struct rc_handover *h, int status);
/* rc_handover_assigned: the group has assigned these, beside what it did before. */
void rc_handover_assigned(struct rc_handover *h, const rd_kafka_topic_partition_list_t *list);
/* rc_handover_revoked: the group has revoked these, or lost: given them to others. */
void rc_handover_revoked(
    struct rc_handover *h, const rd_kafka_topic_partition_list_t *list, int lost);
/* rc_handover_answer: of the loader, to a struct rc_handover: rc_ring_hear()'s take().  0. */
int rc_handover_answer(void *to, const struct rc_envelope *e);
/* rc_handover_settle: do what can be done by now: check a start, tell the group. */
void rc_handover_settle(struct rc_handover *h);
/* rc_handover_owned: how many partitions the group has to be told of, once they are given up. */
size_t rc_handover_owned(const struct rc_handover *h);
/* rc_handover_close: release what h owns. */
void rc_handover_close(struct rc_handover *h);

#endif
