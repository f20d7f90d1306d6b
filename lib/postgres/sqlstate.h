/* sqlstate.h - what a failure that PostgreSQL reports means for this suite: by its SQLSTATE
 * (PostgreSQL, Appendix A), for texts come in the language of the server. */
#ifndef RC_SQLSTATE_H
#define RC_SQLSTATE_H

#include <libpq-fe.h>

#define RC_SQLSTATE_SIZE 6 /* five characters and a NUL */

/* rc_sqlstate_of: the status for an SQLSTATE.  RC_DATA: a row is to blame, also for what
 * is no class of PostgreSQL's, such as a trigger's own; RC_TEMPFAIL, RC_UNREACHABLE: it may
 * work later; RC_DENIED; RC_CONFIG; RC_IO: the server's own defect. */
int rc_sqlstate_of(const char *state);
/* rc_sqlstate_status: the same for a failed result; where one SQLSTATE stands for two things, its
 * place in PostgreSQL's source tells.  RC_UNREACHABLE: no server reported it. */
int rc_sqlstate_status(const PGresult *result);
/* rc_sqlstate_is: whether a result is an error whose SQLSTATE starts so. */
int rc_sqlstate_is(const PGresult *result, const char *prefix);
/* rc_sqlstate_cut: take the SQLSTATE out of a failure to connect, as libpq writes it where
 * verbosity is PQERRORS_VERBOSE ("FATAL:  28P01: text", then a line "LOCATION: ..."), and
 * leave the text that it has by default.  Of several servers' failures the last counts;
 * state is "" where none was reported. */
void rc_sqlstate_cut(char *text, char state[RC_SQLSTATE_SIZE]);

#endif
