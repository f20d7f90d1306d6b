/* json.h - the record scanner: one line of JSON, checked and cut into members.
 *
 * A line is read once, in place, and checked as a whole against RFC 8259 (and
 * RFC 3629 for its UTF-8).  What comes out are spans into the line: no tree, no
 * copy, and no allocation once the buffers of struct rc_json have grown.
 *
 * Stricter than the RFC where it leaves room: the text is an object, a byte
 * order mark and a lone surrogate are errors, nesting ends at RC_JSON_DEPTH.
 * Where a name comes twice, the last counts. */
#ifndef RC_JSON_H
#define RC_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "json/value.h"

struct rc_json_member {
	struct rc_span name; /* unescaped */
	struct rc_json_value value;
};

struct rc_json {   /* start as { 0 }; all members but the first two are for reading only */
	int wraps; /* set by the caller: the object has a record in it, as an envelope
		    * does, and may be a level deeper than one */
	struct rc_json *inner; /* set by the caller, or NULL: cut an object that is the member
				* called value into its members here, in the same pass */
	struct rc_json_member *members;
	size_t count;         /* of members, each name once */
	uint64_t shape;       /* changes when the names or their order do; never 0 after a scan */
	const char *reason;   /* after RC_DATA: what is wrong, a static text */
	size_t at;            /* after RC_DATA: where, in bytes from the line's start */
	const char *inner_at; /* where the object that is in inner begins; NULL: there is none */
	/* the scanner's own */
	size_t room;
	struct rc_buf last_names; /* of the last shape, to be recognised */
	size_t last_count;
	struct rc_buf names;        /* names that had to be unescaped */
	struct rc_hash_slots slots; /* of member indices + 1, by name */
};

struct rc_json_hint { /* start as { 0 }: where a name was found last time */
	uint64_t shape;
	size_t index;
};

/* rc_json_scan: check the n bytes at p to be one JSON object, and set
 * j->members.  The spans point into p, and into j until its next scan.
 * RC_DATA: they are not, see j->reason and j->at; nothing was printed, for the
 * caller knows the line's number.  RC_OSERR: no memory.  RC_TEMPFAIL: a stop is requested
 * (stop.h), and the text is so long that its end was not waited for. */
int rc_json_scan(struct rc_json *j, const char *p, size_t n);
/* rc_json_get: the member called name, or NULL.  Records mostly have one
 * shape, so hint makes this the cost of a comparison. */
const struct rc_json_value *rc_json_get(
    const struct rc_json *j, struct rc_span name, struct rc_json_hint *hint);
/* rc_json_text: set *text to what the scanned string v means, as UTF-8 that may
 * hold U+0000: into the line itself where it has no escapes, else into scratch,
 * whose content is replaced.  RC_OSERR: no memory. */
int rc_json_text(const struct rc_json_value *v, struct rc_buf *scratch, struct rc_span *text);
/* rc_json_free: release what j owns. */
void rc_json_free(struct rc_json *j);

/* rc_json_check: whether the n bytes at p are one JSON value of any kind by the
 * same rules.  Returns NULL, or what is wrong, a static text. */
const char *rc_json_check(const char *p, size_t n);

/* rc_json_next_element: the next element of an array that was scanned: set
 * *value and take it off the front of *rest, which starts as the array's raw
 * text.  Returns 0 when there is none. */
int rc_json_next_element(struct rc_span *rest, struct rc_json_value *value);

#endif
