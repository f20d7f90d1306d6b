/* args.h - parse a command line by tables of options, with the conventions of getopt_long(3) (-qv,
 * -qc FILE, --name=ARGUMENT, abbreviated names, options after operands, --), and with a message for
 * each mistake.
 *
 * Tested by tests/options.t. */
#ifndef RC_ARGS_H
#define RC_ARGS_H

#include "base/opt.h"

struct rc_args {
	const struct rc_opt *tables[2]; /* borrowed; the second may be NULL */
	int runs_command; /* the first operand ends the options: it begins another command line */
	/* set by rc_args_parse() */
	char **operands; /* all that are not options, with a NULL at the end */
	size_t count;
};

/* rc_args_parse: call the setter of each option in argv; operands are moved to its end.  Returns
 * RC_USAGE, reported, for a mistake, or what a setter returns. */
int rc_args_parse(struct rc_args *a, int argc, char **argv);
/* rc_args_find: the argument of the option called name, even if other options are wrong; NULL: it
 * was not given. */
const char *rc_args_find(const struct rc_args *a, int argc, char **argv, const char *name);
/* rc_args_command: set *index to the command that the only operand names; commands ends with NULL.
 * RC_USAGE: it names none; the message lists them. */
int rc_args_command(const struct rc_args *a, const char *const *commands, int *index);

#endif
