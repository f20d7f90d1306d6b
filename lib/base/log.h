/* msg.h - messages to the person at the terminal or behind cron's mail.
 *
 * Each is one line on standard error, "program: what happened: what to do",
 * written with one system call so that the stages of a pipeline do not mix
 * theirs.  The program's name and how much it says are set once, by cli. */
#ifndef RC_MSG_H
#define RC_MSG_H

#include <stdarg.h>

enum rc_msg_level {
	RC_MSG_ERROR = 0, /* -q: errors and notices */
	RC_MSG_WARN = 1,  /* the default: warnings too */
	RC_MSG_INFO = 2   /* -v: what is being done */
};

/* rc_msg_setup: name the program (borrowed for good) and say up to level. */
void rc_msg_setup(const char *program, enum rc_msg_level level);
/* rc_msg_program: the name given to rc_msg_setup(). */
const char *rc_msg_program(void);
/* rc_msg_says: whether messages of this level are written. */
int rc_msg_says(enum rc_msg_level level);
/* rc_msg_on_terminal: call erase before each message, so that a progress line
 * does not stay in front of it.  NULL: no more. */
void rc_msg_on_terminal(void (*erase)(void));

/* rc_msg_last: the last failure that was said, without the program's name; "" where
 * none was. */
const char *rc_msg_last(void);

/* rc_msg_error: say why the caller returns a failure. */
void rc_msg_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* rc_msg_errno: rc_msg_error() followed by ": " and what errno says. */
void rc_msg_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* rc_msg_notice: say what a person must know though the work goes on: with -q, too. */
void rc_msg_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* rc_msg_warn: say what a person should know though the work goes on. */
void rc_msg_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* rc_msg_info: say what is being done. */
void rc_msg_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
