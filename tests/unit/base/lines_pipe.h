/* lines_pipe.h - what the unit tests of lines share: one reader, and the pipe that it reads. */
#include "base/lines.h"
#include "base/status.h"
#include "unit/unit.h"

static struct rc_lines *l;
static int ends[2]; /* of a pipe that l reads */

static inline int
open_one(void **state)
{
	(void)state;
	return pipe(ends) == -1 ? -1 : rc_lines_open(&l, ends[0], "input");
}

static inline int
close_one(void **state)
{
	(void)state;
	rc_lines_close(l);
	rc_lines_close(NULL);
	l = NULL;
	close(ends[0]);
	if (ends[1] != -1)
		close(ends[1]);
	return 0;
}

static inline void
feed_end(void)
{
	close(ends[1]);
	ends[1] = -1;
}

static inline enum rc_event
next(int wait_ms, struct rc_line *line)
{
	enum rc_event event = (enum rc_event)77;

	assert_int_equal(rc_lines_next(l, wait_ms, &event, line), 0);
	return event;
}
