/* write.h - all of it, also where the descriptor does not block.
 *
 * Tested by tests/odd.t. */
#ifndef RC_WRITE_H
#define RC_WRITE_H

#include <stddef.h>

/* rc_write_all: write n bytes to fd, however many calls that takes.  Whoever shares a pipe or a
 * terminal with this may have made it non-blocking: then room is waited for.  -1 and errno on
 * failure. */
int rc_write_all(int fd, const char *p, size_t n);

#endif
