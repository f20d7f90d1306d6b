#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/stats.h"
#include "base/visible.h"
#include "base/write.h"

static const struct rc_stats *shown; /* what the progress line shows */
static double shown_since, shown_last;
static unsigned ticks;

/* put_error: the last failure that was reported, as a JSON text.  A message may have been
 * cut within a character, or show bytes of another encoding. */
static int
put_error(struct rc_buf *out)
{
	const char *text = rc_log_last();

	if (*text == '\0')
		return rc_buf_adds(out, "null");
	return rc_quote_lossy(out, (struct rc_span){ text, strlen(text) });
}

int
rc_stats_write(const struct rc_stats *s, const char *path, double seconds, int ended)
{
	struct rc_buf out = { 0 };
	uint64_t ms = (uint64_t)(seconds * 1000); /* not %f, whose point depends on the locale */
	int status;

	status = rc_buf_printf(&out,
	    "{\"tool\":\"%s\",\"records_in\":%" PRIu64 ",\"records_out\":%" PRIu64
	    ",\"rejected\":%" PRIu64 ",\"skipped\":%" PRIu64 ",\"bytes_in\":%" PRIu64
	    ",\"bytes_out\":%" PRIu64 ",\"seconds\":%" PRIu64 ".%03" PRIu64 ",\"position\":",
	    rc_log_program(), s->records_in, s->records_out, s->rejected, s->skipped, s->bytes_in,
	    s->bytes_out, ms / 1000, ms % 1000);
	if (status == 0 && s->position.len > 0)
		status = rc_buf_add(&out, s->position.data, s->position.len);
	else if (status == 0)
		status = rc_buf_adds(&out, "null");
	if (status == 0)
		status = rc_buf_printf(&out, ",\"status\":%d,\"error\":", ended);
	if (status == 0)
		status = ended != 0 && ended < 128 ? put_error(&out) : rc_buf_adds(&out, "null");
	if (status == 0)
		status = rc_buf_adds(&out, "}\n");
	if (status == 0)
		status = rc_file_replace(path, out.data, out.len, 0666);
	rc_buf_free(&out);
	return status;
}

static void
erase(void)
{
	rc_write_all(STDERR_FILENO, "\r\033[K", 4); /* as in log.c */
}

void
rc_stats_show(const struct rc_stats *s)
{
	if (!isatty(STDERR_FILENO) || !rc_log_says(RC_LOG_WARN))
		return;
	if (s == NULL && shown != NULL)
		erase();
	shown = s;
	shown_since = shown_last = rc_clock_now();
	rc_log_on_terminal(s != NULL ? erase : NULL);
}

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

static void
show_line(double now)
{
	char line[320], records[32], rate[32], share[32] = "", position[100] = "";
	double seconds = now - shown_since;
	int n;

	if (shown->expected > 0 && shown->records_in <= shown->expected)
		snprintf(share, sizeof(share), ", %d%% done",
		    (int)(shown->records_in * 100 / shown->expected));
	if (shown->position.len > 0)
		rc_visible_put(position, sizeof(position), rc_buf_span(&shown->position));
	n = snprintf(line, sizeof(line), "\r%s: %s records, %s/s%s%s%s\033[K", rc_log_program(),
	    grouped(shown->records_in, records),
	    grouped((uint64_t)((double)shown->records_in / seconds), rate), share,
	    shown->position.len > 0 ? ", at " : "", position);
	if (n > 0 && (size_t)n < sizeof(line) && rc_write_all(STDERR_FILENO, line, (size_t)n) == -1)
		shown = NULL; /* the terminal is gone */
}

void
rc_stats_tick(void)
{
	double now;

	if (shown == NULL || (++ticks & 63) != 0)
		return;
	now = rc_clock_now();
	if (now - shown_last < 0.2)
		return;
	shown_last = now;
	show_line(now);
}
