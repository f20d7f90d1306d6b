/* texts.h - the text of a column, made of one or more sources, each a text or a list of texts:
 * the operations unaccent, list and join, and the lists that are kept.
 *
 * Tested by tests/unit/transform/transform.c. */
#ifndef RC_TEXTS_H
#define RC_TEXTS_H

#include "dataset/dataset.h"
#include "json/json.h"
#include "transform/unaccent.h"

struct rc_texts {
	struct rc_unaccent *unaccent;
	struct rc_buf text;         /* what a column is becoming */
	struct rc_buf plain;        /* an unescaped source */
	struct rc_buf joined;       /* a list that is one text, cut */
	const char **next;          /* for rc_cut(): of a column's split and its space */
	const char *field, *reason; /* where the last record went wrong, and why */
};

/* rc_texts_open: set up t for the columns of d.  RC_OSERR: no memory. */
int rc_texts_open(struct rc_texts *t, const struct rc_dataset *d);
/* rc_texts_put: append to out, as JSON, what the column's operation makes of its sources (NULL:
 * not there); null where there is nothing.  RC_DATA: t->field and t->reason say what is wrong.
 * RC_OSERR: no memory.  RC_TEMPFAIL: a stop is requested (stop.h), and the text is not made. */
int rc_texts_put(struct rc_texts *t, const struct rc_column *c, const struct rc_json_value **values,
    struct rc_buf *out);
/* rc_texts_put_lines: append to out, as JSON, the texts of a list as they are, each a line.  As
 * rc_texts_put(); field is for a failure. */
int rc_texts_put_lines(
    struct rc_texts *t, const char *field, struct rc_span list, struct rc_buf *out);
/* rc_texts_bad: fail with RC_DATA, for that reason in that field. */
int rc_texts_bad(struct rc_texts *t, const char *field, const char *reason);
/* rc_texts_wrong_kind: rc_texts_bad() for a value of a kind that its operation does not take. */
int rc_texts_wrong_kind(struct rc_texts *t, const char *field, enum rc_json_kind kind);
/* rc_texts_close: release what t owns. */
void rc_texts_close(struct rc_texts *t);

#endif
