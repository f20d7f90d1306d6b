#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/span.h"
#include "base/visible.h"
#include "base/write.h"

#define TEXT_MAX 2048

static const char *msg_program = "rc";
static enum rc_log_level msg_level = RC_LOG_WARN;
static void (*msg_erase)(void);
static char msg_last[TEXT_MAX];
static pthread_mutex_t msg_lock = PTHREAD_MUTEX_INITIALIZER; /* a check may be a thread's */

void
rc_log_setup(const char *program, enum rc_log_level level)
{
	msg_program = program;
	msg_level = level;
}

void
rc_log_rename(const char *program)
{
	msg_program = program;
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
	char text[TEXT_MAX], line[TEXT_MAX + 64];
	size_t start, len;
	int n;

	if ((n = vsnprintf(text, sizeof(text), fmt, ap)) < 0)
		text[n = 0] = '\0';
	if (tail != NULL && (size_t)n < sizeof(text))
		snprintf(text + n, sizeof(text) - (size_t)n, ": %s", tail);
	n = snprintf(line, 64, "%.60s: ", msg_program);
	start = len = n < 0 ? 0 : (size_t)n;
	/* here all that comes from elsewhere passes: room for the line feed is kept */
	len += rc_visible_put(
	    line + len, sizeof(line) - len - 1, (struct rc_span){ text, strlen(text) });
	pthread_mutex_lock(&msg_lock);
	if (failure && start < len)
		snprintf(msg_last, sizeof(msg_last), "%s", line + start);
	line[len++] = '\n';
	if (msg_erase != NULL)
		msg_erase();
	rc_write_all(STDERR_FILENO, line, len); /* nobody is left to tell when that fails */
	pthread_mutex_unlock(&msg_lock);
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
