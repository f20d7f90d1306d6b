/* period.h - the dates in the French for a period of sale. */
#ifndef RC_PERIOD_H
#define RC_PERIOD_H

#include "base/span.h"

/* rc_period_find: set *start and *end to the dates dd/mm/yyyy that text gives
 * for them; p is NULL where it gives none.  Two dates are start and end; one is
 * the start where the text has "depuis le", else the end where it has "jusqu",
 * in any case of letters; any other number of dates tells nothing. */
void rc_period_find(struct rc_span text, struct rc_span *start, struct rc_span *end);

#endif
