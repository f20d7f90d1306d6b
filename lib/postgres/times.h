/* times.h - a table that goes by time: of two messages of one key, the newer one counts, whichever
 * of several partitions it came from, and in whichever order they are loaded.
 *
 * Within a partition the later offset is the newer one; between partitions the later timestamp, and
 * of equal ones, or where one has none, the one that comes later.  So it is only as right as the
 * clocks are: LogAppendTime where those of the producers differ.
 *
 * What was loaded of each key stands in a table beside it, TABLE_times, which makes it such a table
 * for every loader.  A deleted key stays there until no message can come that is older.
 *
 * Tested by tests/rc-load-times.t. */
#ifndef RC_TIMES_H
#define RC_TIMES_H

#include "postgres/batch.h"
#include "postgres/table.h"

struct rc_times {           /* start as { 0 } */
	struct rc_buf name; /* of that table, as SQL has it, NUL-terminated */
	int there;          /* it is: the table goes by time */
	int too_long;       /* the name, which cannot be one */
	struct rc_buf choose;
	struct rc_buf lists[6]; /* of a batch, arrays as PostgreSQL writes them */
};

struct rc_times_late { /* what a batch has that is older than what was loaded */
	uint64_t rows, tombstones;
};

/* rc_times_find: whether the table of that name goes by time; it need not be there.  As
 * rc_commit(). */
int rc_times_find(struct rc_times *t, struct rc_pg *pg, const char *table);
/* rc_times_open: of a table that is loaded.  make: it is to go by time from now on.  Keys that were
 * deleted before the topic's oldest message are forgotten.  RC_CONFIG: its key is no text,
 * or its name too long; else as rc_commit(). */
int rc_times_open(struct rc_times *t, struct rc_pg *pg, const struct rc_table *table,
    const struct rc_dataset *d, int make);
/* rc_times_choose: in the open transaction, note the batch's messages, and leave of its temporary
 * table only the rows of those that are newer than what was noted.  list: the partitions of the
 * batch's rows.  As rc_pg_exec(). */
int rc_times_choose(struct rc_times *t, struct rc_pg *pg, const struct rc_batch *b,
    const struct rc_progress *list, struct rc_times_late *late);
/* rc_times_forget: of topics whose positions a consumer forgets, offsets may mean other messages
 * from now on: only the times still count.  positions: the table of those.  As rc_pg_exec(). */
int rc_times_forget(
    const struct rc_times *t, struct rc_pg *pg, const char *positions, const char *consumer);
/* rc_times_free: release what t owns. */
void rc_times_free(struct rc_times *t);

#endif
