/* input.h - the records on standard input: lines, scanned and counted, the
 * bad ones handled.
 *
 * Tested by tests/rc-transform.t. */
#ifndef RC_INPUT_H
#define RC_INPUT_H

#include "base/lines.h"
#include "json/json.h"
#include "record/rejects.h"

struct rc_input; /* opaque */

struct rc_record {
	struct rc_span text;        /* the object, without white space around it */
	const struct rc_json *json; /* its members */
	uint64_t line;              /* in the input, from 1 */
	struct rc_span key;         /* as JSON, for rejects, by whoever knows it; else p is NULL */
};

/* rc_input_open: read from standard input what ("rows") it has.  Bad lines go to rejects; records
 * and bytes are counted in stats; both are borrowed.  RC_OSERR: no memory. */
int rc_input_open(
    struct rc_input **rp, const char *what, struct rc_rejects *rejects, struct rc_stats *stats);
/* rc_input_expect_envelopes: what comes has records in it, which are scanned into *value
 * (borrowed), unless that is NULL: the object at rec->json->inner_at. */
void rc_input_expect_envelopes(struct rc_input *r, struct rc_json *value);
/* rc_input_expect_torn: from now on a last line without LF means that whoever writes is gone:
 * RC_TEMPFAIL, reported, and the line did not come. */
void rc_input_expect_torn(struct rc_input *r);
/* rc_input_roomy: as rc_lines_roomy(). */
void rc_input_roomy(struct rc_input *r);
/* rc_input_watch: as rc_lines_watch(). */
void rc_input_watch(struct rc_input *r, int fd);
/* rc_input_next: as rc_lines_next(), for records: blank lines are passed
 * over, lines that are no JSON object become rejects.  rec is valid until the
 * next call.  RC_DATA: a bad record, and no --rejects: stop; RC_IO. */
int rc_input_next(struct rc_input *r, int wait_ms, enum rc_event *event, struct rc_record *rec);
/* rc_input_reject: reject rec because of a field (or NULL).  As
 * rc_rejects_add(). */
int rc_input_reject(
    struct rc_input *r, const struct rc_record *rec, const char *field, const char *reason);
/* rc_input_close: NULL is fine. */
void rc_input_close(struct rc_input *r);

#endif
