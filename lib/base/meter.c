#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/pipeline.h"
#include "base/status.h"
#include "base/write.h"

#define FIRST_S  0.5 /* before that, the work may be done */
#define AGAIN_S  0.2
#define PLAIN_S  10
#define PIPE_S   1 /* between looks at the others of the pipe, who come and go */
#define STRIDE   64
#define ROOM_MAX 256

static struct {
	const struct rc_stats *stats; /* NULL: nothing is drawn */
	enum { NONE, LINE, PLAIN } form;
	int is_drawn;
	int has_others; /* in the pipe, who may draw, too */
	int is_mine;    /* it is for this program to draw, */
	double asked;   /* which was found out then */
	double since, last, checked;
	unsigned stride, ticks; /* records between looks at the clock, and since the last */
} meter;

/* run_group: the process group of the run that this is a part of, as rc-supervise tells it: what
 * that has started has groups of its own; -1: there is none. */
static pid_t
run_group(void)
{
	const char *run = getenv("RC_SUPERVISED");
	int pid;

	if (run == NULL || sscanf(run, "%*d %*u %*d %*d %*[^- ]-%d", &pid) != 1)
		return -1;
	return getpgid(pid);
}

/* in_front: whether the terminal shows what is written to it to somebody who has not put this into
 * the background, and has started no program that keeps it for itself. */
static int
in_front(void)
{
	pid_t front = tcgetpgrp(STDERR_FILENO);
	struct termios t;

	if (front == -1 || tcgetattr(STDERR_FILENO, &t) == -1 || (t.c_lflag & ICANON) == 0)
		return 0;
	/* with tostop, a part of a run would be stopped for it */
	return front == getpgrp() || (front == run_group() && (t.c_lflag & TOSTOP) == 0);
}

/* setting: RC_PROGRESS. */
static const char *
setting(void)
{
	const char *how = getenv("RC_PROGRESS");

	return how != NULL && *how != '\0' ? how : "1";
}

int
rc_meter_takes(const char *how)
{
	return strcmp(how, "0") == 0 || strcmp(how, "1") == 0 || strcmp(how, "plain") == 0;
}

void
rc_meter_setup(void)
{
	const char *term = getenv("TERM");

	if (!isatty(STDERR_FILENO) || strcmp(setting(), "0") == 0)
		return;
	meter.form = strcmp(setting(), "plain") == 0                     ? PLAIN
	    : term != NULL && *term != '\0' && strcmp(term, "dumb") != 0 ? LINE
									 : NONE;
	meter.has_others = (rc_pipeline_is(STDIN_FILENO) || rc_pipeline_is(STDOUT_FILENO)) &&
	    (!isatty(STDOUT_FILENO) || rc_pipeline_reports(rc_log_program()));
	if (meter.form == LINE)
		rc_log_on_terminal(rc_meter_clear);
}

int
rc_meter_start(const struct rc_stats *s)
{
	if (!rc_meter_takes(setting())) {
		rc_log_error("RC_PROGRESS=%s: is not one of: 0, 1, plain", setting());
		return RC_CONFIG;
	}
	if (meter.form == NONE)
		return 0;
	meter.stats = s;
	meter.since = meter.checked = rc_clock_now();
	meter.last = meter.form == PLAIN ? meter.since : meter.since - AGAIN_S;
	meter.asked = 0;
	meter.stride = 1;
	return 0;
}

void
rc_meter_end(void)
{
	if (meter.is_drawn)
		rc_meter_clear();
	meter.stats = NULL;
}

void
rc_meter_clear(void)
{
	if (meter.form != LINE || !(meter.is_drawn || meter.has_others) || !in_front())
		return;
	rc_write_all(STDERR_FILENO, "\r\033[K", 4);
	meter.is_drawn = 0;
}

/* --- what it says */

/* grouped: n with a space at every thousand, into text. */
static const char *
grouped(uint64_t n, char text[32])
{
	char *p = text + 31;
	int digits = 0;

	*p = '\0';
	do {
		if (digits > 0 && digits % 3 == 0)
			*--p = ' ';
		*--p = (char)('0' + n % 10);
		digits++;
	} while ((n /= 10) > 0);
	return p;
}

/* add: what, where all of it fits. */
static void
add(char *line, size_t room, const char *what)
{
	size_t n = strlen(line);

	if (n + strlen(what) < room)
		memcpy(line + n, what, strlen(what) + 1);
}

/* total: how many records come in all; 0: it is not known. */
static uint64_t
total(void)
{
	return meter.stats->expected > 0 ? meter.stats->expected : rc_pipeline_told();
}

/* say_progress: how far the work is, of all (0: not known), in less than room bytes: what matters
 * most comes first. */
static void
say_progress(char *line, size_t room, double seconds, uint64_t all)
{
	const struct rc_stats *s = meter.stats;
	double rate = (double)s->records_in / seconds;
	char text[96], number[32];

	snprintf(line, room, "%s: %s record%s", rc_log_program(), grouped(s->records_in, number),
	    s->records_in == 1 ? "" : "s");
	if (all > 0 && s->records_in <= all) {
		uint64_t left = rate > 0 ? (uint64_t)((double)(all - s->records_in) / rate) : 0;

		snprintf(text, sizeof(text), ", %d%%", (int)(s->records_in * 100 / all));
		add(line, room, text);
		snprintf(
		    text, sizeof(text), ", %" PRIu64 ":%02" PRIu64 " left", left / 60, left % 60);
		add(line, room, text);
	}
	snprintf(text, sizeof(text), ", %s/s", grouped((uint64_t)rate, number));
	add(line, room, text);
}

/* --- when it is drawn */

/* is_time: whether it is, now; records may come by the million. */
static int
is_time(double *now)
{
	double since_check;

	if (++meter.ticks < meter.stride)
		return 0;
	meter.ticks = 0;
	*now = rc_clock_now();
	since_check = *now - meter.checked;
	meter.checked = *now;
	if (since_check > AGAIN_S / 4)
		meter.stride = 1;
	else if (meter.stride < STRIDE)
		meter.stride *= 2;
	return *now - meter.since >= FIRST_S &&
	    *now - meter.last >= (meter.form == PLAIN ? PLAIN_S : AGAIN_S);
}

/* is_mine: whether it is for this program to draw. */
static int
is_mine(double now)
{
	if (now - meter.asked > PIPE_S) {
		meter.is_mine = rc_pipeline_draws();
		meter.asked = now;
	}
	return meter.is_mine;
}

void
rc_meter_tick(void)
{
	char text[ROOM_MAX], line[ROOM_MAX + 8];
	struct winsize size;
	size_t room = 80;
	uint64_t all;
	double now;
	int n;

	if (meter.stats == NULL || !is_time(&now))
		return;
	meter.last = now;
	all = total();
	rc_pipeline_tell(all);
	if (!in_front() || !is_mine(now))
		return;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		room = size.ws_col;
	if (room > ROOM_MAX)
		room = ROOM_MAX;
	/* the last column stays free: a terminal that is full begins a new line */
	say_progress(text, room, now - meter.since, all);
	n = snprintf(line, sizeof(line), meter.form == PLAIN ? "%s\n" : "\r%s\033[K", text);
	if (n > 0 && rc_write_all(STDERR_FILENO, line, (size_t)n) == -1)
		meter.stats = NULL; /* the terminal is gone */
	meter.is_drawn = meter.form == LINE;
}
