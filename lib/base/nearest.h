/* nearest.h - find the name that somebody meant who mistyped it.
 *
 * Tested by tests/rc-settings.t. */
#ifndef RC_NEAREST_H
#define RC_NEAREST_H

#include <stddef.h>

#define RC_NEAREST_MAX 64 /* bytes of a name; a longer one resembles none */

struct rc_nearest {        /* start as { .name = what was written } */
	const char *name;  /* borrowed */
	const char *found; /* the nearest so far, borrowed; NULL: none was tried */
	size_t distance;   /* from name to found: letters to put in, leave out or change */
};

/* rc_nearest_try: compare with one more candidate; of equally near ones the first is kept. */
void rc_nearest_try(struct rc_nearest *n, const char *candidate);
/* rc_nearest_likely: whether the nearest candidate differs by no more than a typing error. */
int rc_nearest_likely(const struct rc_nearest *n);

#endif
