#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/out.h"
#include "base/status.h"
#include "base/stop.h"
#include "base/write.h"

#define WRITE_SIZE ((size_t)128 << 10)

/* failed: the status for errno. */
static int
failed(const struct rc_out *o)
{
	if (errno == EPIPE)
		return RC_PIPE;
	rc_log_errno("%s: cannot write", o->name);
	return RC_IO;
}

int
rc_out_flush(struct rc_out *o)
{
	size_t n = o->whole; /* a line whose making failed half way is dropped */
	int status;

	o->whole = 0;

	if (n > 0 && o->before != NULL && (status = o->before(o->before_to)) != 0) {
		o->buf.len = 0;
		return status;
	}
	o->buf.len = 0; /* not again, even if it failed */
	if (n > 0 && o->fd == STDOUT_FILENO && isatty(STDOUT_FILENO))
		rc_meter_clear();
	if (n > 0 && rc_write_all(o->fd, o->buf.data, n) == -1)
		return failed(o);
	o->bytes += n;
	return 0;
}

int
rc_out_wait(const struct rc_out *o, int ms)
{
	struct pollfd fds[2] = { { .fd = o->fd }, { .fd = rc_stop_fd(), .events = POLLIN } };

	if (poll(fds, 2, ms) == -1 && errno != EINTR) {
		rc_log_errno("%s: cannot wait", o->name);
		return RC_IO;
	}
	return (fds[0].revents & (POLLERR | POLLHUP)) != 0 ? RC_PIPE : 0;
}

int
rc_out_too_long(struct rc_out *o)
{
	if (o->buf.len - o->whole <= RC_LINES_MAX)
		return 0;
	o->buf.len = o->whole;
	return 1;
}

int
rc_out_end_line(struct rc_out *o)
{
	int status;

	if ((status = rc_buf_addc(&o->buf, '\n')) != 0)
		return status;
	o->whole = o->buf.len;
	return o->held || o->buf.len < WRITE_SIZE ? 0 : rc_out_flush(o);
}

int
rc_out_close(struct rc_out *o)
{
	int status = rc_out_flush(o), copy;

	/* Some file systems tell only at close that they are full.  The descriptor itself stays,
	 * for --stats may name it; where there is none to spare, that is no failure to write. */
	if (status == 0 && (copy = dup(o->fd)) != -1 && close(copy) == -1)
		status = failed(o);
	rc_buf_free(&o->buf);
	return status;
}
