/* cli.h - command lines: a table of options gives the parser and --help.
 *
 * Every program has -d, -h, -q, -v, -V and --stats besides its own table.  An
 * option that is given twice: the last counts, but for those that collect. */
#ifndef RC_CLI_H
#define RC_CLI_H

#include "base/stats.h"

struct rc_opt;

/* A setter checks arg, puts it where opt->to says, and returns 0, or RC_USAGE
 * once it has said why. */
typedef int rc_opt_set(const struct rc_opt *opt, const char *arg);

struct rc_opt {           /* one row of the table; the last one is { 0 } */
	int letter;       /* 'b', or 0: long form only */
	const char *name; /* "brokers" */
	const char *arg;  /* "LIST", or NULL: a flag */
	const char *help; /* one line */
	rc_opt_set *set;
	void *to;
};

rc_opt_set rc_opt_text;    /* const char **: borrowed from argv */
rc_opt_set rc_opt_flag;    /* int *: 1 */
rc_opt_set rc_opt_count;   /* uint64_t *: a whole number, 0 or more */
rc_opt_set rc_opt_int;     /* int *: a whole number, 1 or more */
rc_opt_set rc_opt_ms;      /* int *: milliseconds, 1 or more */
rc_opt_set rc_opt_collect; /* struct rc_list *: each one given */

struct rc_list { /* options that collect; texts are borrowed from argv */
	const char **items;
	size_t count;
};

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
 * Returns 1 to go on; 0 to exit with *status, which has been said why. */
int rc_cli_start(struct rc_cli *cli, int argc, char **argv, struct rc_stats *stats, int *status);
/* rc_cli_end: write --stats; returns what main is to return: status, or
 * 128 + signal where a signal ended a run in which nothing else failed. */
int rc_cli_end(const struct rc_cli *cli, const struct rc_stats *stats, int status);

/* rc_cli_default: value, else the environment's variable where it is set and not empty,
 * else fallback. */
const char *rc_cli_default(const char *value, const char *variable, const char *fallback);

#endif
