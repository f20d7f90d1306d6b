/* cut.h - a text cut wherever one of several texts is, in one pass. */
#ifndef RC_CUT_H
#define RC_CUT_H

#include "base/span.h"

/* rc_cut: take off the front of *s what stands before the first of the count
 * texts (the first of them where two begin there), and that text.  Returns 0 where
 * *s has none of them: *before is all of it then, and *s is empty.  next is the
 * caller's memory for count pointers, all NULL before the first cut of a text: it
 * keeps what was found, so that the time is that of the text's length, however
 * many texts there are in it. */
int rc_cut(struct rc_span *s, const struct rc_span *texts, size_t count, const char **next,
    struct rc_span *before);
/* rc_cut_find: where in s text, which is not empty, is first; its end if nowhere. */
const char *rc_cut_find(struct rc_span s, struct rc_span text);

#endif
