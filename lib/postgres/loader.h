/* loader.h - load rows into a PostgreSQL table, batch by batch.
 *
 * A batch is one transaction: its rows by COPY into a temporary table, the merge
 * into the table, and, for envelopes, the positions up to which that goes.  A
 * row that PostgreSQL refuses is found by halving, and is a reject alone.
 *
 * Tested by tests/rc-load.t. */
#ifndef RC_LOADER_H
#define RC_LOADER_H

#include "base/out.h"
#include "postgres/writer.h"
#include "record/input.h"
#include "record/rejects.h"

struct rc_loader; /* opaque */

struct rc_loader_conf {
	struct rc_writer_conf writer; /* with positions: read what rc-consume -e writes */
	int batch_rows;               /* rows of a batch, at most; > 0 */
};

struct rc_loader_to { /* what else a loader works with; all borrowed */
	struct rc_rejects *rejects;
	struct rc_stats *stats;
	struct rc_out *out; /* positions are printed there */
};

/* rc_loader_open: connect, find or make the tables.  Statuses as those of
 * rc_writer_open(). */
int rc_loader_open(struct rc_loader **lp, const struct rc_loader_conf *conf,
    const struct rc_dataset *d, const struct rc_loader_to *to);
/* rc_loader_add: take one record of the input into the batch, and commit that
 * where it is full.  RC_DATA: a bad record, and no --rejects: stop, before which
 * everything can still be committed, or a hole: what comes is not what follows the stored
 * position; else as rc_loader_commit(). */
int rc_loader_add(struct rc_loader *l, const struct rc_record *rec);
/* rc_loader_pending: whether there is something to commit. */
int rc_loader_pending(const struct rc_loader *l);
/* rc_loader_commit: load the batch, and print the positions that it moved.
 * RC_DATA: a row ends the run, and what came before it was committed;
 * as rc_writer_write() otherwise. */
int rc_loader_commit(struct rc_loader *l);
/* rc_loader_run: load all that input has; what waits in a pipe is committed, too.  As
 * rc_input_next(), rc_loader_add() and rc_loader_commit(). */
int rc_loader_run(struct rc_loader *l, struct rc_input *input);
/* rc_loader_compare: print what differs between what was loaded, to compare, and the table.  The
 * counts become those of the comparison: records_out of rows that differ, skipped of those that are
 * equal.  As rc_compare_print(). */
int rc_loader_compare(
    struct rc_loader *l, const struct rc_compare_conf *conf, struct rc_compare_counts *counts);
/* rc_loader_close: what was not committed is not loaded.  NULL is fine. */
void rc_loader_close(struct rc_loader *l);

#endif
