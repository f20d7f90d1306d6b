#include <stdlib.h>

#include "base/date.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/status.h"
#include "json/looks.h"
#include "transform/cut.h"
#include "transform/period.h"
#include "transform/transform.h"
#include "transform/unaccent.h"

#define RENAMED "the record lacks this field: has the portal renamed it?"
#define FEW     4 /* sources of a column, for which no memory is asked for */

struct column {
	const struct rc_column *is;
	struct rc_buf prefix;       /* what comes before the value: ,"name": */
	struct rc_json_hint *hints; /* one for each source */
	const char **next;          /* for rc_cut(): of its split and its space */
	int is_key;
};

struct rc_transform {
	const struct rc_dataset *dataset;
	struct column *columns;
	struct rc_unaccent *unaccent;
	struct rc_buf text;         /* the text that a column is becoming */
	struct rc_buf plain;        /* an unescaped source */
	struct rc_buf part;         /* one part of a source */
	struct rc_buf joined;       /* a source that was cut into a list */
	const char **next;          /* for rc_cut(): of a column's split and space */
	const char *field, *reason; /* where the last record went wrong, and why */
};

static int
bad(struct rc_transform *t, const char *field, const char *reason)
{
	t->field = field;
	t->reason = reason;
	return RC_DATA;
}

/* lacks: a field is not there; where the whole is something else than a record of the
 * portal, what that seems to be. */
static int
lacks(struct rc_transform *t, const struct rc_json *json, const char *field)
{
	const struct rc_dataset *d = t->dataset;
	const char *what = rc_looks_no_record(rc_looks_at(json, d->key.field, d->key.column));

	if (what == NULL && strcmp(field, d->key.field) == 0)
		what = "the key is missing";
	return bad(t, field, what != NULL ? what : RENAMED);
}

/* wrong_kind: a value of a kind that its operation does not take. */
static int
wrong_kind(struct rc_transform *t, const char *field, enum rc_json_kind kind)
{
	return bad(t, field,
	    kind == RC_JSON_ARRAY ? "a list, where the description allows none"
				  : rc_looks_no_text(kind));
}

/* add_line: append a part to t->text as a line of its own, if there is anything. */
static int
add_line(struct rc_transform *t, struct rc_span part)
{
	int status = 0;

	if (part.n == 0)
		return 0;
	if (t->text.len > 0)
		status = rc_buf_addc(&t->text, '\n');
	return rc_status_first(status, rc_buf_add(&t->text, part.p, part.n));
}

/* add_part: append one part of a list, in ASCII, its spaces made and trimmed. */
static int
add_part(struct rc_transform *t, const struct rc_column *c, struct rc_span part)
{
	const char **next = t->next + c->split_count;
	struct rc_span piece;
	int status, more;

	memset(next, 0, c->space_count * sizeof(*next));
	t->part.len = 0;
	do {
		more = rc_cut(&part, c->space, c->space_count, next, &piece);
		status = rc_unaccent_add(t->unaccent, piece.p, piece.n, &t->part);
		if (more)
			status = rc_status_first(status, rc_buf_addc(&t->part, ' '));
	} while (more && status == 0);
	return rc_status_first(status, add_line(t, rc_span_trim(rc_buf_span(&t->part))));
}

/* add_text: append what a text gives to t->text: its parts where the column
 * splits, else the whole. */
static int
add_text(struct rc_transform *t, const struct rc_column *c, struct rc_span text)
{
	struct rc_span part;
	int status, more;

	if (c->split_count == 0) {
		t->part.len = 0;
		status = rc_unaccent_add(t->unaccent, text.p, text.n, &t->part);
		return rc_status_first(status, add_line(t, rc_buf_span(&t->part)));
	}
	memset(t->next, 0, c->split_count * sizeof(*t->next));
	do {
		more = rc_cut(&text, c->split, c->split_count, t->next, &part);
		status = add_part(t, c, part);
	} while (more && status == 0);
	return status;
}

/* add_joined: append what a list of texts gives that are one text, cut. */
static int
add_joined(struct rc_transform *t, const struct rc_column *c, const char *field,
    struct rc_span rest, int *found)
{
	struct rc_json_value item;
	struct rc_span text;
	int status;

