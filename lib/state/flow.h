/* flow.h - a run of the flow: its lock, its folder, its record, and the command that it runs.
 *
 * Whatever ends the run, everything that it has started ends before it or with it (children.h,
 * supervise.h).
 *
 * Tested by tests/rc-supervise.t. */
#ifndef RC_FLOW_H
#define RC_FLOW_H

#include <stddef.h>
#include <stdint.h>

struct rc_flow_conf {           /* all borrowed */
	const char *lock;       /* the file (lock.h); beside it, with ".work" behind its name, is a
				   folder for files that are wanted while the run lasts: what the run
				   leaves in the file "reason" there is why it failed */
	const char *journal;    /* a folder (journal.h), which is made */
	const char *task;       /* what the run is called in the record */
	const char *dataset;    /* a description */
	int limit;              /* seconds that it may take; 0: any time */
	const char *limit_text; /* the same, as it was given */
};

/* rc_flow_run: run the command of argv, record it, and move what is recorded into PostgreSQL, all
 * the time and at its end.  The status of the command; 128 + signal where a signal ended it;
 * RC_TEMPFAIL: another run is at work, or it did not end in time; as rc_lock_take(); RC_CANTCREATE,
 * RC_IO: what it needs cannot be made or written; RC_OSERR. */
int rc_flow_run(const struct rc_flow_conf *conf, char **argv, size_t argc);

#endif
