/* position.h - how far a dataset has been processed: {"last_processed":DATE}.
 *
 * All records up to and including DATE are known to be delivered. */
#ifndef RC_POSITION_H
#define RC_POSITION_H

#include "base/span.h"

#define RC_POSITION_TEXT 40 /* bytes of the JSON and its NUL */

/* rc_position_parse: read a position, as rc-produce and rc-state print it, or a
 * bare YYYY-MM-DD.  *found is 0 where text is blank or {}: no position, which
 * means everything; else *days is set (date.h).  -1: it is neither. */
int rc_position_parse(struct rc_span text, int *found, long *days);
/* rc_position_format: as JSON, without a line break. */
void rc_position_format(long days, char text[RC_POSITION_TEXT]);

#endif
