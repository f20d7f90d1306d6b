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

/* rc_help_print: --help, on standard output, for it was asked for.  As rc_out_close(). */
int rc_help_print(const struct rc_help *h);
/* rc_help_list: the same for the makers of completions, a line each: "command", its name and what
 * it is about, or "option" ("options": it collects), letter, name, argument, the words it may be
 * (with blanks between them), what it does; with tabs between. */
int rc_help_list(const struct rc_help *h);

#endif
