/* args.h - a command line, read by tables of options: the habits of getopt_long(3) (-qv, -qc FILE,
 * --name=ARGUMENT, names cut short, options behind operands, --), and a message for each mistake.
 *
 * Tested by tests/options.t. */
#ifndef RC_ARGS_H
#define RC_ARGS_H

#include "base/opt.h"

struct rc_args {
	const struct rc_opt *tables[2]; /* borrowed; the second may be NULL */
	int runs_command;               /* what is no option begins another's command line */
	/* set by rc_args_parse() */
	char **operands; /* what is no option, NULL at its end */
	size_t count;
};

/* rc_args_parse: call the setters of the options in argv, which is put in order.  RC_USAGE, which
 * was reported, and what a setter returns. */
int rc_args_parse(struct rc_args *a, int argc, char **argv);
/* rc_args_find: the argument of the option of that name, wherever it stands and whatever is wrong
 * with the others; NULL: it is not there. */
const char *rc_args_find(const struct rc_args *a, int argc, char **argv, const char *name);
/* rc_args_command: which of the commands (NULL at their end) the only operand is, into *index.
 * RC_USAGE, which was reported with their list: none of them. */
int rc_args_command(const struct rc_args *a, const char *const *commands, int *index);

#endif
