/* envelope_put.h - envelopes as lines, as envelope.h reads them. */
#ifndef RC_ENVELOPE_PUT_H
#define RC_ENVELOPE_PUT_H

#include "base/buf.h"
#include "record/envelope.h"

/* Writing goes in this order: begin, each header, end. */

/* rc_envelope_put_begin: append the line up to its headers.  RC_OSERR: no memory. */
int rc_envelope_put_begin(struct rc_buf *out, const struct rc_envelope *e);
/* rc_envelope_put_header: append one header, the index'th from 0. */
int rc_envelope_put_header(struct rc_buf *out, const struct rc_envelope_header *h, size_t index);
/* rc_envelope_put_end: append the value and the closing brace.  e->value_is_json is
 * not looked at: whether it is JSON is seen here. */
int rc_envelope_put_end(struct rc_buf *out, const struct rc_envelope *e);
/* rc_envelope_put_position: append e, a position, without a line end:
 * {"topic":T,"partition":P,"offset":N}, with what else it says. */
int rc_envelope_put_position(struct rc_buf *out, const struct rc_envelope *e);
/* rc_envelope_put_claim: append e, a claim, without a line end: {"topic":T,"partition":P, then what
 * is known of "offset", "timestamp", "epoch" and "partitions", then what is said. */
int rc_envelope_put_claim(struct rc_buf *out, const struct rc_envelope *e);

#endif
