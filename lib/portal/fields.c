#include <jansson.h>

#include "base/log.h"
#include "base/status.h"
#include "portal/document.h"
#include "portal/fields.h"
#include "portal/query.h"

struct check {
	const struct rc_dataset *dataset;
	json_t *answer;
	json_t *fields; /* of it, as count */
	json_t *count;  /* of records, or NULL */
	int empty;      /* it says that it has none */
};

/* read_answer: the list of fields, each an object with a name. */
static int
read_answer(void *to, const struct rc_buf *body, const char **bad)
{
	struct check *c = to;
	json_error_t why;
	json_t *field;
	size_t i;

	json_decref(c->answer);
	c->answer = json_loadb(body->data, body->len, 0, &why);
	c->fields = json_object_get(c->answer, "fields");
	*bad = !json_is_array(c->fields) ? "no list of fields" : NULL;
	c->empty = json_is_false(json_object_get(c->answer, "has_records"));
	c->count = json_object_get(
	    json_object_get(json_object_get(c->answer, "metas"), "default"), "records_count");
	json_array_foreach(c->fields, i, field)
	{
		if (!json_is_string(json_object_get(field, "name")))
			*bad = "a field without a name";
	}
	return 0;
}

/* find_field: the portal's field of that name, or NULL. */
static const json_t *
find_field(const struct check *c, struct rc_span name)
{
	json_t *field;
	size_t i;

	json_array_foreach(c->fields, i, field)
	{
		if (rc_span_is(name, json_string_value(json_object_get(field, "name"))))
			return field;
	}
	return NULL;
}

/* uses: whether the description makes something of a field. */
static int
uses(const struct rc_dataset *d, const char *name)
{
	for (size_t i = 0; i < d->columns.count; i++)
		for (size_t k = 0; k < d->columns.list[i].from_count; k++)
			if (rc_span_is(d->columns.list[i].from[k].first, name))
				return 1;
	return d->key.version != NULL && strcmp(d->key.version, name) == 0;
}

/* list_unused: append the portal's fields that the description does not use. */
static int
list_unused(const struct check *c, struct rc_buf *out)
{
	json_t *field;
	size_t i;
	int status = 0;

	json_array_foreach(c->fields, i, field)
	{
		const char *name = json_string_value(json_object_get(field, "name"));

		if (!uses(c->dataset, name) && status == 0)
			status = rc_buf_printf(out, "%s%s", out->len > 0 ? ", " : "", name);
	}
	return status;
}

/* missing: say that the portal lacks a field, if it does. */
static int
missing(const struct check *c, struct rc_span name, const char *use, const char *column)
{
	if (find_field(c, name) != NULL)
		return 0;
	rc_log_error("dataset %s: the portal has no field \"%.*s\", %s%s%s%s", c->dataset->id,
	    (int)name.n, name.p, use, column != NULL ? " \"" : "", column != NULL ? column : "",
	    column != NULL ? "\" is made of" : "");
	return 1;
}

/* wrong_time: say that the cursor has a time and the description has it without, or the other way
 * round, where the portal knows: --until would lose the last day, or dates have none to compare. */
static int
wrong_time(const struct check *c)
{
	const struct rc_dataset *d = c->dataset;
	const char *type, *field = d->cursor.field;
	int has_time;

	if (field == NULL)
		return 0;
	type = json_string_value(
	    json_object_get(find_field(c, (struct rc_span){ field, strlen(field) }), "type"));
	if (type == NULL || (strcmp(type, "date") != 0 && strcmp(type, "datetime") != 0))
		return 0;
	has_time = strcmp(type, "datetime") == 0;
	if (has_time == d->cursor.has_time)
		return 0;
	rc_log_error(
	    "dataset %s: field \"%s\", of which the cursor is made, %s at the portal: give "
	    "the cursor \"time\": %s in %s, see rc-dataset(5)",
	    d->id, d->cursor.field, has_time ? "has a time" : "is a date without a time",
	    has_time ? "true" : "false", d->path);
	return 1;
}

static int
compare_fields(const struct check *c)
{
	const struct rc_dataset *d = c->dataset;
	struct rc_buf unused = { 0 };
	int status, lacks = 0;

	if (c->empty) {
		rc_log_error(
		    "dataset %s: the portal has no records of it (has_records): nothing was "
		    "fetched: see its page there",
		    d->id);
		return RC_CONFIG;
	}
	if (json_is_integer(c->count) && json_integer_value(c->count) == 0)
		rc_log_warn("dataset %s: the portal has no record of it at all", d->id);
	for (size_t i = 0; i < d->columns.count; i++)
		for (size_t k = 0; k < d->columns.list[i].from_count; k++)
			lacks |= missing(c, d->columns.list[i].from[k].first, "which column",
			    d->columns.list[i].name);
	if (d->key.version != NULL)
		lacks |= missing(c, (struct rc_span){ d->key.version, strlen(d->key.version) },
		    "which tells versions apart", NULL);
	if ((status = list_unused(c, &unused)) == 0 && rc_buf_text(&unused) == NULL)
		status = RC_OSERR;
	if (status == 0 && lacks) {
		rc_log_error("dataset %s: nothing was fetched; fields there that the description "
			     "does not use: %s: correct %s, see rc-dataset(5)",
		    d->id, unused.len > 0 ? unused.data : "none", d->path);
		status = RC_CONFIG;
	} else if (status == 0 && unused.len > 0) {
		rc_log_info(
		    "dataset %s: fields that the description does not use: %s", d->id, unused.data);
	}
	rc_buf_free(&unused);
	return status == 0 && wrong_time(c) ? RC_CONFIG : status;
}

int
rc_fields_check(struct rc_portal *portal, const struct rc_dataset *d, struct rc_stats *stats)
{
	struct check c = { .dataset = d };
	struct rc_document document = { 0 };
	int status, got = 0;

	if ((status = rc_query_dataset(&document.path, d)) == 0 &&
	    (status = rc_document_get(&document, portal, stats, read_answer, &c, &got)) == 0 && got)
		status = compare_fields(&c);
	json_decref(c.answer);
	rc_document_free(&document);
	return status;
}