	t->joined.len = 0;
	for (size_t i = 0; rc_json_next_element(&rest, &item); i++) {
		if (item.kind != RC_JSON_STRING && item.kind != RC_JSON_NULL)
			return bad(t, field, "a list with something other than texts in it");
		text = (struct rc_span){ NULL, 0 };
		if (i > 0 && (status = rc_buf_adds(&t->joined, c->join)) != 0)
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
add_string(struct rc_transform *t, const struct rc_column *c, const struct rc_json_value *v)
{
	struct rc_span text;
	int status = rc_json_text(v, &t->plain, &text);

	return status != 0 ? status : add_text(t, c, text);
}

/* add_source: append what one source gives to t->text.  *found is set where it
 * has a text that is not empty, even if nothing of it is left. */
static int
add_source(struct rc_transform *t, const struct rc_column *c, const char *field,
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
		return wrong_kind(t, field, v->kind);
	if (c->join != NULL)
		return add_joined(t, c, field, v->raw, found);
	rest = v->raw;
	while (status == 0 && rc_json_next_element(&rest, &item)) {
		if (item.kind == RC_JSON_STRING && item.raw.n > 0) {
			*found = 1;
			status = add_string(t, c, &item);
		} else if (item.kind != RC_JSON_STRING && item.kind != RC_JSON_NULL) {
			status = bad(t, field, "a list with something other than texts in it");
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
	    (!v->escaped || rc_cut_find(v->raw, "\\u", 2) == v->raw.p + v->raw.n);
}

/* put_texts: unaccent, list and join. */
static int
put_texts(struct rc_transform *t, const struct column *col, const struct rc_json_value **values,
    struct rc_buf *out)
{
	const struct rc_json_value *v = values[0];
	int found = 0, status = 0;

	if (col->is->op == RC_OP_UNACCENT && v != NULL && is_plain(v))
		return rc_buf_add(out, v->raw.p - 1, v->raw.n + 2); /* with its quotes */
	t->text.len = 0;
	t->next = col->next;
	for (size_t i = 0; i < col->is->from_count && status == 0; i++)
		status = add_source(t, col->is, col->is->from[i].p, values[i], &found);
	if (status != 0)
		return status;
	return found ? rc_quote_put(out, rc_buf_span(&t->text)) : rc_buf_adds(out, "null");
}

/* put_kept: a value as it is; a list of texts, where it may be one, a line each. */
static int
put_kept(struct rc_transform *t, const struct column *col, const struct rc_json *json,
    const struct rc_json_value *v, struct rc_buf *out)
{
	const char *field = col->is->from[0].p;
	struct rc_json_value item;
	struct rc_span rest, text;
	int status = 0, found = 0;

	if (col->is_key && v == NULL)
		return lacks(t, json, field);
	if (col->is_key && v->kind == RC_JSON_NULL)
		return bad(t, field, "the key is missing");
	if (col->is_key && (v->kind != RC_JSON_STRING || v->raw.n == 0))
		return bad(t, field, "the key is empty, or not a text");
	if (v == NULL)
		return rc_buf_adds(out, "null");
	if (v->kind == RC_JSON_STRING)
		return rc_buf_add(out, v->raw.p - 1, v->raw.n + 2); /* with its quotes */
	if (v->kind == RC_JSON_OBJECT || (v->kind == RC_JSON_ARRAY && !col->is->lists))
		return wrong_kind(t, field, v->kind);
	if (v->kind != RC_JSON_ARRAY)
		return rc_buf_add(out, v->raw.p, v->raw.n);
	t->text.len = 0;
	rest = v->raw;
	while (status == 0 && rc_json_next_element(&rest, &item)) {
		if (item.kind == RC_JSON_NULL)
			continue;
		if (item.kind != RC_JSON_STRING)
			return bad(t, field, "a list with something other than texts in it");
		found |= item.raw.n > 0;
		if ((status = rc_json_text(&item, &t->plain, &text)) == 0)
			status = add_line(t, text);
	}
	if (status != 0)
		return status;
	return found ? rc_quote_put(out, rc_buf_span(&t->text)) : rc_buf_adds(out, "null");
}

/* put_date: the date of a time; and a date out of French text. */
static int
put_date(struct rc_transform *t, const struct column *col, const struct rc_json_value *v,
    struct rc_buf *out)
{
	struct rc_span text, start, end;
	long days;
	int status;

	if (v == NULL || v->kind == RC_JSON_NULL || (v->kind == RC_JSON_STRING && v->raw.n == 0))
		return rc_buf_adds(out, "null");
	if (v->kind != RC_JSON_STRING)
		return wrong_kind(t, col->is->from[0].p, v->kind);
	if ((status = rc_json_text(v, &t->plain, &text)) != 0)
		return status;
	if (col->is->op == RC_OP_PERIOD) {
		rc_period_find(text, &start, &end);
		text = col->is->part == RC_PART_START ? start : end;
		return text.p != NULL ? rc_quote_put(out, text) : rc_buf_adds(out, "null");
	}
	if (rc_date_parse(text, &days) != 0)
		return bad(t, col->is->from[0].p, "not a date: YYYY-MM-DD is expected");
	text.n = RC_DATE_TEXT - 1;
	return rc_quote_put(out, text);
}

static int
put_column(
    struct rc_transform *t, struct column *col, const struct rc_json *json, struct rc_buf *out)
{
	const struct rc_json_value *few[FEW] = { NULL }, **values = few;
	size_t n = col->is->from_count;
	int status = 0;

	if (n > FEW && (values = malloc(n * sizeof(*values))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	for (size_t i = 0; i < n; i++) {
		values[i] = rc_json_get(json, col->is->from[i], &col->hints[i]);
		if (values[i] == NULL && !t->dataset->absent_is_null)
			status = lacks(t, json, col->is->from[i].p);
	}
	if (status == 0 && (status = rc_buf_add(out, col->prefix.data, col->prefix.len)) == 0)
		switch (col->is->op) {
		case RC_OP_KEEP:
			status = put_kept(t, col, json, values[0], out);
			break;
		case RC_OP_UNACCENT:
		case RC_OP_LIST:
		case RC_OP_JOIN:
			status = put_texts(t, col, values, out);
			break;
		case RC_OP_DATE:
		case RC_OP_PERIOD:
			status = put_date(t, col, values[0], out);
			break;
		}
	if (values != few)
		free(values);
	return status;
}

int
rc_transform_record(struct rc_transform *t, const struct rc_json *json, struct rc_buf *out,
    const char **field, const char **reason)
{
	size_t before = out->len;
	int status = 0;

	for (size_t i = 0; i < t->dataset->column_count && status == 0; i++)
		status = put_column(t, &t->columns[i], json, out);
	if (status == 0)
		status = rc_buf_addc(out, '}');
	if (status != 0)
		out->len = before;
	*field = t->field;
	*reason = t->reason;
	return status;
}

/* open_column: what is the same for each record. */
static int
open_column(struct rc_transform *t, size_t i)
{
	struct column *col = &t->columns[i];
	int status;

	col->is = &t->dataset->columns[i];
	col->is_key = strcmp(col->is->name, t->dataset->key.column) == 0;
	col->next = calloc(col->is->split_count + col->is->space_count + 1, sizeof(*col->next));
	col->hints = calloc(col->is->from_count, sizeof(*col->hints));
	if (col->next == NULL || col->hints == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	status = rc_buf_addc(&col->prefix, i == 0 ? '{' : ',');
	status = rc_status_first(status,
	    rc_quote_put(&col->prefix, (struct rc_span){ col->is->name, strlen(col->is->name) }));
	return rc_status_first(status, rc_buf_addc(&col->prefix, ':'));
}

int
rc_transform_open(struct rc_transform **tp, const struct rc_dataset *d)
{
	struct rc_transform *t;
	int status = RC_OSERR;

	if ((t = calloc(1, sizeof(*t))) == NULL ||
	    (t->columns = calloc(d->column_count, sizeof(*t->columns))) == NULL)
		rc_log_errno("no memory");
	else
		status = rc_unaccent_open(&t->unaccent);
	if (t != NULL)
		t->dataset = d;
	for (size_t i = 0; i < d->column_count && status == 0; i++)
		status = open_column(t, i);
	if (status != 0)
		rc_transform_close(t);
	else
		*tp = t;
	return status;
}

void
rc_transform_close(struct rc_transform *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; t->columns != NULL && i < t->dataset->column_count; i++) {
		rc_buf_free(&t->columns[i].prefix);
		free(t->columns[i].hints);
		free(t->columns[i].next);
	}
	free(t->columns);
	rc_unaccent_close(t->unaccent);
	rc_buf_free(&t->text);
	rc_buf_free(&t->plain);
	rc_buf_free(&t->part);
	rc_buf_free(&t->joined);
	free(t);
}
