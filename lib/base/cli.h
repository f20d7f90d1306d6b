/* cli.h - command lines: a table of options gives the parser and --help.
 *
 * Every program has -d, -h, -q, -v, -V, --stats and --no-progress besides its own table.  If an
 * option is given twice, the last counts, unless it collects.
 *
 * Tested by tests/rc-transform.t. */
#ifndef RC_CLI_H
#define RC_CLI_H

#include "base/args.h"
#include "base/stats.h"

struct rc_cli {                      /* what a program says of itself; all borrowed */
	const char *name;            /* "rc-produce", whatever it was called by */
	const char *what;            /* "send JSON lines to a Kafka topic" */
	const char *operands;        /* "COMMAND [ARGUMENT]..." for --help, or NULL: none */
	const char *const *commands; /* words of which one is the operand, NULL at their end; NULL:
				      * it has none; see rc_args_command() */
	const char *example;         /* a command line, for --help */
	const struct rc_opt *opts;
	struct rc_stats *stats;            /* for --stats and the progress line */
	const char *(*libraries[2])(void); /* for --version: name and release of each */
	int runs_command;                  /* what is not an option begins a command to be run */
	/* set before the program runs */
	const char *dataset; /* -d, else $RC_DATASET, else "rappelconso-v2" */
	struct rc_args args; /* what is no option, where the program takes that */
};

/* rc_cli_main: do what main() does: parse argv, set up messages, signals and the progress line,
 * call run, and write --stats, even after wrong use.  Returns the exit status: that of run, or
 * 128 + signal if a signal ended a run in which nothing else failed. */
int rc_cli_main(struct rc_cli *cli, int argc, char **argv, int (*run)(void));

/* rc_cli_default: value if it is not NULL, else the environment variable if it is set and not
 * empty, else fallback. */
const char *rc_cli_default(const char *value, const char *variable, const char *fallback);

#endif
