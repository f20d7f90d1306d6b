/* out.h - standard output of a filter: few large writes, each checked.
 *
 * Tested by tests/rejects.t. */
#ifndef RC_OUT_H
#define RC_OUT_H

#include <stdint.h>

#include "base/buf.h"

struct rc_out { /* start with RC_OUT_INIT */
	int fd;
	const char *name;  /* for messages */
	struct rc_buf buf; /* what is not yet written; callers append here */
	size_t whole;      /* of it, whole lines: only those are written */
	uint64_t bytes;    /* written */
	int held;          /* a line's end never writes: whoever set this does */
	/* Called before anything is written, or NULL.  If it does not return 0, that is
	 * returned, and nothing is written. */
	int (*before)(void *to);
	void *before_to;
};

#define RC_OUT_INIT                                                                                \
	{                                                                                          \
		.fd = 1, .name = "<stdout>"                                                        \
	}

/* rc_out_end_line: end the line that was appended to o->buf, and write when
 * there is enough.  As rc_out_flush(). */
int rc_out_end_line(struct rc_out *o);
/* rc_out_too_long: whether the line that was appended to o->buf is longer than any program accepts
 * (RC_LINES_MAX); if so, it is dropped. */
int rc_out_too_long(struct rc_out *o);
#define RC_OUT_TOO_LONG "its line would be longer than 64 MiB, which is more than any program takes"
/* rc_out_flush: write what is there.  RC_PIPE: the reader is gone, which is
 * not worth a message; RC_IO: it cannot be written. */
int rc_out_flush(struct rc_out *o);
/* rc_out_close: flush, catch failures that the system reports late, and release the
 * buffer.  As rc_out_flush(). */
int rc_out_close(struct rc_out *o);

/* rc_out_wait: wait ms milliseconds (0: only look), or until there is a stop
 * request (stop.h).  RC_PIPE: nobody reads what is written here any more, which a
 * program that has nothing to write would not notice. */
int rc_out_wait(const struct rc_out *o, int ms);

#endif
