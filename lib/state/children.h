/* children.h - run programs side by side, or as a pipe, in a process group of their own; none of
 * them outlives this process.
 *
 * Tested by tests/rc-supervise.t. */
#ifndef RC_CHILDREN_H
#define RC_CHILDREN_H

#include <stddef.h>
#include <sys/types.h>

#define RC_CHILDREN_MAX 8

struct rc_child {
	char **argv;  /* NULL at its end; borrowed */
	char *counts; /* file for its --stats; NULL: none is wanted.  Owned */
	pid_t pid;    /* 0: it has ended, or was not started */
	int status;   /* of its end, as a shell has it: 128 + signal */
	/* for who starts it again; on the clock of rc_clock_now() */
	double started, due;
	int delay; /* seconds */
};

struct rc_children { /* start as { 0 } */
	struct rc_child list[RC_CHILDREN_MAX];
	size_t count, left; /* in all; those that are at work */
	pid_t group;
};

/* rc_children_parse: what is to be run out of a command line of arguments, in which between ("|" or
 * "&") stands between two; it is changed.  With counts, the files for theirs are counts.1 and so
 * on.  RC_USAGE: nothing, or too much, is named. */
int rc_children_parse(
    struct rc_children *c, char **argv, size_t argc, const char *between, const char *counts);
enum rc_children_pipe {
	RC_CHILDREN_APART,
	RC_CHILDREN_PIPED, /* each one's output is the next one's input */
	RC_CHILDREN_RING   /* and the last one's the first one's */
};

/* rc_children_start: start all; signals are those of signals.h.  RC_OSERR: the system refuses, and
 * none is left. */
int rc_children_start(struct rc_children *c, enum rc_children_pipe pipe);
/* rc_children_restart: start one of those side by side again, which has ended.  RC_OSERR. */
int rc_children_restart(struct rc_children *c, struct rc_child *child);
/* rc_children_ended: a child of this process has ended with what wait(2) gives: which of these it
 * is; NULL: none. */
struct rc_child *rc_children_ended(struct rc_children *c, pid_t pid, int wait_status);
/* rc_children_signal: to all that are left. */
void rc_children_signal(const struct rc_children *c, int sig);
/* rc_children_status: the status of the pipe: that of the first program that failed by itself, not
 * because the next one had gone. */
int rc_children_status(const struct rc_children *c);
/* rc_children_free: release what c owns. */
void rc_children_free(struct rc_children *c);

/* rc_children_become: in a child, after fork(2): be in that group (0: begin one), have the default
 * signals, and end (SIGKILL) when the parent of that number ends, whatever ends it. */
void rc_children_become(pid_t parent, pid_t group);
/* rc_children_wait_status: what wait(2) gives, as a shell has it. */
int rc_children_wait_status(int wait_status);

#endif
