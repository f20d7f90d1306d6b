#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/status.h"
#include "state/run.h"

static long long
clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* put_time: in the form that strftime(3) gives, whose %-place for milliseconds is behind it. */
static void
put_time(long long ms, const char *form, char text[RC_RUN_WORD])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	size_t n;

	if (gmtime_r(&seconds, &tm) == NULL || (n = strftime(text, RC_RUN_WORD, form, &tm)) == 0) {
		text[0] = '\0';
		return;
	}
	snprintf(text + n, RC_RUN_WORD - n, ".%03dZ", (int)(ms % 1000));
}

int
rc_run_place(const char *lock, struct rc_buf *out)
{
	const struct passwd *user = getpwuid(geteuid());
	char host[256] = "", real[PATH_MAX];
	int status;

	gethostname(host, sizeof(host) - 1);
	status = user != NULL ? rc_buf_adds(out, user->pw_name)
			      : rc_buf_printf(out, "%lu", (unsigned long)geteuid());
	if (status == 0)
		status = rc_buf_printf(
		    out, "@%s:%s%c", host, realpath(lock, real) != NULL ? real : lock, '\0');
	return status;
}

void
rc_run_begin(struct rc_run *run, unsigned long sequence, const char *journal)
{
	size_t n;

	*run = (struct rc_run){ .sequence = sequence,
		.began_ms = clock_ms(CLOCK_REALTIME),
		.clock_ms = clock_ms(CLOCK_BOOTTIME),
		.stop_fd = -1,
		.journal = journal };
	put_time(run->began_ms, "%Y%m%dT%H%M%S", run->id);
	n = strlen(run->id);
	snprintf(run->id + n, sizeof(run->id) - n, "-%ld", (long)getpid());
}

int
rc_run_hand_on(const struct rc_run *run, int *ours, int *theirs)
{
	struct rc_buf text = { 0 };
	int status, fds[2] = { -1, -1 };

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1 ||
	    fcntl(fds[0], F_SETFD, FD_CLOEXEC) == -1) {
		rc_log_errno("the programs cannot be started");
		status = RC_OSERR;
	} else
		status = rc_buf_printf(&text, "%d %lu %lld %lld %s %s%c", fds[1], run->sequence,
		    run->began_ms, run->clock_ms, run->id, run->journal, '\0');
	if (status == 0 && setenv(RC_RUN_ENV, text.data, 1) == -1) {
		rc_log_errno("no memory");
		status = RC_OSERR;
	}
	rc_buf_free(&text);
	*ours = fds[0];
	*theirs = fds[1];
	return status;
}

int
rc_run_killed(const struct rc_run *run)
{
	struct pollfd fd = { .fd = run->stop_fd };

	return poll(&fd, 1, 0) == 1 && (fd.revents & POLLHUP) != 0;
}

int
rc_run_inherit(struct rc_run *run)
{
	const char *text = getenv(RC_RUN_ENV);
	struct stat st;
	int n = 0;

	if (text == NULL ||
	    sscanf(text, "%d %lu %lld %lld %63s %n", &run->stop_fd, &run->sequence, &run->began_ms,
		&run->clock_ms, run->id, &n) < 5 ||
	    n == 0 || fstat(run->stop_fd, &st) == -1 || !S_ISSOCK(st.st_mode))
		return 0;
	run->journal = text + n;
	return 1;
}

void
rc_run_time(const struct rc_run *run, char text[RC_RUN_WORD])
{
	put_time(
	    run->began_ms + clock_ms(CLOCK_BOOTTIME) - run->clock_ms, "%Y-%m-%dT%H:%M:%S", text);
}

int
rc_run_add_json(struct rc_buf *list, struct rc_span lines)
{
	int status = 0;

	while (lines.n > 0 && status == 0) {
		const char *end = memchr(lines.p, '\n', lines.n);
		size_t n = end != NULL ? (size_t)(end - lines.p) : lines.n;

		if (n > 0) {
			status = rc_buf_adds(list, list->len > 0 ? "," : "");
			status = rc_status_first(status, rc_buf_add(list, lines.p, n));
		}
		n += end != NULL;
		lines.p += n;
		lines.n -= n;
	}
	return status;
}

/* put_json: a text as a JSON string, or null. */
static int
put_json(struct rc_buf *out, const char *text)
{
	if (text == NULL || *text == '\0')
		return rc_buf_adds(out, "null");
	return rc_quote_lossy(out, (struct rc_span){ text, strlen(text) });
}

/* put_end: the members that an end has besides. */
static int
put_end(struct rc_buf *out, const struct rc_run_event *e)
{
	int status = rc_buf_adds(out, ",\"ended\":");

	if (status == 0 && (status = put_json(out, e->at)) == 0 &&
	    (status = rc_buf_printf(out, ",\"status\":%d,\"before\":[%.*s],\"programs\":[%.*s],",
		 e->status, (int)e->before.len, e->before.len > 0 ? e->before.data : "",
		 (int)e->programs.len, e->programs.len > 0 ? e->programs.data : "")) == 0 &&
	    (status = rc_buf_adds(out, "\"error\":")) == 0)
		status = put_json(out, e->error);
	return status;
}

int
rc_run_put(const struct rc_run *run, const struct rc_run_event *e)
{
	struct rc_buf text = { 0 }, path = { 0 };
	int status;

	/* By name they are in the order of the runs; those of an earlier release, which begin with
	 * a digit, come before. */
	status = rc_buf_printf(&path, "%s/s%010lu-%s-%s-%u%s.json%c", run->journal, run->sequence,
	    run->id, e->task, e->attempt, e->ended ? "-end" : "", '\0');
	if (status == 0)
		status = rc_buf_printf(&text,
		    "{\"run\":\"%s\",\"task\":\"%s\",\"attempt\":%u,\"started\":\"%s\"", run->id,
		    e->task, e->attempt, e->started);
	if (status == 0 && run->place != NULL && (status = rc_buf_adds(&text, ",\"place\":")) == 0)
		status = put_json(&text, run->place);
	if (status == 0 && e->ended)
		status = put_end(&text, e);
	if (status == 0 && (status = rc_buf_adds(&text, "}\n")) == 0)
		status = rc_file_replace(path.data, text.data, text.len, 0600);
	rc_buf_free(&text);
	rc_buf_free(&path);
	return status;
}
