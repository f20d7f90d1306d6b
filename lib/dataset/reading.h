/* reading.h - the members of a description, each of the kind that it has to be.
 *
 * Tested by tests/unit/dataset/dataset.c. */
#ifndef RC_READING_H
#define RC_READING_H

#include <jansson.h>
#include <stddef.h>

#include "base/span.h"

struct rc_reading {       /* of one description */
	const char *path; /* where it was found */
	int status;       /* RC_CONFIG: it is bad, which was reported; RC_OSERR; 0 so far */
};

/* rc_reading_bad: report what is wrong at where; only the first defect. */
void rc_reading_bad(struct rc_reading *r, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* rc_reading_memory: count items of size bytes, zeroed; NULL: there is none, which is reported. */
void *rc_reading_memory(struct rc_reading *r, size_t count, size_t size);
/* rc_reading_names: each member of object, which is called where, is one of names
 * (NULL-terminated). */
void rc_reading_names(
    struct rc_reading *r, json_t *object, const char *where, const char *const *names);
/* rc_reading_text: a member that is a text with something in it; fallback where it is not
 * there, and an error where fallback is NULL too.  Never NULL. */
const char *rc_reading_text(struct rc_reading *r, json_t *object, const char *where,
    const char *name, const char *fallback);
/* rc_reading_number: a member that is a whole number from low to 1000000, else fallback. */
int rc_reading_number(struct rc_reading *r, json_t *object, const char *where, const char *name,
    int low, int fallback);
/* rc_reading_flag: a member that is true or false, which is the default. */
int rc_reading_flag(struct rc_reading *r, json_t *object, const char *where, const char *name);
/* rc_reading_texts: a member that is a list of texts, or one; none where it is not there.  Each has
 * a NUL behind it; the list, with room for one at least, is the caller's to free; NULL: no memory.
 */
struct rc_span *rc_reading_texts(
    struct rc_reading *r, json_t *object, const char *where, const char *name, size_t *count);
/* rc_reading_word: the index in words (NULL-terminated) of a member that is one of them; fallback
 * where it is not there, and an error where that is -1. */
int rc_reading_word(struct rc_reading *r, json_t *object, const char *where, const char *name,
    const char *const *words, int fallback);

#endif
