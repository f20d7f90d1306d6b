/* search.h - which rows of a batch PostgreSQL refuses.
 *
 * The batch is halved again and again, and the parts are merged one after the other, so that a row
 * refused because of another row of the batch is found, too.  That takes as many statements as
 * there are bad rows, times the logarithm of the batch.  A row that refers to a missing one (a
 * foreign key) is tried again after all others.
 *
 * Tested by tests/rc-load-tables.t. */
#ifndef RC_SEARCH_H
#define RC_SEARCH_H

#include "postgres/merge.h"

struct rc_search_bad {      /* what PostgreSQL refuses; its texts last as long as the call */
	size_t index, last; /* in the batch; rows that are refused together, but none alone,
			     * unless the two are one */
	int conflict;       /* for it is there already */
	const char *field;  /* the column; NULL: PostgreSQL names none */
	const char *reason;
};

struct rc_search { /* what it is told to, and says */
	struct rc_merge *merge;
	const struct rc_batch *batch;
	/* takes each as it is found: 0; any other status ends the search.  It may set the row's
	 * state */
	int (*found)(void *arg, const struct rc_search_bad *bad);
	void *arg;
	int stopped;  /* status by which found ended it, or 0 */
	size_t count; /* of those found */
};

/* rc_search: in the open transaction, which is to be rolled back.  Rows that are refused together
 * end the search.  As rc_pg_exec(); what found returns is no failure of the search. */
int rc_search(struct rc_search *search);

#endif
