#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"

#define READ_SIZE  ((size_t)256 << 10)
#define PIPE_BYTES (1 << 20) /* as fs.pipe-max-size is where nobody changed it */

struct rc_lines {
	int fd;
	int watched; /* another, or -1 */
	const char *name;
	struct rc_buf buf; /* what was read; from start on not yet given out */
	size_t start;
	size_t searched; /* bytes behind start that have no LF */
	size_t dropped;  /* bytes of the current line that were too many to keep */
	int ended;
	int pass_long;
	uint64_t number;
	uint64_t bytes;
};

int
rc_lines_open(struct rc_lines **lp, int fd, const char *name)
{
	struct rc_lines *l;

	if ((l = calloc(1, sizeof(*l))) == NULL) {
		rc_log_errno("no memory to read %s", name);
		return RC_OSERR;
	}
	l->fd = fd;
	l->watched = -1;
	l->name = name;
	*lp = l;
	return 0;
}

int
rc_lines_open_stdin(struct rc_lines **lp, const char *what)
{
	int status = rc_lines_open(lp, STDIN_FILENO, "<stdin>");

	if (status == 0 && isatty(STDIN_FILENO))
		rc_log_warn("reading %s from the terminal; ^D ends", what);
	return status;
}

void
rc_lines_pass_long(struct rc_lines *l)
{
	l->pass_long = 1;
}

void
rc_lines_watch(struct rc_lines *l, int fd)
{
	l->watched = fd;
}

void
rc_lines_roomy(const struct rc_lines *l)
{
	(void)fcntl(l->fd, F_SETPIPE_SZ, PIPE_BYTES); /* else it is as it was, or no pipe */
}

/* give_out: give out the n bytes from start as a line, and pass over skip more. */
static void
give_out(struct rc_lines *l, size_t n, size_t skip, struct rc_line *line)
{
	line->number = ++l->number;
	line->torn = skip == 0;
	line->text = (struct rc_span){ l->buf.data + l->start, n };
	if (l->dropped + n > RC_LINES_MAX)
		line->text = (struct rc_span){ NULL, l->dropped + n };
	l->start += n + skip;
	l->searched = l->dropped = 0;
}

/* find_line: a line in what was read already; 0 if there is none. */
static int
find_line(struct rc_lines *l, struct rc_line *line)
{
	size_t have = l->buf.len - l->start;
	const char *from, *lf;

	if (l->buf.data == NULL) /* nothing was read yet */
		return 0;
	from = l->buf.data + l->start;
	if (have > l->searched &&
	    (lf = memchr(from + l->searched, '\n', have - l->searched)) != NULL) {
		give_out(l, (size_t)(lf - from), 1, line);
		return 1;
	}
	l->searched = have;
	if (l->ended && have + l->dropped > 0) {
		give_out(l, have, 0, line);
		return 1;
	}
	return 0;
}

/* make_room: for another read, in front of which only the current line stays. */
static int
make_room(struct rc_lines *l)
{
	size_t have = l->buf.len - l->start;

	if (l->dropped > 0 || have > RC_LINES_MAX) {
		l->dropped += have;
		have = 0;
	}
	if (have > 0 && l->start > 0)
		memmove(l->buf.data, l->buf.data + l->start, have);
	l->start = 0;
	l->searched = l->buf.len = have;
	return rc_buf_reserve(&l->buf, READ_SIZE);
}

/* wait_readable: set *ready to 1 when there is something to read, to 0 when not. */
static int
wait_readable(struct rc_lines *l, int wait_ms, int *ready)
{
	struct pollfd fds[3] = { { .fd = l->fd, .events = POLLIN },
		{ .fd = rc_stop_fd(), .events = POLLIN }, { .fd = l->watched } };
	int n;

	if ((n = poll(fds, 3, wait_ms)) == -1 && errno != EINTR) {
		rc_log_errno("%s: cannot wait for input", l->name);
		return RC_IO;
	}
	if (n > 0 && (fds[2].revents & (POLLERR | POLLHUP)) != 0)
		return RC_PIPE;
	*ready = n > 0 && fds[0].revents != 0 && rc_stop_signal() == 0;
	return 0;
}

/* refuse_long: RC_DATA for a line that is too long, unless those are wanted. */
static int
refuse_long(const struct rc_lines *l, const struct rc_line *line)
{
	if (line->text.p != NULL || l->pass_long)
		return 0;
	rc_log_error("%s: line %llu: a line of %zu bytes: longer than %zu MiB", l->name,
	    (unsigned long long)line->number, line->text.n, RC_LINES_MAX >> 20);
	return RC_DATA;
}

int
rc_lines_next(struct rc_lines *l, int wait_ms, enum rc_event *event, struct rc_line *line)
{
	ssize_t n;
	int status, ready;

	for (;;) {
		if (rc_stop_signal() != 0) {
			*event = RC_EVENT_END;
			return 0;
		}
		if (find_line(l, line)) {
			*event = RC_EVENT_LINE;
			return refuse_long(l, line);
		}
		if (l->ended) {
			*event = RC_EVENT_END;
			return 0;
		}
		if ((status = make_room(l)) != 0 ||
		    (status = wait_readable(l, wait_ms, &ready)) != 0)
			return status;
		if (ready == 0) {
			*event = rc_stop_signal() != 0 ? RC_EVENT_END : RC_EVENT_IDLE;
			if (*event == RC_EVENT_IDLE && wait_ms == -1)
				continue; /* another signal */
			return 0;
		}
		n = read(l->fd, l->buf.data + l->buf.len, l->buf.room - l->buf.len);
		if (n == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n == -1) {
			rc_log_errno("%s: line %llu: cannot read", l->name,
			    (unsigned long long)l->number + 1);
			return RC_IO;
		}
		l->ended = n == 0;
		l->buf.len += (size_t)n;
		l->bytes += (size_t)n;
	}
}

const char *
rc_lines_name(const struct rc_lines *l)
{
	return l->name;
}

uint64_t
rc_lines_bytes(const struct rc_lines *l)
{
	return l->bytes;
}

void
rc_lines_close(struct rc_lines *l)
{
	if (l == NULL)
		return;
	rc_buf_free(&l->buf);
	free(l);
}
