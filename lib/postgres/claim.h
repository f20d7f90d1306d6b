/* claim.h - a partition's lock, and taking a partition over from whoever had it.
 *
 * Of a group, each partition is one loader's at a time, but Kafka may give it to another while the
 * one before is slow, frozen, or cut off.  So a loader claims a partition before anything of it is
 * read: the epoch in its row of the positions goes up, under the partition's lock.  Once that is
 * committed, no transaction of an earlier epoch commits: either it did so before, for the claim
 * waited for its lock, or it finds another epoch when it stores its position (offsets.h).
 *
 * Tested by tests/rc-load-claims.t. */
#ifndef RC_CLAIM_H
#define RC_CLAIM_H

#include "postgres/home.h"
#include "postgres/progress.h"

/* rc_claim_lock: take the partition's lock until the transaction ends; whoever has it is waited
 * for.  Of one that is claimed, see that the claim still is the latest, and wait no longer than
 * rc_claim_take() does: who has it then has lost it.  As rc_pg_exec(); RC_TEMPFAIL, reported:
 * another has claimed it. */
int rc_claim_lock(const struct rc_home *home, struct rc_pg *pg, const char *consumer,
    const struct rc_progress *p);
/* rc_claim_take: make p this loader's, in a transaction of its own: p->stored is what was loaded of
 * it, p->epoch this claim's.  A session that holds the partition's lock for longer than 2 s has
 * lost it, and may be frozen: it is ended.  The first claim of a topic is noted for all of its
 * partitions, so many (0: not known), so that none of them looks added when its own comes.
 * p->added: it was added to a topic that is loaded, into a table that does not go by time: if any
 * of the others, whose positions are in the buffer, a line each, is not at its end, then older
 * versions of keys could win; it stays so until a position is stored of it.  As rc_commit(). */
int rc_claim_take(const struct rc_home *home, struct rc_pg *pg, const char *consumer, int by_time,
    int64_t partitions, struct rc_progress *p, struct rc_buf *others);

#endif
