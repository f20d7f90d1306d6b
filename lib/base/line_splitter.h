/* line_splitter.h - lines out of bytes that arrive in pieces.
 *
 * As lines.h, for bytes that come from a library and not from a descriptor. */
#ifndef RC_LINE_SPLITTER_H
#define RC_LINE_SPLITTER_H

#include "base/buf.h"

/* A receiver of lines: without their LF, valid during the call.  p is NULL for a
 * line above RC_LINES_MAX, after which no more may be given to the splitter.
 * Whatever it returns but 0 ends the call that it was called from. */
typedef int rc_line_splitter_line(void *to, struct rc_span line);

struct rc_line_splitter {   /* start as { 0 } */
	struct rc_buf rest; /* of a line whose end has not come */
};

/* rc_line_splitter_feed: hand each line that ends in the n bytes at p to line().
 * Returns what that returned, or RC_OSERR: no memory. */
int rc_line_splitter_feed(
    struct rc_line_splitter *s, const char *p, size_t n, rc_line_splitter_line *line, void *to);
/* rc_line_splitter_end: no more will come: hand over a last line without LF. */
int rc_line_splitter_end(struct rc_line_splitter *s, rc_line_splitter_line *line, void *to);
/* rc_line_splitter_forget: drop a line whose end has not come. */
void rc_line_splitter_forget(struct rc_line_splitter *s);
/* rc_line_splitter_free: release what s owns. */
void rc_line_splitter_free(struct rc_line_splitter *s);

#endif
