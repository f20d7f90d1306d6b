/* task.h - a part of a run: programs of a pipe, or scripts side by side; recorded as one attempt at
 * a task, if it is one.
 *
 * Tested by tests/rc-supervise.t. */
#ifndef RC_TASK_H
#define RC_TASK_H

#include <stddef.h>

struct rc_task_conf {     /* all borrowed */
	const char *task; /* NULL: it is none that is recorded */
	int attempt;      /* 1 or more */
	int if_failed;    /* record it only if it fails: what comes before a task is no try of it */
	const char *before; /* a file of positions from before it, or NULL */
	const char *counts; /* give each program --stats FILE, where FILE begins so; NULL */
	int ring;           /* the last program's output is the first one's input */
	const char *beside; /* side by side, under these names, "a,b", each again and again; NULL */
};

/* rc_task_run: run the commands of argv, which is changed, with "|" between those of a pipe and "&"
 * between those side by side.  The status of the first program that failed of itself, or of the one
 * side by side whose end was for good; RC_CONFIG: this is no part of a run; RC_USAGE; RC_OSERR;
 * RC_CANTCREATE, RC_IO: the journal cannot be written. */
int rc_task_run(const struct rc_task_conf *conf, char **argv, size_t argc);

#endif
