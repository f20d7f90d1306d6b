/* progress.h - how far a consumer has loaded a partition, and what may come next.
 *
 * What makes each message be loaded once, and which function keeps it:
 *
 *  1. A position is stored in the transaction that loads what lies below it.  rc_writer_write()
 *  2. A partition's position is read and changed under its lock, which ends with the transaction:
 *     two loaders take turns, and a lost connection is waited for.          rc_offsets_lock()
 *  3. A position that is not what this loader knows it to be, or was deleted, is never written:
 *     another loader has it.                                                rc_offsets_store()
 *  4. After a lost COMMIT the stored position is either what it was before or what it was to be,
 *     which says what became of it.                                         rc_progress_compare()
 *  5. `next` passes a message only once that is in the batch or set aside.  rc_progress_advance()
 *  6. It goes back only to what it was before a row that is not loaded after all, and neither are
 *     those behind it; or by hand.                                          rc_progress_rewind()
 *  7. Nothing below `next` is loaded, nothing after a gap, nothing of another topic of the same
 *     name.                                                                 rc_progress_check()
 *  8. What was set aside is on the disk before a position passes it.        rc_loader_commit()
 *  9. A position is printed once it is committed, and not before.           rc_offsets_committed()
 * 10. Of a group, a position is stored only under the epoch of this loader's claim: who has claimed
 *     the partition since has it.                                           rc_claim_take()
 * 11. Of a group, nothing is loaded of a partition that is not claimed, or was let go.
 *                                                                           rc_offsets_find()
 *
 * tests/model/positions.pml has 1 (TOGETHER), 2 and 3 (POSITION), 4 (LOOK_UP), 8 (ASIDE_FIRST), 10
 * (CLAIM, END_HOLDER) and 11 (DROP) as guards, and says which is needed for what.
 *
 * Tested by tests/rc-load-messages.t. */
#ifndef RC_PROGRESS_H
#define RC_PROGRESS_H

#include "record/envelope.h"

struct rc_place {       /* a position; a value */
	int64_t offset; /* of the next message; -1: none was ever stored */
	int64_t ms;     /* timestamp of the last message before it; -1: not known */
};

struct rc_progress { /* start with topic, partition and rc_progress_start() */
	char *topic; /* owned by who keeps the list */
	int32_t partition;
	struct rc_place stored; /* as in the table */
	struct rc_place next;   /* as it will be after the current batch */
	uint64_t passed;        /* messages below the position, not loaded again */
	int64_t passed_at;      /* offset of the last of them; -1: none since it was looked at, */
	int64_t passed_ms;      /* and its timestamp; -1: not known */
	int warned;             /* that the partition ends before its position */
	int64_t epoch;          /* of this loader's claim (claim.h); 0: it was not claimed, */
	int released;           /* or was let go since */
	int added;              /* claim.h */
};

enum rc_progress_found {    /* a stored position, after a COMMIT that was not heard of */
	RC_PROGRESS_SAME,   /* as it was, and nothing was to move it */
	RC_PROGRESS_BEFORE, /* as it was before the batch */
	RC_PROGRESS_AFTER,  /* as it is after the batch */
	RC_PROGRESS_OTHER   /* another loader has moved it */
};

/* rc_progress_start: from what is stored. */
void rc_progress_start(struct rc_progress *p, struct rc_place stored);
/* rc_progress_check: a message or position that came: *wanted says whether it lies at or behind
 * `next`, and is to be loaded; by_time: the table goes by time.  What lies before it is counted in
 * p, or, where a partition ends there, warned about.  RC_DATA, which was reported: there is a hole
 * before it, or the messages before it are not those that were loaded; RC_CONFIG, reported: the
 * partition was added while others had unread messages, and the table does not go by time
 * (times.h). */
int rc_progress_check(const char *consumer, int by_time, struct rc_progress *p,
    const struct rc_envelope *e, int *wanted);
/* rc_progress_refuse_moved: RC_TEMPFAIL, reported: its position, or its claim, is not this loader's
 * any more. */
int rc_progress_refuse_moved(const char *consumer, const struct rc_progress *p);
/* rc_progress_advance: past a message, or to a position, that is wanted. */
void rc_progress_advance(struct rc_progress *p, const struct rc_envelope *e);
/* rc_progress_rewind: back to what `next` was before a message that is not loaded after all, or to
 * what a user says. */
void rc_progress_rewind(struct rc_progress *p, struct rc_place before);
/* rc_progress_moved: whether the batch moves it. */
int rc_progress_moved(const struct rc_progress *p);
/* rc_progress_compare: what a stored position, read anew, says of the batch. */
enum rc_progress_found rc_progress_compare(const struct rc_progress *p, struct rc_place found);
/* rc_progress_commit: `next` is stored. */
void rc_progress_commit(struct rc_progress *p);
/* rc_progress_report: how many messages were passed over. */
void rc_progress_report(const struct rc_progress *p);

#endif
