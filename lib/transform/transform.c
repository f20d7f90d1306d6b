#include <stdlib.h>

#include "base/date.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/status.h"
#include "json/jsontext.h"
#include "json/looks.h"
#include "json/within.h"
#include "transform/period.h"
#include "transform/texts.h"
#include "transform/transform.h"

#define RENAMED   "the record lacks this field: has the portal renamed it?"
#define NO_CURSOR "null, which the description has be bad data in the cursor"

struct column {
	const struct rc_column *is;
	struct rc_buf prefix;       /* what comes before the value: ,"name": */
	struct rc_json_hint *hints; /* one for each source */
	int is_key, never_null;
};

struct rc_transform {
	const struct rc_dataset *dataset;
	struct column *columns;
	const struct rc_json_value **values; /* of a column, as many as one has at most */
	struct rc_within *found;             /* which some of them are in */
	struct rc_texts texts;
};

/* lacks: a field is not there; where the whole is something else than a record of the
 * portal, what that seems to be. */
static int
lacks(struct rc_transform *t, const struct rc_json *json, const char *field)
{
	const struct rc_dataset *d = t->dataset;
	const char *what = rc_looks_no_record(rc_looks_at(json, d->key.field, d->key.column));

	for (size_t i = 0; what == NULL && i < d->key.count; i++)
		if (strcmp(field, d->key.from[i].text) == 0)
			what = d->key.count > 1 ? "a part of the key is missing"
						: "the key is missing";
	return rc_texts_bad(&t->texts, field, what != NULL ? what : RENAMED);
}

/* put_kept: a value as it is; a list of texts, where it may be one, a line each. */
static int
put_kept(struct rc_transform *t, const struct column *col, const struct rc_json *json,
    const struct rc_json_value *v, struct rc_buf *out)
{
	const char *field = col->is->from[0].text;
	struct rc_span source;

	if (col->is_key && v == NULL)
		return lacks(t, json, field);
	if (col->is_key && v->kind == RC_JSON_NULL)
		return rc_texts_bad(&t->texts, field, "the key is missing");
	if (col->is_key && v->kind != RC_JSON_NUMBER &&
	    (v->kind != RC_JSON_STRING || v->raw.n == 0))
		return rc_texts_bad(&t->texts, field, "the key is empty, or no text or number");
	if (v == NULL)
		return rc_buf_adds(out, "null");
	source = rc_json_source(v);
	if (v->kind == RC_JSON_OBJECT || (v->kind == RC_JSON_ARRAY && !col->is->lists))
		return rc_texts_wrong_kind(&t->texts, field, v->kind);
	if (v->kind != RC_JSON_ARRAY)
		return rc_buf_add(out, source.p, source.n);
	return rc_texts_put_lines(&t->texts, field, v->raw, out);
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
		return rc_texts_wrong_kind(&t->texts, col->is->from[0].text, v->kind);
	if ((status = rc_json_text(v, &t->texts.plain, &text)) != 0)
		return status;
	if (col->is->op == RC_OP_PERIOD) {
		rc_period_find(text, &start, &end);
		text = col->is->part == RC_PART_START ? start : end;
		return text.p != NULL ? rc_quote_put(out, text) : rc_buf_adds(out, "null");
	}
	if (rc_date_parse(text, &days) != 0)
		return rc_texts_bad(
		    &t->texts, col->is->from[0].text, "not a date: YYYY-MM-DD is expected");
	text.n = RC_DATE_TEXT - 1;
	return rc_quote_put(out, text);
}

/* put_json: any value as a text, in which it is compact JSON. */
static int
put_json(struct rc_transform *t, const struct rc_json_value *v, struct rc_buf *out)
{
	struct rc_buf *text = &t->texts.text;
	int status;

	if (v == NULL || v->kind == RC_JSON_NULL)
		return rc_buf_adds(out, "null");
	text->len = 0;
	status = rc_jsontext_compact(text, rc_json_source(v));
	return status != 0 ? status : rc_quote_put(out, rc_buf_span(text));
}

/* add_id_part: of an id, with "\\" before each "|" and "\\", so that no two ids are the same. */
static int
add_id_part(struct rc_transform *t, const struct rc_json_value *v)
{
	struct rc_span text = v->raw;
	int status = 0;

	if (v->kind == RC_JSON_STRING && (status = rc_json_text(v, &t->texts.plain, &text)) != 0)
		return status;
	for (size_t i = 0; i < text.n && status == 0; i++) {
		if (text.p[i] == '|' || text.p[i] == '\\')
			status = rc_buf_addc(&t->texts.text, '\\');
		if (status == 0)
			status = rc_buf_addc(&t->texts.text, text.p[i]);
	}
	return status;
}

