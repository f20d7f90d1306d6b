/* transform.h - the portal's records into rows, as a description says. */
#ifndef RC_TRANSFORM_H
#define RC_TRANSFORM_H

#include "dataset/dataset.h"
#include "json/json.h"

struct rc_transform; /* opaque */

/* rc_transform_open: d is borrowed until close.  RC_OSERR: no memory. */
int rc_transform_open(struct rc_transform **tp, const struct rc_dataset *d);
/* rc_transform_record: append to out the row made of json, as compact JSON with
 * the description's columns in its order.
 * RC_DATA: the record does not fit the description; *field (of the portal's
 * record) and *reason say how, nothing was printed or appended.
 * RC_OSERR: no memory.  RC_TEMPFAIL: a stop is requested (stop.h), and the record is so long
 * that its row was not waited for; nothing was appended. */
int rc_transform_record(struct rc_transform *t, const struct rc_json *json, struct rc_buf *out,
    const char **field, const char **reason);
/* rc_transform_key: set *key to the key of json's row, as JSON in scratch, even if the rest of the
 * record is bad; to NULL where there is none.  What a bad record was found to be stays as it was
 * returned.  RC_OSERR: no memory. */
int rc_transform_key(struct rc_transform *t, const struct rc_json *json, struct rc_buf *scratch,
    struct rc_span *key);
/* rc_transform_close: NULL is fine. */
void rc_transform_close(struct rc_transform *t);

#endif
