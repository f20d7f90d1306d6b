/* records.h - the records on standard input: lines, scanned and counted, the
 * bad ones dealt with. */
#ifndef RC_RECORDS_H
#define RC_RECORDS_H

#include "base/lines.h"
#include "record/rejects.h"
#include "json/json.h"

struct rc_records; /* opaque */

struct rc_record {
	struct rc_span text;        /* the object, without white space around it */
	const struct rc_json *json; /* its members */
	uint64_t line;              /* in the input, from 1 */
};

/* rc_records_open: read from fd (the caller's), called name (borrowed) in
 * messages.  Bad lines go to rejects; records and bytes are counted in stats;
 * both are borrowed.  RC_IO: no memory. */
int rc_records_open(struct rc_records **rp, int fd, const char *name, struct rc_rejects *rejects,
    struct rc_stats *stats);
/* rc_records_expect_envelopes: what comes has records in it. */
void rc_records_expect_envelopes(struct rc_records *r);
/* rc_records_watch: as rc_lines_watch(). */
void rc_records_watch(struct rc_records *r, int fd);
/* rc_records_next: as rc_lines_next(), for records: blank lines are passed
 * over, lines that are no JSON object become rejects.  rec is valid until the
 * next call.  RC_DATA: a reject that ends the run; RC_IO. */
int rc_records_next(struct rc_records *r, int wait_ms, enum rc_event *event, struct rc_record *rec);
/* rc_records_reject: reject rec because of a field (or NULL).  As
 * rc_rejects_add(). */
int rc_records_reject(
    struct rc_records *r, const struct rc_record *rec, const char *field, const char *reason);
/* rc_records_close: NULL is fine. */
void rc_records_close(struct rc_records *r);

#endif
