/* lock.h - the lock of a flow, so that two runs never overlap, and what the file says of the run
 * that holds it.
 *
 * A run is active while the file is locked (flock(2), as flock(1) and earlier releases take it).
 * The lock belongs to the open file description: everything that a run has started holds it, until
 * the last program has ended.  A second lock on the same file (F_OFD_SETLK of fcntl(2)) can be
 * queried without taking it, so that a query never hinders a run.
 *
 * Tested by tests/rc-supervise.t. */
#ifndef RC_LOCK_H
#define RC_LOCK_H

#include "state/run.h"

struct rc_lock_run {            /* what the file says */
	long pid;               /* 0: the last run ended, and said so */
	unsigned long sequence; /* of that run; the next has one more */
	char run[RC_RUN_WORD];  /* "" in a file of an earlier release */
	char task[RC_RUN_WORD]; /* as below */
	char started[RC_RUN_WORD];
};

enum rc_lock_state {
	RC_LOCK_FREE,
	RC_LOCK_HELD,
	RC_LOCK_UNKNOWN /* it cannot be asked, as by another user */
};

/* rc_lock_take: lock the file at path, which is made where it is not there, and read what it says
 * into *last.  *fd is the caller's; what is started meanwhile inherits it.  RC_TEMPFAIL: another
 * run is at work; RC_CONFIG: the file is a link, or cannot be locked; RC_CANTCREATE; RC_IO. */
int rc_lock_take(const char *path, int *fd, struct rc_lock_run *last);
/* rc_lock_say: put that into the file, in the place of what it says.  RC_IO. */
int rc_lock_say(int fd, const char *path, const struct rc_lock_run *run);
/* rc_lock_ask: whether a run has it, without taking it. */
enum rc_lock_state rc_lock_ask(const char *path);

#endif
