#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "dataset/locate.h"

/* The reading of one description: what is read, and whether it is good so far. */
struct reading {
	struct rc_dataset *d;
	int status;
};

static void bad(struct reading *r, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* bad: report what is wrong with the description; only the first defect. */
static void
bad(struct reading *r, const char *where, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	if (r->status != 0)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	rc_log_error("%s: %s: %s: see rc-dataset(5)", r->d->path, where, what);
	r->status = RC_CONFIG;
}

static void *
get_memory(struct reading *r, size_t count, size_t size)
{
	void *p = calloc(count == 0 ? 1 : count, size);

	if (p == NULL && r->status == 0) {
		rc_log_errno("%s: no memory", r->d->path);
		r->status = RC_OSERR;
	}
	return p;
}

/* check_names: each member of object is one of names (NULL-terminated). */
static void
check_names(struct reading *r, json_t *object, const char *where, const char *const *names)
{
	const char *name;
	json_t *value;

	if (!json_is_object(object)) {
		bad(r, where, "missing, or not an object");
		return;
	}
	json_object_foreach(object, name, value)
	{
		size_t i = 0;

		while (names[i] != NULL && strcmp(names[i], name) != 0)
			i++;
		if (names[i] == NULL)
			bad(r, where, "\"%s\": no such member", name);
	}
}

/* text: a member that is a text with something in it; fallback where it is not
 * there, and an error where fallback is NULL too. */
static const char *
text(struct reading *r, json_t *object, const char *where, const char *name, const char *fallback)
{
	json_t *value = json_object_get(object, name);

	if (value == NULL && fallback != NULL)
		return fallback;
	if (!json_is_string(value) || json_string_length(value) == 0) {
		bad(r, where, "\"%s\" is missing, or not a text", name);
		return "";
	}
	return json_string_value(value);
}

static int
number(
    struct reading *r, json_t *object, const char *where, const char *name, int low, int fallback)
{
	json_t *value = json_object_get(object, name);

	if (value == NULL)
		return fallback;
	if (!json_is_integer(value) || json_integer_value(value) < low ||
	    json_integer_value(value) > 1000000) {
		bad(r, where, "\"%s\" is not a whole number from %d to 1000000", name, low);
		return fallback;
	}
	return (int)json_integer_value(value);
}

static int
flag(struct reading *r, json_t *object, const char *where, const char *name)
{
	json_t *value = json_object_get(object, name);

	if (value != NULL && !json_is_boolean(value))
		bad(r, where, "\"%s\" is neither true nor false", name);
	return json_is_true(value);
}

/* texts: a member that is a list of texts, or one; none where it is not there. */
static const char **
texts(struct reading *r, json_t *object, const char *where, const char *name, size_t *count)
{
	json_t *value = json_object_get(object, name), *item;
	size_t i, n = json_is_array(value) ? json_array_size(value) : value != NULL;
	const char **list = get_memory(r, n, sizeof(*list));

	*count = 0;
	for (i = 0; i < n && list != NULL; i++) {
		item = json_is_array(value) ? json_array_get(value, i) : value;
		if (!json_is_string(item) || json_string_length(item) == 0)
			bad(r, where, "\"%s\" is not a text or a list of texts", name);
		else
			list[(*count)++] = json_string_value(item);
	}
	if (value != NULL && n == 0)
		bad(r, where, "\"%s\" is empty", name);
	return list;
}

/* word: the index in words (NULL-terminated) of a member that is one of them. */
static int
word(struct reading *r, json_t *object, const char *where, const char *name,
    const char *const *words)
{
	const char *value = text(r, object, where, name, NULL);
	int i = 0;

	while (words[i] != NULL && strcmp(words[i], value) != 0)
		i++;
	if (words[i] != NULL)
		return i;
	bad(r, where, "\"%s\": \"%s\" is not known", name, value);
	return 0;
}

/* read_sources: what a column is made of; its own name where nothing is said. */
static void
read_sources(struct reading *r, json_t *object, const char *where, struct rc_column *c)
{
	size_t count;
	const char **list = texts(r, object, where, "from", &count);

	if (list != NULL && count == 0)
		list[count++] = c->name;
	if (list != NULL && (c->from = get_memory(r, count, sizeof(*c->from))) != NULL) {
		c->from_count = count;
		for (size_t i = 0; i < count; i++)
			c->from[i] = (struct rc_span){ list[i], strlen(list[i]) };
	}
	free(list);
	if (c->op != RC_OP_JOIN && count > 1)
		bad(r, where, "\"from\" names several fields, which only \"join\" takes");
}

static void
read_column(struct reading *r, json_t *object, size_t index)
{
	static const char *const names[] = { "name", "op", "from", "split", "space", "join",
		"lists", "part", NULL };
	static const char *const ops[] = { "keep", "unaccent", "list", "join", "date", "period",
		NULL };
	static const char *const parts[] = { "start", "end", NULL };
	struct rc_column *c = &r->d->columns[index];
	char where[64];

	snprintf(where, sizeof(where), "columns[%zu]", index);
	check_names(r, object, where, names);
	c->name = text(r, object, where, "name", NULL);
	if (rc_dataset_column(r->d, c->name) != (long)index)
		bad(r, where, "a second column called \"%s\"", c->name);
	c->op = (enum rc_op)word(r, object, where, "op", ops);
	read_sources(r, object, where, c);
	c->split = texts(r, object, where, "split", &c->split_count);
	c->space = texts(r, object, where, "space", &c->space_count);
	if (json_object_get(object, "join") != NULL)
		c->join = text(r, object, where, "join", NULL);
	c->lists = flag(r, object, where, "lists");
	if (c->op == RC_OP_PERIOD)
		c->part = (enum rc_part)word(r, object, where, "part", parts);
	else if (json_object_get(object, "part") != NULL)
		bad(r, where, "\"part\" goes with \"period\" alone");
	if (c->lists && c->op != RC_OP_KEEP)
		bad(r, where, "\"lists\" goes with \"keep\" alone");
	if (c->split_count == 0 && (c->op == RC_OP_LIST || c->space_count > 0))
		bad(r, where, "%s needs \"split\"", c->op == RC_OP_LIST ? "\"list\"" : "\"space\"");
	if (c->split_count == 0 && c->join != NULL)
		bad(r, where, "\"join\" needs \"split\"");
	if (c->split_count + c->space_count > 0 && c->op != RC_OP_LIST && c->op != RC_OP_JOIN)
		bad(r, where, "\"split\" and \"space\" go with \"list\" and \"join\" alone");
}

static void
read_columns(struct reading *r, json_t *columns)
{
	size_t n = json_array_size(columns);

	if (n == 0) {
		bad(r, "columns", "missing, or not a list of columns");
		return;
	}
	r->d->columns = get_memory(r, n, sizeof(*r->d->columns));
	r->d->names = get_memory(r, n, sizeof(*r->d->names));
	if (r->d->columns == NULL || r->d->names == NULL)
		return;
	for (size_t i = 0; i < n && r->status == 0; i++) {
		r->d->column_count = i + 1;
		read_column(r, json_array_get(columns, i), i);
		r->d->names[i] =
		    (struct rc_span){ r->d->columns[i].name, strlen(r->d->columns[i].name) };
	}
}

/* source_of: the one field that the column named by object's "column" is made
 * of by one of two operations. */
static const char *
source_of(struct reading *r, json_t *object, const char *where, enum rc_op one, enum rc_op other,
    const char **column)
{
	const char *name = text(r, object, where, "column", NULL);
	long i = rc_dataset_column(r->d, name);

	*column = name;
	if (i == -1) {
		bad(r, where, "\"column\": \"%s\" is no column", name);
		return "";
	}
	if (r->d->columns[i].op != one && r->d->columns[i].op != other)
		bad(r, where, "\"column\": \"%s\" is not made by \"keep\"%s", name,
		    other == RC_OP_DATE ? " or \"date\"" : "");
	return r->d->columns[i].from_count > 0 ? r->d->columns[i].from[0].p : "";
}

static void
read_topic(struct reading *r, json_t *topic)
{
	static const char *const names[] = { "name", "partitions", "replication_factor", "config",
		NULL };
	json_t *config = json_object_get(topic, "config"), *value;
	struct rc_dataset *d = r->d;
	const char *name;

	check_names(r, topic, "topic", names);
	d->topic.name = text(r, topic, "topic", "name", NULL);
	d->topic.partitions = number(r, topic, "topic", "partitions", 1, 1);
	d->topic.replication_factor = number(r, topic, "topic", "replication_factor", 1, 1);
	if (config == NULL)
		return;
	if (!json_is_object(config))
		bad(r, "topic", "\"config\" is not an object");
	d->topic.settings = get_memory(r, json_object_size(config), sizeof(*d->topic.settings));
	json_object_foreach(config, name, value)
	{
		if (!json_is_string(value))
			bad(r, "topic.config", "\"%s\" is not a text", name);
		else if (d->topic.settings != NULL)
			d->topic.settings[d->topic.setting_count++] =
			    (struct rc_setting){ name, json_string_value(value) };
	}
}

/* check_portal: an address to which /api/... can be added, and an id that can
 * stand in a path as it is. */
static void
check_portal(struct reading *r)
{
	const char *url = r->d->portal, *id = r->d->id;

	if ((strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) ||
	    url[strlen(url) - 1] == '/')
		bad(r, "portal", "\"url\": \"%s\" is not https://HOST without a slash at its end",
		    url);
	if (id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@")] !=
	    '\0')
		bad(r, "portal", "\"dataset\": \"%s\" is not the id of a dataset", id);
}

static void
read_document(struct reading *r, json_t *root)
{
	static const char *const names[] = { "name", "title", "portal", "key", "cursor", "columns",
		"absent", "topic", "table", NULL };
	static const char *const absents[] = { "reject", "null", NULL };
	static const char *const portal_names[] = { "url", "dataset", NULL };
	static const char *const key_names[] = { "column", "version", NULL };
	static const char *const cursor_names[] = { "column", "time", "overlap_days", NULL };
	json_t *portal = json_object_get(root, "portal"), *key = json_object_get(root, "key"),
	       *cursor = json_object_get(root, "cursor");
	struct rc_dataset *d = r->d;

	check_names(r, root, "description", names);
	d->name = text(r, root, "description", "name", NULL);
	if (strchr(d->name, '/') != NULL || d->name[0] == '.')
		bad(r, "description", "\"name\": \"%s\" cannot name a file", d->name);
	text(r, root, "description", "title", "");
	read_columns(r, json_object_get(root, "columns"));
	if (json_object_get(root, "absent") != NULL)
		d->absent_is_null = word(r, root, "description", "absent", absents);
	check_names(r, portal, "portal", portal_names);
	d->portal = text(r, portal, "portal", "url", NULL);
	d->id = text(r, portal, "portal", "dataset", NULL);
	if (r->status == 0)
		check_portal(r);
	check_names(r, key, "key", key_names);
	d->key.field = source_of(r, key, "key", RC_OP_KEEP, RC_OP_KEEP, &d->key.column);
	if (json_object_get(key, "version") != NULL)
		d->key.version = text(r, key, "key", "version", NULL);
	check_names(r, cursor, "cursor", cursor_names);
	d->cursor.field = source_of(r, cursor, "cursor", RC_OP_KEEP, RC_OP_DATE, &d->cursor.column);
	d->cursor.has_time = flag(r, cursor, "cursor", "time");
	d->cursor.overlap_days = number(r, cursor, "cursor", "overlap_days", 0, 1);
	read_topic(r, json_object_get(root, "topic"));
	d->table = text(r, root, "description", "table", NULL);
}

/* read_file: the description at d->path. */
static int
read_file(struct rc_dataset *d)
{
	struct reading r = { .d = d };
	json_error_t why;
	FILE *fp;

	if ((fp = fopen(d->path, "re")) == NULL) {
		rc_log_errno("%s: cannot be read", d->path);
		return RC_CONFIG;
	}
	d->json = json_loadf(fp, JSON_REJECT_DUPLICATES, &why);
	fclose(fp);
	if (d->json == NULL) {
		rc_log_error("%s: line %d, column %d: %s", d->path, why.line, why.column, why.text);
		return RC_CONFIG;
	}
	read_document(&r, d->json);
	return r.status;
}

int
rc_dataset_open(struct rc_dataset **dp, const char *name)
{
	struct rc_dataset *d;
	int status;

	if ((d = calloc(1, sizeof(*d))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	if ((status = rc_locate(name, &d->path)) == 0)
		status = read_file(d);
	if (status != 0)
		rc_dataset_free(d);
	else
		*dp = d;
	return status;
}

void
rc_dataset_free(struct rc_dataset *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->column_count; i++) {
		free(d->columns[i].from);
		free(d->columns[i].split);
		free(d->columns[i].space);
	}
	free(d->columns);
	free(d->names);
	free(d->topic.settings);
	json_decref(d->json);
	free(d->path);
	free(d);
}

long
rc_dataset_column(const struct rc_dataset *d, const char *name)
{
	for (size_t i = 0; i < d->column_count; i++)
		if (d->columns[i].name != NULL && strcmp(d->columns[i].name, name) == 0)
			return (long)i;
	return -1;
}
