/* cli.h - command lines: a table of options gives the parser and --help.
 *
 * Every program has -d, -h, -q, -v, -V and --stats besides its own table.  An
 * option that is given twice: the last counts, but for those that collect. */
#ifndef RC_CLI_H
#define RC_CLI_H

#include "base/opt.h"
#include "base/stats.h"

struct rc_cli {               /* what a program says of itself; all borrowed */
	const char *what;     /* "send JSON lines to a Kafka topic" */
	const char *operands; /* "get|set" for --help, or NULL: none */
	const struct rc_opt *opts;
	/* set by rc_cli_start() */
	const char *dataset; /* -d, else $RC_DATASET, else "rappelconso-v2" */
	int first;           /* index in argv of the first operand */
	const char *stats_path;
	double started;
};

/* rc_cli_start: parse argv, set up messages, signals and the progress line.
 * Returns 1 to go on; 0 to end with *status, which has been said why.  Either way
 * rc_cli_end() comes last. */
int rc_cli_start(struct rc_cli *cli, int argc, char **argv, struct rc_stats *stats, int *status);
/* rc_cli_end: write --stats; returns what main is to return: status, or
 * 128 + signal where a signal ended a run in which nothing else failed. */
int rc_cli_end(const struct rc_cli *cli, const struct rc_stats *stats, int status);

/* rc_cli_operand: the one operand, of argv; "" where there is none, or several. */
const char *rc_cli_operand(const struct rc_cli *cli, int argc, char **argv);

/* rc_cli_default: value, else the environment's variable where it is set and not empty,
 * else fallback. */
const char *rc_cli_default(const char *value, const char *variable, const char *fallback);

#endif
