/* whole.h - check that a row has every column: half a row would blank the other columns in
 * the table.
 *
 * Tested by tests/unit/postgres/row.c. */
#ifndef RC_WHOLE_H
#define RC_WHOLE_H

#include "json/json.h"

struct rc_whole {
	const struct rc_span *columns; /* borrowed */
	size_t count;
	const char *portal_key; /* the key's name in the portal's records */
	const char *row_key;    /* and in rows */
	uint64_t shape;         /* of the last row that was whole; 0 at first */
};

/* rc_whole_check: 0, or RC_DATA with the first column that the row lacks and why in
 * words, which say what it seems to be instead; nothing is printed. */
int rc_whole_check(
    struct rc_whole *w, const struct rc_json *row, const char **field, const char **reason);

#endif
