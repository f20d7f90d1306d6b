/* opt.h - the options of a command line; each has a type, which checks its argument. */
#ifndef RC_OPT_H
#define RC_OPT_H

#include <stddef.h>

struct rc_opt;

/* A setter checks arg, puts it where opt->to says, and returns 0, or RC_USAGE
 * once it has reported why. */
typedef int rc_opt_set(const struct rc_opt *opt, const char *arg);

struct rc_opt {           /* one row of a table; the last one is { 0 } */
	int letter;       /* 'b', or 0: long form only */
	const char *name; /* "brokers"; "": the letter only */
	const char *arg;  /* "LIST", or NULL: a flag */
	const char *help; /* one line; NULL: not shown (an older spelling, or another program's) */
	rc_opt_set *set;
	void *to;
};

struct rc_opt_list { /* options that collect; texts are borrowed from argv */
	const char **items;
	size_t count;
};

struct rc_opt_word {              /* one of several words */
	const char *const *words; /* "update", "skip", "fail", NULL */
	int index;                /* of the one that was given; set before: the default */
};

rc_opt_set rc_opt_text;  /* const char **: borrowed from argv, not empty */
rc_opt_set rc_opt_flag;  /* int *: 1 */
rc_opt_set rc_opt_count; /* uint64_t *: a whole number, 0 or more */
rc_opt_set rc_opt_int;   /* int *: a whole number, 1 or more */
rc_opt_set rc_opt_deed;  /* int *: 1; for what cannot be undone: its name may not be abbreviated */
rc_opt_set rc_opt_ms;    /* int *: milliseconds, 1 or more, of 500 or of a duration such as 30s */
rc_opt_set rc_opt_seconds; /* int *: seconds, 1 or more, of 300 or of a duration such as 5m */
rc_opt_set rc_opt_days;    /* int *: days, 1 or more, of 7 or of a duration such as 7d */
rc_opt_set rc_opt_share;   /* const char **: a text as share.h has it, borrowed from argv */
rc_opt_set rc_opt_age;     /* int64_t *: seconds, 1 or more, of a duration such as 36h or 3d */
rc_opt_set rc_opt_word;    /* struct rc_opt_word * */
rc_opt_set rc_opt_collect; /* struct rc_opt_list *: each one given */
rc_opt_set rc_opt_instead; /* char *: not an option; the text says what to use instead */

/* rc_opt_wrong: say that arg is wrong for opt, and why: RC_USAGE. */
int rc_opt_wrong(const struct rc_opt *opt, const char *arg, const char *why);

#endif
