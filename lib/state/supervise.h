/* supervise.h - keep children (children.h) until they have ended, and end them where they are to.
 *
 * What is to end is asked first, by a signal, which programs heed as stop.h says.  Children side by
 * side are scripts and supervisors: what they are about to start would not get it, so that they
 * have a socket besides (rc_run.stop_fd), at whose end all that looks at it is to end.  Whoever
 * asks again has them told to end at once; then they are killed.
 *
 * Tested by tests/rc-supervise.t. */
#ifndef RC_SUPERVISE_H
#define RC_SUPERVISE_H

#include "state/children.h"

struct rc_supervise {
	struct rc_children *children;
	int piped; /* else side by side: when the first ends, the others are to */
	const char *const
	    *names;   /* of those side by side, each of which is started again, after a pause that
		       * grows, where its end is none for good: NULL: none is */
	int watch_fd; /* of the run that this belongs to; -1: it is the run itself */
	int stop_fd;  /* side by side: our end of what rc_run_hand_on() made; -1: there is none */
	double limit; /* seconds that it may take; HUGE_VAL: any time */
	int adopts;   /* wait for what its children have left, too */
	/* called every few seconds, and when the child it has started ends: it may start one, and
	 * gives its number, or 0 */
	pid_t (*beside)(void *arg);
	void (*beside_ended)(void *arg, int status);
	void *arg;
	/* set at the end */
	int sig;    /* the signal that ended it; 0: none */
	int status; /* side by side: of the one whose end ended the others */
	int late;   /* the time was over */
};

/* rc_supervise: until none is left.  0, or RC_IO. */
int rc_supervise(struct rc_supervise *s);

#endif