/* put_id: the values as one text. */
static int
put_id(struct rc_transform *t, const struct rc_column *c, struct rc_buf *out)
{
	int status = 0;

	t->texts.text.len = 0;
	for (size_t i = 0; i < c->from_count && status == 0; i++) {
		const struct rc_json_value *v = t->values[i];

		if (v == NULL || v->kind == RC_JSON_NULL)
			return rc_texts_bad(
			    &t->texts, c->from[i].text, "a part of the key is missing");
		if (v->kind == RC_JSON_OBJECT || v->kind == RC_JSON_ARRAY)
			return rc_texts_wrong_kind(&t->texts, c->from[i].text, v->kind);
		if (i > 0)
			status = rc_buf_addc(&t->texts.text, '|');
		if (status == 0)
			status = add_id_part(t, v);
	}
	return status != 0 ? status : rc_quote_put(out, rc_buf_span(&t->texts.text));
}

/* get_values: set t->values to what the column is made of. */
static int
get_values(struct rc_transform *t, struct column *col, const struct rc_json *json)
{
	const struct rc_path *from = col->is->from;
	int status;

	for (size_t i = 0; i < col->is->from_count; i++) {
		status = rc_within_get(json, &from[i], &col->hints[i], &t->found[i], &t->values[i]);
		if (status == 0 && t->values[i] == NULL && !t->dataset->absent_is_null)
			status = lacks(t, json, from[i].text);
		if (status != 0)
			return status;
	}
	if (col->never_null && (t->values[0] == NULL || t->values[0]->kind == RC_JSON_NULL))
		return rc_texts_bad(&t->texts, from[0].text, NO_CURSOR);
	return 0;
}

static int
put_column(
    struct rc_transform *t, struct column *col, const struct rc_json *json, struct rc_buf *out)
{
	int status;

	if ((status = get_values(t, col, json)) != 0 ||
	    (status = rc_buf_add(out, col->prefix.data, col->prefix.len)) != 0)
		return status;
	switch (col->is->op) {
	case RC_OP_KEEP:
		return put_kept(t, col, json, t->values[0], out);
	case RC_OP_UNACCENT:
	case RC_OP_LIST:
	case RC_OP_JOIN:
		return rc_texts_put(&t->texts, col->is, t->values, out);
	case RC_OP_DATE:
	case RC_OP_PERIOD:
		return put_date(t, col, t->values[0], out);
	case RC_OP_JSON:
		return put_json(t, t->values[0], out);
	case RC_OP_ID:
		return put_id(t, col->is, out);
	}
	return RC_BUG;
}

int
rc_transform_record(struct rc_transform *t, const struct rc_json *json, struct rc_buf *out,
    const char **field, const char **reason)
{
	size_t before = out->len;
	int status = 0;

	for (size_t i = 0; i < t->dataset->columns.count && status == 0; i++)
		status = put_column(t, &t->columns[i], json, out);
	if (status == 0)
		status = rc_buf_addc(out, '}');
	if (status != 0)
		out->len = before;
	*field = t->texts.field;
	*reason = t->texts.reason;
	return status;
}

int
rc_transform_key(
    struct rc_transform *t, const struct rc_json *json, struct rc_buf *scratch, struct rc_span *key)
{
	struct column *col = &t->columns[rc_dataset_column(t->dataset, t->dataset->key.column)];
	int status;

	scratch->len = 0;
	*key = (struct rc_span){ NULL, 0 };
	if ((status = put_column(t, col, json, scratch)) == 0)
		*key = (struct rc_span){ scratch->data + col->prefix.len,
			scratch->len - col->prefix.len };
	return status == RC_DATA ? 0 : status;
}

/* open_column: what is the same for each record. */
static int
open_column(struct rc_transform *t, size_t i)
{
	struct column *col = &t->columns[i];
	int status;

	col->is = &t->dataset->columns.list[i];
	col->is_key = strcmp(col->is->name, t->dataset->key.column) == 0;
	col->never_null = t->dataset->cursor.nulls == RC_NULLS_REJECT &&
	    t->dataset->cursor.column != NULL &&
	    strcmp(col->is->name, t->dataset->cursor.column) == 0;
	col->hints = calloc(col->is->from_count, sizeof(*col->hints));
	if (col->hints == NULL) {
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

	if ((t = calloc(1, sizeof(*t))) != NULL)
		t->dataset = d;
	if (t == NULL || (t->columns = calloc(d->columns.count, sizeof(*t->columns))) == NULL ||
	    (t->values = calloc(d->columns.most, sizeof(*t->values))) == NULL ||
	    (t->found = calloc(d->columns.most, sizeof(*t->found))) == NULL)
		rc_log_errno("no memory");
	else
		status = rc_texts_open(&t->texts, d);
	for (size_t i = 0; i < d->columns.count && status == 0; i++)
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
	for (size_t i = 0; t->columns != NULL && i < t->dataset->columns.count; i++) {
		rc_buf_free(&t->columns[i].prefix);
		free(t->columns[i].hints);
	}
	for (size_t i = 0; t->found != NULL && i < t->dataset->columns.most; i++)
		rc_within_free(&t->found[i]);
	free(t->found);
	free(t->values);
	free(t->columns);
	rc_texts_close(&t->texts);
	free(t);
}
