/* identity.h - by what a record is known: the fields of its key, and its version.
 *
 * Tested by tests/rc-fetch.t. */
#ifndef RC_IDENTITY_H
#define RC_IDENTITY_H

#include "dataset/dataset.h"
#include "json/json.h"

struct rc_identity {                      /* start as { 0 } */
	struct rc_identity_field *fields; /* the version is the last */
	size_t parts;                     /* of the key */
	int has_version;
	struct rc_buf scratch;
};

/* rc_identity_open: as the description says, which is borrowed.  RC_OSERR: no memory. */
int rc_identity_open(struct rc_identity *d, const struct rc_dataset *dataset);
/* rc_identity_look: at a record that was scanned; what follows is about it, as long as it is there.
 * *has_key: no field of its key is missing or null.  RC_OSERR: no memory. */
int rc_identity_look(struct rc_identity *d, const struct rc_json *record, int *has_key);
/* rc_identity_put: set id to the same bytes for the same record alone, of which text is all.
 * Without a key, or a version that tells a change from a double, only what is the same in all its
 * members is the same record. */
int rc_identity_put(struct rc_identity *d, int has_key, struct rc_span text, struct rc_buf *id);
/* rc_identity_name: set out to the key, for a message; empty: there is none. */
int rc_identity_name(const struct rc_identity *d, int has_key, struct rc_buf *out);
/* rc_identity_close: release what d owns. */
void rc_identity_close(struct rc_identity *d);

#endif
