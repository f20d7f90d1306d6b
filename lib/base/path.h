/* path.h - a place in a record: a member, or what is within it: "geo.lon", "services.0".
 *
 * Tested by tests/unit/json/within.c. */
#ifndef RC_PATH_H
#define RC_PATH_H

#include "base/span.h"

struct rc_path {
	const char *text;     /* all of it, NUL-terminated */
	struct rc_span first; /* the member */
	struct rc_span rest;  /* names and indices within it; empty: the member itself */
};

/* rc_path_make: text stays the caller's. */
struct rc_path rc_path_make(const char *text);
/* rc_path_step: take the first step off the front of *rest, which has one. */
struct rc_span rc_path_step(struct rc_span *rest);

#endif
