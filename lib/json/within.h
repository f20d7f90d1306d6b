/* within.h - a value within a record, by its path. */
#ifndef RC_WITHIN_H
#define RC_WITHIN_H

#include "base/path.h"
#include "json/json.h"

struct rc_within { /* start as { 0 } and use it again */
	struct rc_json_value value;
	/* its own */
	struct rc_json json;
};

/* rc_within_find: as rc_within_get(), of a path with more than one step. */
int rc_within_find(const struct rc_json *record, const struct rc_path *path,
    struct rc_json_hint *hint, struct rc_within *found, const struct rc_json_value **value);
/* rc_within_get: the value at path in a scanned record, or NULL: in the record, or in found, valid
 * until the next call with it; within null all is null.  A name that comes twice: the last counts.
 * RC_OSERR: no memory. */
static inline int
rc_within_get(const struct rc_json *record, const struct rc_path *path, struct rc_json_hint *hint,
    struct rc_within *found, const struct rc_json_value **value)
{
	if (path->rest.n > 0)
		return rc_within_find(record, path, hint, found, value);
	*value = rc_json_get(record, path->first, hint);
	return 0;
}
/* rc_within_free: release what found owns. */
void rc_within_free(struct rc_within *found);

#endif
