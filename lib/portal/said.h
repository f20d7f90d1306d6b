/* said.h - the portal's explanation in an answer that is not what was asked for.
 *
 * Tested by tests/rc-fetch-strange.t. */
#ifndef RC_SAID_H
#define RC_SAID_H

#include "base/buf.h"

/* rc_said_member: put the text of a member of the answer, an object, into the room bytes at out,
 * with a NUL; "" where there is none. */
void rc_said_member(const struct rc_buf *answer, const char *name, char *out, size_t room);
/* rc_said_why: as that, why it refuses, in its own words where it has some. */
void rc_said_why(struct rc_buf *answer, char *out, size_t room);

#endif
