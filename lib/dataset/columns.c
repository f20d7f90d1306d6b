#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/columns.h"

/* check_path: no step of it may be empty. */
static void
check_path(struct rc_reading *r, const char *where, const char *path)
{
	size_t n = strlen(path);

	if (*path == '.' || (n > 0 && path[n - 1] == '.') || strstr(path, "..") != NULL)
		rc_reading_bad(r, where,
		    "\"from\": \"%s\" is no path: a name is missing beside a point", path);
}

/* read_sources: what a column is made of; its own name where nothing is said. */
static void
read_sources(struct rc_reading *r, json_t *object, const char *where, struct rc_column *c)
{
	size_t count;
	struct rc_span *list = rc_reading_texts(r, object, where, "from", &count);

	if (list != NULL && count == 0)
		list[count++] = (struct rc_span){ c->name, strlen(c->name) };
	if (list != NULL && (c->from = rc_reading_memory(r, count, sizeof(*c->from))) != NULL) {
		c->from_count = count;
		for (size_t i = 0; i < count; i++) {
			check_path(r, where, list[i].p);
			c->from[i] = rc_path_make(list[i].p);
		}
	}
	free(list);
	if (c->op != RC_OP_JOIN && c->op != RC_OP_ID && count > 1)
		rc_reading_bad(
		    r, where, "\"from\" names several fields, which only \"join\" and \"id\" take");
}

static void
read_column(struct rc_reading *r, json_t *object, struct rc_columns *columns, size_t index)
{
	static const char *const names[] = { "name", "op", "from", "split", "space", "join",
		"lists", "part", "type", NULL };
	static const char *const ops[] = { "keep", "unaccent", "list", "join", "date", "period",
		"json", "id", NULL };
	static const char *const types[] = { "text", "date", "timestamptz", "integer", "numeric",
		"boolean", "jsonb", NULL };
	static const char *const parts[] = { "start", "end", NULL };
	struct rc_column *c = &columns->list[index];
	char where[64];

	snprintf(where, sizeof(where), "columns[%zu]", index);
	rc_reading_names(r, object, where, names);
	c->name = rc_reading_text(r, object, where, "name", NULL);
	if (rc_columns_find(columns, c->name) != (long)index)
		rc_reading_bad(r, where, "a second column called \"%s\"", c->name);
	c->op = (enum rc_op)rc_reading_word(r, object, where, "op", ops, -1);
	c->type = (enum rc_type)rc_reading_word(r, object, where, "type", types, RC_TYPE_TEXT);
	read_sources(r, object, where, c);
	c->split = rc_reading_texts(r, object, where, "split", &c->split_count);
	c->space = rc_reading_texts(r, object, where, "space", &c->space_count);
	if (json_object_get(object, "join") != NULL)
		c->join = rc_reading_text(r, object, where, "join", NULL);
	c->lists = rc_reading_flag(r, object, where, "lists");
	if (c->op == RC_OP_PERIOD)
		c->part = (enum rc_part)rc_reading_word(r, object, where, "part", parts, -1);
	else if (json_object_get(object, "part") != NULL)
		rc_reading_bad(r, where, "\"part\" goes with \"period\" alone");
	if (c->lists && c->op != RC_OP_KEEP)
		rc_reading_bad(r, where, "\"lists\" goes with \"keep\" alone");
	if (c->split_count == 0 && (c->op == RC_OP_LIST || c->space_count > 0))
		rc_reading_bad(
		    r, where, "%s needs \"split\"", c->op == RC_OP_LIST ? "\"list\"" : "\"space\"");
	if (c->split_count == 0 && c->join != NULL)
		rc_reading_bad(r, where, "\"join\" needs \"split\"");
	if (c->split_count + c->space_count > 0 && c->op != RC_OP_LIST && c->op != RC_OP_JOIN)
		rc_reading_bad(
		    r, where, "\"split\" and \"space\" go with \"list\" and \"join\" alone");
}

void
rc_columns_read(struct rc_reading *r, json_t *list, struct rc_columns *columns)
{
	size_t n = json_array_size(list);

	if (n == 0) {
		rc_reading_bad(r, "columns", "missing, or not a list of columns");
		return;
	}
	columns->list = rc_reading_memory(r, n, sizeof(*columns->list));
	columns->names = rc_reading_memory(r, n, sizeof(*columns->names));
	if (columns->list == NULL || columns->names == NULL)
		return;
	for (size_t i = 0; i < n && r->status == 0; i++) {
		columns->count = i + 1;
		read_column(r, json_array_get(list, i), columns, i);
		if (columns->list[i].from_count > columns->most)
			columns->most = columns->list[i].from_count;
		columns->names[i] =
		    (struct rc_span){ columns->list[i].name, strlen(columns->list[i].name) };
	}
}

long
rc_columns_find(const struct rc_columns *columns, const char *name)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->list[i].name != NULL && strcmp(columns->list[i].name, name) == 0)
			return (long)i;
	return -1;
}

void
rc_columns_free(struct rc_columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		free(columns->list[i].from);
		free(columns->list[i].split);
		free(columns->list[i].space);
	}
	free(columns->list);
	free(columns->names);
	*columns = (struct rc_columns){ 0 };
}
