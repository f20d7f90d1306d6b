/* runs.h - what the runs of the flow did: table rc_runs.
 *
 * A run has tasks, and a task attempts; each is one row, and so is the run itself, whose
 * task is the command that was given.  What is recorded is an event, a JSON object as
 * rc-runs(1) describes it: an attempt's start, or its end, which completes the row.
 *
 * Tested by tests/rc-runs.t. */
#ifndef RC_RUNS_H
#define RC_RUNS_H

#include <stdint.h>

#include "base/out.h"

#define RC_RUNS_SEEN_S                                                                             \
	120 /* a run that has not been seen at work for so long most likely is not                 \
	     */

/* The order of rows of rc_runs, which are called r, that has the newest run first; a table of an
 * earlier release has no sequence. */
#define RC_RUNS_NEWEST "(to_jsonb(r)->>'sequence')::bigint DESC NULLS LAST, run DESC"

/* Those rows that are of the dataset $1; in a table of an earlier release all are. */
#define RC_RUNS_OF_DATASET "COALESCE(to_jsonb(r)->>'dataset', $1) = $1 "

/* rc_runs_ddl, rc_runs_version: the statements that make the table, and say which version it is. */
const char *rc_runs_ddl(void);
const char *rc_runs_version(void);
/* rc_runs_record: move the events of a dataset that wait in a journal's folder into the table,
 * which is made where it is not there; what is no event is set aside.  *count is how many there
 * were. As rc_journal_open(), rc_pg_open() and rc_pg_exec(). */
int rc_runs_record(const char *folder, const char *dataset, int timeout_ms, uint64_t *count);

/* rc_runs_prune: delete the runs of a dataset that are older than keep seconds, but the newest, the
 * newest that ended well and the newest that loaded something, by which its state is told.  *count
 * is how many rows those were.  As rc_runs_list(). */
int rc_runs_prune(const char *dataset, int64_t keep, int timeout_ms, uint64_t *count);

enum rc_runs_form { RC_RUNS_TABLE, RC_RUNS_JSON };

/* rc_runs_list: write the last count rows, newest first: as a table for people, or one JSON
 * object a line.  RC_CONFIG: no run was ever recorded; else as rc_pg_open() and
 * rc_pg_exec(); RC_IO; RC_PIPE. */
int rc_runs_list(uint64_t count, enum rc_runs_form form, int timeout_ms, struct rc_out *out);

#endif
