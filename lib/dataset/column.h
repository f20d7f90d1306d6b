/* column.h - how a column is made of a record's fields: rc-dataset(5). */
#ifndef RC_COLUMN_H
#define RC_COLUMN_H

#include <stddef.h>

#include "base/path.h"
#include "base/span.h"

enum rc_op {
	RC_OP_KEEP,     /* the value as it is */
	RC_OP_UNACCENT, /* the text in ASCII */
	RC_OP_LIST,     /* the parts of a text or list, in ASCII, a line each */
	RC_OP_JOIN,     /* the texts of several fields, in ASCII, a line each */
	RC_OP_DATE,     /* the date that an ISO 8601 time starts with */
	RC_OP_PERIOD,   /* a date out of French text */
	RC_OP_JSON,     /* any value, as compact JSON in a text */
	RC_OP_ID        /* one text of several fields, none of which may be null */
};

enum rc_type { /* of a column of the table */
	RC_TYPE_TEXT,
	RC_TYPE_DATE,
	RC_TYPE_TIMESTAMPTZ,
	RC_TYPE_INTEGER,
	RC_TYPE_NUMERIC,
	RC_TYPE_BOOLEAN,
	RC_TYPE_JSONB
};

enum rc_part { RC_PART_START, RC_PART_END };

struct rc_column {
	const char *name;
	enum rc_op op;
	struct rc_path *from; /* the fields it is made of; one but for RC_OP_JOIN and RC_OP_ID */
	size_t from_count;
	struct rc_span *split; /* LIST, JOIN: texts that separate parts */
	size_t split_count;
	struct rc_span *space; /* LIST, JOIN: texts that become a space */
	size_t space_count;
	const char *join;  /* LIST, JOIN: stands between the items of a list, which are
			    * one text then; NULL: each is a text of its own */
	int lists;         /* KEEP: a list of texts is taken too, a line each */
	enum rc_part part; /* PERIOD */
	enum rc_type type;
};

struct rc_columns { /* start as { 0 } */
	struct rc_column *list;
	size_t count;
	struct rc_span *names; /* of them */
	size_t most;           /* fields that one of them is made of */
};

#endif
