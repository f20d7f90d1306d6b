/* failure.h - why a statement failed, kept until it is known whether that matters.
 *
 * Tested by tests/rc-load-faults.t. */
#ifndef RC_FAILURE_H
#define RC_FAILURE_H

#include "base/buf.h"
#include "postgres/sqlstate.h"

struct rc_failure {                   /* start as { 0 } */
	struct rc_buf text;           /* what and why, NUL-terminated; empty: there is none */
	char state[RC_SQLSTATE_SIZE]; /* ""; or as the server said it */
};

/* rc_failure_keep: "what: why: more", of which more may be NULL, and why have a line break at its
 * end.  RC_OSERR: no memory. */
int rc_failure_keep(struct rc_failure *f, const char *what, const char *why, const char *more);
/* rc_failure_of: keep what a result says; its status, as rc_sqlstate_status(). */
int rc_failure_of(struct rc_failure *f, const char *what, const PGresult *result);
/* rc_failure_is: whether there is one. */
int rc_failure_is(const struct rc_failure *f);
/* rc_failure_report: say it, if there is one, and clear it. */
void rc_failure_report(struct rc_failure *f);
void rc_failure_clear(struct rc_failure *f);
/* rc_failure_free: release what f owns. */
void rc_failure_free(struct rc_failure *f);

#endif
