/* unaccent.h - text in ASCII, as Python's Unidecode writes it.
 *
 * Each character is replaced on its own, whatever stands beside it.  The list
 * in unaccent_table.c decides first, then that in unaccent_usual.c; the rest is ICU's.  Over the
 * blocks that tests/unaccent.t names the answers are Unidecode 1.4.0's; elsewhere (Greek, Cyrillic,
 * Chinese, ...) they are ICU's and may differ from it. */
#ifndef RC_UNACCENT_H
#define RC_UNACCENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct rc_unaccent; /* opaque; belongs to one thread */

/* rc_unaccent_open: set *up for rc_unaccent_close().  Cheap: ICU is only opened
 * when a character needs it.  RC_OSERR: no memory. */
int rc_unaccent_open(struct rc_unaccent **up);
/* rc_unaccent_add: append to out the ASCII form of len bytes of UTF-8 (they may
 * hold U+0000).  A byte that is not UTF-8 is left out, like a character that
 * has no ASCII form.  RC_OSERR: no memory; RC_CONFIG: ICU is there without its
 * data.  Then out holds the text up to some character, and it can be tried
 * again. */
int rc_unaccent_add(struct rc_unaccent *u, const char *utf8, size_t len, struct rc_buf *out);
/* rc_unaccent_close: free u.  NULL is fine. */
void rc_unaccent_close(struct rc_unaccent *u);

/* The list of our own, for unaccent.c alone; sorted by code point. */
struct rc_unaccent_rule {
	uint32_t first, last; /* code points, both included */
	const char *text;     /* what stands for each of them */
};
/* Where Unidecode and ICU differ. */
extern const struct rc_unaccent_rule rc_unaccent_differs[];
extern const size_t rc_unaccent_differs_len;
/* Where they agree, but ICU would have to be asked (unaccent_usual.c). */
extern const struct rc_unaccent_rule rc_unaccent_usual[];
extern const size_t rc_unaccent_usual_len;

#endif
