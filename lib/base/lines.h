/* lines.h - lines of any length from a descriptor, in place. */
#ifndef RC_LINES_H
#define RC_LINES_H

#include <stdint.h>

#include "base/span.h"

#define RC_LINES_MAX ((size_t)64 << 20) /* bytes of a line; a longer one is passed over */

struct rc_lines; /* opaque */

enum rc_event {
	RC_EVENT_LINE, /* there is a line */
	RC_EVENT_IDLE, /* none came within the time that was given */
	RC_EVENT_END   /* none will come: end of input, or a stop request (stop.h) */
};

struct rc_line {
	struct rc_span text; /* without its LF, valid until the next call; for p see
			      * rc_lines_pass_long() */
	uint64_t number;     /* from 1 */
	int torn;            /* the input ended before its LF */
};

/* rc_lines_open: read lines from fd, which stays the caller's; name (borrowed)
 * is for messages.  RC_OSERR: no memory. */
int rc_lines_open(struct rc_lines **lp, int fd, const char *name);
/* rc_lines_open_stdin: the same for standard input.  If it is a terminal, a message says that what
 * ("rows") is read from there. */
int rc_lines_open_stdin(struct rc_lines **lp, const char *what);
/* rc_lines_pass_long: from now on a line above RC_LINES_MAX is no failure, but a line whose p is
 * NULL and whose n is its length. */
void rc_lines_pass_long(struct rc_lines *l);
/* rc_lines_watch: end waiting with RC_PIPE when fd, a pipe, has no reader any more:
 * a filter that waits for input would not notice. */
void rc_lines_watch(struct rc_lines *l, int fd);
/* rc_lines_roomy: have a pipe hold as much as the kernel allows everybody, 1 MB, for a caller that
 * does not read for a while now and then: who writes there need not wait for it. */
void rc_lines_roomy(const struct rc_lines *l);
/* rc_lines_next: wait up to wait_ms (-1: for ever) and set *event, and for a
 * line *line.  A last line without LF is a line.  RC_IO: reading failed;
 * RC_DATA, which was reported: a line above RC_LINES_MAX; RC_PIPE: as rc_lines_watch() says. */
int rc_lines_next(struct rc_lines *l, int wait_ms, enum rc_event *event, struct rc_line *line);
/* rc_lines_name: the name for messages. */
const char *rc_lines_name(const struct rc_lines *l);
/* rc_lines_bytes: bytes read so far. */
uint64_t rc_lines_bytes(const struct rc_lines *l);
/* rc_lines_close: release l.  NULL is fine. */
void rc_lines_close(struct rc_lines *l);

#endif
