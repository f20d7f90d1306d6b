#include <stdlib.h>

#include "base/log.h"
#include "base/quote.h"
#include "base/status.h"
#include "base/stop.h"
#include "json/looks.h"
#include "transform/cut.h"
#include "transform/texts.h"

#define NOT_TEXTS "a list with something other than texts in it"

int
rc_texts_open(struct rc_texts *t, const struct rc_dataset *d)
{
	size_t most = 1;

	*t = (struct rc_texts){ 0 };
	for (size_t i = 0; i < d->columns.count; i++)
		if (d->columns.list[i].split_count + d->columns.list[i].space_count > most)
			most = d->columns.list[i].split_count + d->columns.list[i].space_count;
	if ((t->next = calloc(most, sizeof(*t->next))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	return rc_unaccent_open(&t->unaccent);
}

int
rc_texts_bad(struct rc_texts *t, const char *field, const char *reason)
{
	t->field = field;
	t->reason = reason;
	return RC_DATA;
}

int
rc_texts_wrong_kind(struct rc_texts *t, const char *field, enum rc_json_kind kind)
{
	return rc_texts_bad(t, field,
	    kind == RC_JSON_ARRAY ? "a list, where the description allows none"
				  : rc_looks_no_text(kind));
}

/* add_line: append a part to t->text as a line of its own, if there is anything. */
static int
add_line(struct rc_texts *t, struct rc_span part)
{
	int status = 0;

	if (part.n == 0)
		return 0;
	if (t->text.len > 0)
		status = rc_buf_addc(&t->text, '\n');
	return rc_status_first(status, rc_buf_add(&t->text, part.p, part.n));
}

/* spaces: append a part in ASCII, its spaces made. */
static int
spaces(struct rc_texts *t, const struct rc_column *c, struct rc_span part)
{
	const char **next = t->next + c->split_count;
	struct rc_span piece;
	int status, more;

	memset(next, 0, c->space_count * sizeof(*next));
	do {
		more = rc_cut(&part, c->space, c->space_count, next, &piece);
		status = rc_unaccent_add(t->unaccent, piece.p, piece.n, &t->text);
		if (more && status == 0 && (status = rc_stop_check()) == 0)
			status = rc_buf_addc(&t->text, ' ');
	} while (more && status == 0);
	return status;
}

/* append_part: append a part as a line of its own, in ASCII, if anything is left of it: of a list,
 * trimmed. */
static int
append_part(struct rc_texts *t, const struct rc_column *c, int spaced, struct rc_span part)
{
	size_t before = t->text.len, start;
	struct rc_span line;
	int status = before > 0 ? rc_buf_addc(&t->text, '\n') : 0;

	start = t->text.len;
	if (status == 0)
		status = spaced ? spaces(t, c, part)
				: rc_unaccent_add(t->unaccent, part.p, part.n, &t->text);
	if (status != 0)
		return status;
	line = (struct rc_span){ t->text.data + start, t->text.len - start };
	if (c->split_count > 0)
		line = rc_span_trim(line);
	if (line.n > 0 && line.p != t->text.data + start)
		memmove(t->text.data + start, line.p, line.n);
	t->text.len = line.n > 0 ? start + line.n : before;
	return 0;
}

/* has_spaces: whether any part of a text has something that becomes a space. */
static int
has_spaces(const struct rc_column *c, struct rc_span text)
{
	for (size_t i = 0; i < c->space_count; i++)
		if (rc_cut_find(text, c->space[i]) < text.p + text.n)
			return 1;
	return 0;
}

/* add_text: append what a text gives to t->text: its parts where the column
 * splits, else the whole. */
static int
add_text(struct rc_texts *t, const struct rc_column *c, struct rc_span text)
{
	int status, more, spaced = has_spaces(c, text);
	struct rc_span part;

	if (c->split_count == 0)
		return append_part(t, c, 0, text);
	memset(t->next, 0, c->split_count * sizeof(*t->next));
	do {
		more = rc_cut(&text, c->split, c->split_count, t->next, &part);
		status = rc_status_first(append_part(t, c, spaced, part), rc_stop_check());
	} while (more && status == 0);
	return status;
}

/* add_joined: append what a list of texts gives that are one text, cut. */
static int
add_joined(struct rc_texts *t, const struct rc_column *c, const char *field, struct rc_span rest,
    int *found)
{
	struct rc_json_value item;
	struct rc_span text;
	int status;

	t->joined.len = 0;
	for (size_t i = 0; rc_json_next_element(&rest, &item); i++) {
		if (item.kind != RC_JSON_STRING && item.kind != RC_JSON_NULL)
			return rc_texts_bad(t, field, NOT_TEXTS);
		text = (struct rc_span){ NULL, 0 };
		if ((status = rc_stop_check()) != 0 ||
		    (i > 0 && (status = rc_buf_adds(&t->joined, c->join)) != 0))
			return status;
		if (item.kind == RC_JSON_STRING &&
		    (status = rc_json_text(&item, &t->plain, &text)) != 0)
			return status;
		if ((status = rc_buf_add(&t->joined, text.p, text.n)) != 0)
			return status;
	}
	if (t->joined.len == 0)
		return 0;
	*found = 1;
	return add_text(t, c, rc_buf_span(&t->joined));
}

/* add_string: append what a string gives that is not empty. */
static int
add_string(struct rc_texts *t, const struct rc_column *c, const struct rc_json_value *v)
{
	struct rc_span text;
	int status = rc_json_text(v, &t->plain, &text);

	return status != 0 ? status : add_text(t, c, text);
}

/* add_source: append what one source gives to t->text.  *found is set where it
 * has a text that is not empty, even if nothing of it is left. */
static int
add_source(struct rc_texts *t, const struct rc_column *c, const char *field,
    const struct rc_json_value *v, int *found)
{
	struct rc_json_value item;
	struct rc_span rest;
	int status = 0;

	if (v == NULL || v->kind == RC_JSON_NULL)
		return 0;
	if (v->kind == RC_JSON_STRING) {
		if (v->raw.n == 0)
			return 0;
		*found = 1;
		return add_string(t, c, v);
	}
	if (v->kind != RC_JSON_ARRAY || (c->split_count == 0 && !c->lists))
		return rc_texts_wrong_kind(t, field, v->kind);
	if (c->join != NULL)
		return add_joined(t, c, field, v->raw, found);
	rest = v->raw;
	while (status == 0 && rc_json_next_element(&rest, &item)) {
		if (item.kind == RC_JSON_STRING && item.raw.n > 0) {
			*found = 1;
			status = rc_status_first(add_string(t, c, &item), rc_stop_check());
		} else if (item.kind != RC_JSON_STRING && item.kind != RC_JSON_NULL) {
			status = rc_texts_bad(t, field, NOT_TEXTS);
		}
	}
	return status;
}

/* is_plain: a text of which unaccent changes nothing, as it stands in the line:
 * ASCII, with no escapes but those for ASCII characters (all but \\u). */
static int
is_plain(const struct rc_json_value *v)
{
	return v->kind == RC_JSON_STRING && v->raw.n > 0 && !v->wide &&
	    (!v->escaped ||
		rc_cut_find(v->raw, (struct rc_span){ "\\u", 2 }) == v->raw.p + v->raw.n);
}

int
rc_texts_put(struct rc_texts *t, const struct rc_column *c, const struct rc_json_value **values,
    struct rc_buf *out)
{
	const struct rc_json_value *v = values[0];
	int found = 0, status = 0;

	if (c->op == RC_OP_UNACCENT && v != NULL && is_plain(v)) {
		struct rc_span source = rc_json_source(v);

		return rc_buf_add(out, source.p, source.n);
	}
	t->text.len = 0;
	for (size_t i = 0; i < c->from_count && status == 0; i++)
		status = add_source(t, c, c->from[i].text, values[i], &found);
	if (status != 0)
		return status;
	return found ? rc_quote_put(out, rc_buf_span(&t->text)) : rc_buf_adds(out, "null");
}

int
rc_texts_put_lines(struct rc_texts *t, const char *field, struct rc_span list, struct rc_buf *out)
{
	struct rc_json_value item;
	struct rc_span text;
	int status = 0, found = 0;

	t->text.len = 0;
	while (status == 0 && rc_json_next_element(&list, &item)) {
		if (item.kind == RC_JSON_NULL)
			continue;
		if (item.kind != RC_JSON_STRING)
			return rc_texts_bad(t, field, NOT_TEXTS);
		found |= item.raw.n > 0;
		if ((status = rc_json_text(&item, &t->plain, &text)) == 0 &&
		    (status = add_line(t, text)) == 0)
			status = rc_stop_check();
	}
	if (status != 0)
		return status;
	return found ? rc_quote_put(out, rc_buf_span(&t->text)) : rc_buf_adds(out, "null");
}

void
rc_texts_close(struct rc_texts *t)
{
	rc_unaccent_close(t->unaccent);
	free(t->next);
	rc_buf_free(&t->text);
	rc_buf_free(&t->plain);
	rc_buf_free(&t->joined);
}
