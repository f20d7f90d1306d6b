/* query.h - build the path of a request from which of the portal's records are wanted.
 *
 * Tested by tests/rc-fetch.t. */
#ifndef RC_QUERY_H
#define RC_QUERY_H

#include <stdint.h>

#include "dataset/dataset.h"

struct rc_query { /* all borrowed */
	const struct rc_dataset *dataset;
	int has_since, has_until;
	long since;        /* days (date.h): after it, or after 00:00 of it where the
			    * cursor has a time */
	long until;        /* days: up to the end of it */
	const char *where; /* ODSQL, or NULL */
	/* records without a date are wanted as the description says (cursor.nulls) */
};

enum rc_query_only { RC_QUERY_ALL, RC_QUERY_DATED, RC_QUERY_UNDATED };

struct rc_query_part { /* of the answer */
	enum rc_query_only only;
	struct rc_span from; /* of the dated ones, only those of this date and later;
			      * empty: all.  rc_odsql_is_date() */
	int newest;          /* but nothing of them than the newest date: for their count */
	uint64_t limit;      /* UINT64_MAX: none */
	uint64_t offset;
};

/* rc_query_dataset: append the path of what the portal says of a dataset itself,
 * its fields among it.  RC_OSERR: no memory. */
int rc_query_dataset(struct rc_buf *path, const struct rc_dataset *d);
/* rc_query_export: append the path of the export of these records, oldest first.
 * RC_CONFIG: a field's name cannot be written in ODSQL; RC_OSERR: no memory. */
int rc_query_export(
    struct rc_buf *path, const struct rc_query *q, const struct rc_query_part *part);
/* rc_query_page: as that, of a page of records, with how many there are in all. */
int rc_query_page(struct rc_buf *path, const struct rc_query *q, const struct rc_query_part *part);

#endif
