/* log.h - messages to the person at the terminal or behind cron's mail.
 *
 * Each is one line on standard error, "program: what happened: what to do",
 * written with one system call so that messages of the stages of a pipe do not
 * mix.  cli sets the program's name and the level once.
 *
 * Tested by tests/security.t. */
#ifndef RC_LOG_H
#define RC_LOG_H

#include <stdarg.h>

enum rc_log_level {
	RC_LOG_ERROR = 0, /* -q: errors and notices */
	RC_LOG_WARN = 1,  /* the default: warnings too */
	RC_LOG_INFO = 2   /* -v: what is being done */
};

/* rc_log_setup: name the program (borrowed permanently) and say up to level. */
void rc_log_setup(const char *program, enum rc_log_level level);
/* rc_log_rename: name another program in messages from now on, the one that the user called
 * (borrowed permanently). */
void rc_log_rename(const char *program);
/* rc_log_program: the name given to rc_log_setup(), or the other. */
const char *rc_log_program(void);
/* rc_log_says: whether messages of this level are written. */
int rc_log_says(enum rc_log_level level);
/* rc_log_on_terminal: call erase before each message, so that a progress line
 * does not stay in front of it.  NULL: no more. */
void rc_log_on_terminal(void (*erase)(void));

/* rc_log_last: the last failure that was reported, without the program's name; "" where
 * none was. */
const char *rc_log_last(void);

/* rc_log_error: say why the caller returns a failure. */
void rc_log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* rc_log_errno: rc_log_error() followed by ": " and what errno says. */
void rc_log_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* rc_log_notice: say what a person must know although the run continues; even with -q. */
void rc_log_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* rc_log_warn: say what a person should know although the run continues. */
void rc_log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* rc_log_info: say what is being done. */
void rc_log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
