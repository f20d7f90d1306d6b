#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/line_splitter.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/ring.h"
#include "record/envelope_put.h"

#define HIGH ((size_t)1 << 20) /* bytes that may wait */

struct rc_ring {
	struct rc_out *out; /* what waits is in its buffer, */
	size_t sent;        /* from there on */
	int fd;             /* of the answers */
	const char *name;   /* borrowed */
	struct rc_line_splitter lines;
	struct rc_json json;
	struct rc_envelope_reader reader;
	int (*take)(void *to, const struct rc_envelope *e);
	void *to;
};

int
rc_ring_open(struct rc_ring **rp, const char *answers, struct rc_out *out)
{
	struct rc_ring *r;

	if ((r = calloc(1, sizeof(*r))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	r->out = out;
	out->held = 1;
	r->name = answers;
	r->fd = STDIN_FILENO;
	if (strcmp(answers, "-") != 0 && (r->fd = open(answers, O_RDONLY | O_CLOEXEC)) == -1) {
		int stopped = errno == EINTR && rc_stop_signal() != 0;

		if (!stopped)
			rc_log_errno("--acks %s: cannot be read", answers);
		free(r);
		return stopped ? RC_TEMPFAIL : RC_USAGE;
	}
	*rp = r;
	return 0;
}

int
rc_ring_room(const struct rc_ring *r)
{
	return r->out->whole - r->sent < HIGH;
}

int
rc_ring_waiting(const struct rc_ring *r)
{
	return r->out->whole > r->sent;
}

int
rc_ring_say(struct rc_ring *r, const char *topic, int32_t partition, int partitions,
    enum rc_envelope_claim claim)
{
	const struct rc_envelope e = { .kind = RC_ENVELOPE_CLAIM,
		.topic = { topic, strlen(topic) },
		.partition = partition,
		.offset = -1,
		.timestamp = -1,
		.claim = claim,
		.partitions = claim == RC_ENVELOPE_ASSIGNED ? partitions : 0 };
	int status = rc_envelope_put_claim(&r->out->buf, &e);

	return status != 0 ? status : rc_out_end_line(r->out);
}

/* ready: what of events (poll(2)) there is for a descriptor now. */
static short
ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, 0) == 1 ? p.revents : 0;
}

/* forget_sent: what was written. */
static void
forget_sent(struct rc_ring *r)
{
	struct rc_buf *buf = &r->out->buf;

	memmove(buf->data, buf->data + r->sent, buf->len - r->sent);
	buf->len -= r->sent;
	r->out->whole -= r->sent;
	r->sent = 0;
}

int
rc_ring_write(struct rc_ring *r)
{
	struct rc_out *o = r->out;
	int status = 0;
	ssize_t n = 0;

	if (rc_ring_waiting(r) && o->before != NULL && (status = o->before(o->before_to)) != 0)
		return status;
	while (rc_ring_waiting(r) && n != -1 && ready(o->fd, POLLOUT) != 0) {
		size_t left = o->whole - r->sent;

		n = write(o->fd, o->buf.data + r->sent, left < PIPE_BUF ? left : PIPE_BUF);
		if (n > 0) {
			r->sent += (size_t)n;
			o->bytes += (size_t)n;
		} else if (n == -1 && errno != EINTR && errno != EAGAIN) {
			status = errno == EPIPE ? RC_PIPE : RC_IO;
		}
	}
	if (status == RC_IO)
		rc_log_errno("%s: cannot write", o->name);
	if (r->sent > 0 && (!rc_ring_waiting(r) || r->sent >= HIGH / 4))
		forget_sent(r);
	return status;
}

int
rc_ring_wait(const struct rc_ring *r, int ms)
{
	struct pollfd fds[] = { { .fd = r->fd, .events = POLLIN },
		{ .fd = rc_ring_waiting(r) ? r->out->fd : -1, .events = POLLOUT },
		{ .fd = rc_stop_signal() == 0 ? rc_stop_fd() : -1, .events = POLLIN } };

	if (poll(fds, 3, ms) != -1 || errno == EINTR)
		return 0;
	rc_log_errno("%s: cannot wait", r->name);
	return RC_IO;
}

/* take_line: an rc_line_splitter_line. */
static int
take_line(void *to, struct rc_span line)
{
	struct rc_ring *r = to;
	const char *field = "", *reason = "not a JSON object";
	struct rc_envelope e;
	int status;

	line = rc_span_trim(line);
	if (line.n == 0)
		return 0;
	if ((status = rc_json_scan(&r->json, line.p, line.n)) == 0)
		status = rc_envelope_read(&r->reader, &r->json, &e, &field, &reason);
	if (status == RC_DATA)
		rc_log_error("--acks %s: %.*s: no line of rc-load -e: %s%s%s", r->name,
		    (int)(line.n < 200 ? line.n : 200), line.p, field, *field != '\0' ? ": " : "",
		    reason);
	if (status != 0 || (e.kind != RC_ENVELOPE_CLAIM && e.kind != RC_ENVELOPE_POSITION))
		return status;
	return r->take(r->to, &e);
}

int
rc_ring_hear(struct rc_ring *r, int (*take)(void *to, const struct rc_envelope *e), void *to)
{
	char bytes[PIPE_BUF];
	int status = 0;
	ssize_t n;

	r->take = take;
	r->to = to;
	while (status == 0 && ready(r->fd, POLLIN) != 0) {
		n = read(r->fd, bytes, sizeof(bytes));
		if (n == 0)
			return RC_PIPE;
		if (n > 0) {
			status = rc_line_splitter_feed(&r->lines, bytes, (size_t)n, take_line, r);
		} else if (errno != EINTR && errno != EAGAIN) {
			rc_log_errno("--acks %s: cannot be read", r->name);
			status = RC_IO;
		}
	}
	return status;
}

void
rc_ring_close(struct rc_ring *r)
{
	if (r == NULL)
		return;
	if (r->fd != STDIN_FILENO)
		close(r->fd);
	rc_line_splitter_free(&r->lines);
	rc_json_free(&r->json);
	rc_envelope_reader_free(&r->reader);
	rc_buf_free(&r->out->buf);
	r->out->whole = 0;
	free(r);
}
