/* straight.h - a batch straight into its table, where it has none of the keys: a COPY costs half of
 * what a merge does.  Whether that is so is asked only where it may be: not for a while after a
 * batch of which some keys were there.
 *
 * Tested by tests/rc-load-straight.t. */
#ifndef RC_STRAIGHT_H
#define RC_STRAIGHT_H

#include "postgres/batch.h"
#include "postgres/pg.h"
#include "postgres/table.h"

struct rc_straight {         /* start as { 0 } */
	struct rc_buf probe; /* SQL, NUL-terminated: is any of these keys there? */
	struct rc_buf copy;  /* COPY into the table; empty where only a merge will do */
	struct rc_buf keys;
	unsigned pause; /* batches to merge unasked, after the next that is found to need it */
	unsigned left;  /* of those */
};

/* rc_straight_open: statements for a table.  RC_OSERR: no memory. */
int rc_straight_open(struct rc_straight *s, const struct rc_table *t, const struct rc_dataset *d);
/* rc_straight_load: load the batch, which has no tombstones, inside the open transaction, or leave
 * all as it was: *done says which, *written how many rows came.  Whatever a merge has to say of a
 * row, it is left to that.  As rc_pg_exec(), with what. */
int rc_straight_load(struct rc_straight *s, struct rc_pg *pg, const char *what,
    const struct rc_batch *b, int *done, uint64_t *written);
/* rc_straight_free: release what s owns. */
void rc_straight_free(struct rc_straight *s);

#endif
