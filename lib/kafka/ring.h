/* ring.h - the two pipes between a member of a group, which reads, and its loader: messages go out,
 * answers come back.
 *
 * The member has to poll its group whatever the loader does, so it never waits in read(2) or
 * write(2): what is to be written is kept, and goes out as the pipe takes it, a piece of at most
 * PIPE_BUF bytes at a time, which does not block once poll(2) has said that the pipe can be written
 * to.
 *
 * Tested by tests/rc-consume-group.t. */
#ifndef RC_RING_H
#define RC_RING_H

#include "base/out.h"
#include "record/envelope.h"

struct rc_ring; /* opaque */

/* rc_ring_open: out, which is borrowed and holds its lines from now on, and a file (a named pipe,
 * or "-": standard input) of answers.  RC_USAGE: the file cannot be opened; RC_TEMPFAIL: a stop was
 * requested before anybody wrote to a pipe; RC_OSERR: no memory. */
int rc_ring_open(struct rc_ring **rp, const char *answers, struct rc_out *out);
/* rc_ring_room: whether more may be written: less than 1 MB waits. */
int rc_ring_room(const struct rc_ring *r);
/* rc_ring_waiting: whether anything waits to be written. */
int rc_ring_waiting(const struct rc_ring *r);
/* rc_ring_say: of a partition, one of so many, to the loader.  RC_OSERR: no memory. */
int rc_ring_say(struct rc_ring *r, const char *topic, int32_t partition, int partitions,
    enum rc_envelope_claim claim);
/* rc_ring_write: what goes without waiting.  RC_PIPE: the loader is gone; RC_IO. */
int rc_ring_write(struct rc_ring *r);
/* rc_ring_wait: for at most ms milliseconds: until there are answers, or room to write what waits,
 * or there is a stop request.  RC_IO. */
int rc_ring_wait(const struct rc_ring *r, int ms);
/* rc_ring_hear: give each answer that is there, a claim or position, to take(), which fails only
 * with a status. RC_PIPE: there will be no more; RC_DATA, reported: a line that is none; RC_IO. */
int rc_ring_hear(struct rc_ring *r, int (*take)(void *to, const struct rc_envelope *e), void *to);
/* rc_ring_close: what waits is not written.  NULL is fine. */
void rc_ring_close(struct rc_ring *r);

#endif
