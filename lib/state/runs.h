/* runs.h - what the runs of the flow did: table rc_runs.
 *
 * A run has tasks, and a task attempts; each is one row, and so is the run itself, whose
 * task is the command that was given.  What is recorded is an event, a JSON object as
 * rc-runs(1) describes it: an attempt's start, or its end, which completes the row. */
#ifndef RC_RUNS_H
#define RC_RUNS_H

#include "base/out.h"
#include "postgres/pg.h"
#include "state/journal.h"

/* rc_runs_create: make the table where it is not there. */
int rc_runs_create(PGconn *conn);
/* rc_runs_there: RC_CONFIG, which was said, where the table is not. */
int rc_runs_there(PGconn *conn);
/* rc_runs_put: record an event, a NUL-terminated text.  The same once more changes nothing,
 * and a start does not take away an end.  RC_DATA: it is no event, which is not said; else as
 * rc_pg_exec(). */
int rc_runs_put(PGconn *conn, const char *event);
/* rc_runs_move: record what waits in a journal, and remove it there; what is no event is set
 * aside. */
int rc_runs_move(PGconn *conn, struct rc_journal *j);

enum rc_runs_form { RC_RUNS_TABLE, RC_RUNS_JSON };

/* rc_runs_list: write the last count rows, newest first: as a table for people, or one JSON
 * object a line.  RC_CONFIG: no run was ever recorded; else as rc_pg_exec(); RC_IO; RC_PIPE. */
int rc_runs_list(PGconn *conn, uint64_t count, enum rc_runs_form form, struct rc_out *out);

#endif
