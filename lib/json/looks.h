/* looks.h - guess what wrong input looks like, so that a message can help.  Nothing else
 * depends on these guesses.
 *
 * Tested by tests/rc-load.t. */
#ifndef RC_LOOKS_H
#define RC_LOOKS_H

#include "json/json.h"

enum rc_looks {
	RC_LOOKS_UNKNOWN,
	RC_LOOKS_ENVELOPE, /* as rc-consume -e writes */
	RC_LOOKS_REJECT,   /* as --rejects sets aside */
	RC_LOOKS_PAGE,     /* of the Explore API */
	RC_LOOKS_RECORD,   /* of the portal */
	RC_LOOKS_ROW       /* of rc-transform */
};

/* rc_looks_at: what an object looks like; portal_key and row_key are the names of a
 * dataset's key there. */
enum rc_looks rc_looks_at(const struct rc_json *json, const char *portal_key, const char *row_key);
/* rc_looks_advice: what to do with one of these where something else was wanted, a
 * static text, as "an envelope? read it with -e"; NULL for RC_LOOKS_UNKNOWN. */
const char *rc_looks_advice(enum rc_looks looks);
/* rc_looks_no_record: what one of these is where a record of the portal was wanted; NULL where
 * there is nothing to say. */
const char *rc_looks_no_record(enum rc_looks looks);
/* rc_looks_no_text: what a value of that kind is where a text was wanted, as "a list, where a
 * text is expected". */
const char *rc_looks_no_text(enum rc_json_kind kind);
/* rc_looks_line: the same for a line that is no JSON object; NULL where there is
 * nothing to say.  cut: what is wrong with it is that it ends too early. */
const char *rc_looks_line(struct rc_span line, int cut);

#endif
