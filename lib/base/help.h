/* help.h - what a program says of itself: for --help, and for completions.
 *
 * Tested by tests/man.t. */
#ifndef RC_HELP_H
#define RC_HELP_H

#include "base/opt.h"

struct rc_help {                     /* all borrowed */
	const char *name;            /* "rc-produce" */
	const char *what;            /* "send JSON lines to a Kafka topic" */
	const char *operands;        /* as usage shows them; NULL: see commands */
	const char *const *commands; /* one of them is the operand, NULL at their end; NULL: none */
	const char *const *about;    /* with commands: of each, a line; NULL: not shown */
	const struct rc_opt *tables[2];
	const char *example; /* a command line; NULL: none */
};

/* rc_help_print: write the text of --help to standard output.  As rc_out_close(). */
int rc_help_print(const struct rc_help *h);
/* rc_help_version: write the text of --version: the program's release, and name and release of each
 * of the count libraries; one that is NULL is left out.  As rc_out_close(). */
int rc_help_version(const char *name, const char *(*const *libraries)(void), size_t count);
/* rc_help_list: write the same for scripts/completions, one item a line, its fields separated by
 * tabs: "command", name and description; or "option" ("options" if it may be repeated), letter,
 * name, argument, the words allowed (separated by spaces) and description. */
int rc_help_list(const struct rc_help *h);

#endif
