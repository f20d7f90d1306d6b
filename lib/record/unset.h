/* unset.h - the records that were set aside (rejects.h), as they came, to be sent again.
 *
 * Tested by tests/rejects.t. */
#ifndef RC_UNSET_H
#define RC_UNSET_H

#include "base/out.h"
#include "json/json.h"

struct rc_unset {              /* start as { 0 } */
	struct rc_buf scratch; /* owned */
};

/* rc_unset_put: append the record of a reject, a line without its LF, to out; *kept is 0 where it
 * was too long to be kept.  RC_DATA, with *reason, a static text: it is no reject.  RC_OSERR: no
 * memory. */
int rc_unset_put(struct rc_unset *u, const struct rc_json *reject, struct rc_out *out, int *kept,
    const char **reason);
/* rc_unset_free: release what u owns. */
void rc_unset_free(struct rc_unset *u);

#endif
