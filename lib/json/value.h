/* value.h - a value of JSON, as a span of the text that it was read in. */
#ifndef RC_VALUE_H
#define RC_VALUE_H

#include "base/span.h"

#define RC_JSON_DEPTH 512 /* levels of nesting, the outermost included */

enum rc_json_kind {
	RC_JSON_NULL,
	RC_JSON_FALSE,
	RC_JSON_TRUE,
	RC_JSON_NUMBER,
	RC_JSON_STRING,
	RC_JSON_ARRAY,
	RC_JSON_OBJECT
};

struct rc_json_value {
	struct rc_span raw; /* as in the line; a string's without its quotes */
	enum rc_json_kind kind;
	unsigned char escaped; /* string: it has a backslash; see rc_json_text() */
	unsigned char wide;    /* string: it has bytes that are not ASCII */
};

/* rc_json_source: the value as it stands in the line, a string with its quotes. */
static inline struct rc_span
rc_json_source(const struct rc_json_value *v)
{
	size_t quote = v->kind == RC_JSON_STRING;

	return (struct rc_span){ v->raw.p - quote, v->raw.n + 2 * quote };
}

#endif
