#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static const char *msg_program = "rc";
static enum rc_log_level msg_level = RC_LOG_WARN;
static void (*msg_erase)(void);
static char msg_last[2048];

void
rc_log_setup(const char *program, enum rc_log_level level)
{
	msg_program = program;
	msg_level = level;
}

const char *
rc_log_program(void)
{
	return msg_program;
}

int
rc_log_says(enum rc_log_level level)
{
	return level <= msg_level;
}

const char *
rc_log_last(void)
{
	return msg_last;
}

void
rc_log_on_terminal(void (*erase)(void))
{
	msg_erase = erase;
}

/* say: one line, one write(2).  A message that does not fit is cut; the names
 * in it (files, fields) are bounded, so only a foreign text can be that long. */
static void
say(const char *fmt, va_list ap, const char *tail, int failure)
{
	char line[sizeof(msg_last)];
	size_t len, start;
	int n;

	n = snprintf(line, sizeof(line), "%s: ", msg_program);
	start = len = n < 0 ? 0 : (size_t)n;
	if (len < sizeof(line)) {
		n = vsnprintf(line + len, sizeof(line) - len, fmt, ap);
		len += n < 0 ? 0 : (size_t)n;
	}
	if (tail != NULL && len < sizeof(line)) {
		n = snprintf(line + len, sizeof(line) - len, ": %s", tail);
		len += n < 0 ? 0 : (size_t)n;
	}
	if (len > sizeof(line) - 1)
		len = sizeof(line) - 1;
	for (size_t i = 0; i < len; i++) /* a foreign text must not add lines */
		if (line[i] == '\n' || line[i] == '\r')
			line[i] = ' ';
	line[len] = '\0';
	if (failure && start < len)
		memcpy(msg_last, line + start, len - start + 1);
	line[len++] = '\n';
	if (msg_erase != NULL)
		msg_erase();
	/* Nobody is left to tell when standard error itself fails. */
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}

void
rc_log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, NULL, 1);
	va_end(ap);
}

void
rc_log_errno(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, strerror(saved), 1);
	va_end(ap);
	errno = saved;
}

void
rc_log_notice(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, NULL, 0);
	va_end(ap);
}

void
rc_log_warn(const char *fmt, ...)
{
	va_list ap;

	if (!rc_log_says(RC_LOG_WARN))
		return;
	va_start(ap, fmt);
	say(fmt, ap, NULL, 0);
	va_end(ap);
}

void
rc_log_info(const char *fmt, ...)
{
	va_list ap;

	if (!rc_log_says(RC_LOG_INFO))
		return;
	va_start(ap, fmt);
	say(fmt, ap, NULL, 0);
	va_end(ap);
}
