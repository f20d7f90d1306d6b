#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "dataset/columns.h"
#include "dataset/dataset.h"
#include "dataset/locate.h"
#include "dataset/reading.h"

/* column_of: the column that object's "column" names, which is made by one of two operations; NULL
 * where it is not. */
static const struct rc_column *
column_of(struct rc_reading *r, const struct rc_dataset *d, json_t *object, const char *where,
    enum rc_op one, enum rc_op other)
{
	const char *name = rc_reading_text(r, object, where, "column", NULL);
	long i = rc_dataset_column(d, name);
	const struct rc_column *c = i != -1 ? &d->columns.list[i] : NULL;

	if (c == NULL)
		rc_reading_bad(r, where, "\"column\": \"%s\" is no column", name);
	else if (c->op != one && c->op != other)
		rc_reading_bad(r, where, "\"column\": \"%s\" is not made by \"keep\" or \"%s\"",
		    name, other == RC_OP_DATE ? "date" : "id");
	return c != NULL && c->from_count > 0 ? c : NULL;
}

static void
read_key(struct rc_reading *r, struct rc_dataset *d, json_t *key)
{
	static const char *const names[] = { "column", "version", NULL };
	const struct rc_column *c;

	rc_reading_names(r, key, "key", names);
	if ((c = column_of(r, d, key, "key", RC_OP_KEEP, RC_OP_ID)) == NULL)
		return;
	d->key.column = c->name;
	d->key.from = c->from;
	d->key.count = c->from_count;
	d->key.field = c->from[0].text;
	if (json_object_get(key, "version") != NULL)
		d->key.version = rc_reading_text(r, key, "key", "version", NULL);
}

static void
read_topic(struct rc_reading *r, struct rc_dataset *d, json_t *topic)
{
	static const char *const names[] = { "name", "partitions", "replication_factor", "config",
		NULL };
	json_t *config = json_object_get(topic, "config"), *value;
	const char *name;

	rc_reading_names(r, topic, "topic", names);
	d->topic.name = rc_reading_text(r, topic, "topic", "name", NULL);
	d->topic.partitions = rc_reading_number(r, topic, "topic", "partitions", 1, 1);
	d->topic.replication_factor =
	    rc_reading_number(r, topic, "topic", "replication_factor", 1, 1);
	if (config == NULL)
		return;
	if (!json_is_object(config))
		rc_reading_bad(r, "topic", "\"config\" is not an object");
	d->topic.settings =
	    rc_reading_memory(r, json_object_size(config), sizeof(*d->topic.settings));
	json_object_foreach(config, name, value)
	{
		if (!json_is_string(value))
			rc_reading_bad(r, "topic.config", "\"%s\" is not a text", name);
		else if (d->topic.settings != NULL)
			d->topic.settings[d->topic.setting_count++] =
			    (struct rc_topic_setting){ name, json_string_value(value) };
	}
}

/* check_portal: an address to which /api/... can be added, and an id that can
 * stand in a path as it is. */
static void
check_portal(struct rc_reading *r, const struct rc_dataset *d)
{
	const char *url = d->portal, *id = d->id;

	if ((strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) ||
	    url[strlen(url) - 1] == '/')
		rc_reading_bad(r, "portal",
		    "\"url\": \"%s\" is not https://HOST without a slash at its end", url);
	if (id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@")] !=
	    '\0')
		rc_reading_bad(r, "portal", "\"dataset\": \"%s\" is not the id of a dataset", id);
}

static void
read_cursor(struct rc_reading *r, struct rc_dataset *d, json_t *cursor)
{
	static const char *const names[] = { "column", "time", "overlap_days", "nulls", NULL };
	static const char *const nulls[] = { "include", "exclude", "reject", NULL };
	const struct rc_column *c;

	d->cursor.overlap_days = 1;
	if (cursor == NULL)
		return;
	rc_reading_names(r, cursor, "cursor", names);
	if ((c = column_of(r, d, cursor, "cursor", RC_OP_KEEP, RC_OP_DATE)) == NULL)
		return;
	d->cursor.column = c->name;
	d->cursor.field = c->from[0].text;
	if (c->from[0].rest.n > 0)
		rc_reading_bad(r, "cursor",
		    "\"column\": \"%s\" is made of a part of a field, by which no portal sorts",
		    c->name);
	d->cursor.has_time = rc_reading_flag(r, cursor, "cursor", "time");
	d->cursor.overlap_days = rc_reading_number(r, cursor, "cursor", "overlap_days", 0, 1);
	d->cursor.nulls = (enum rc_nulls)rc_reading_word(r, cursor, "cursor", "nulls", nulls, 0);
}

static void
read_document(struct rc_reading *r, struct rc_dataset *d, json_t *root)
{
	static const char *const names[] = { "name", "title", "portal", "key", "cursor", "columns",
		"absent", "refresh", "topic", "table", NULL };
	static const char *const absents[] = { "reject", "null", NULL };
	static const char *const refreshes[] = { "add", "replace", NULL };
	static const char *const portal_names[] = { "url", "dataset", "where", NULL };
	json_t *portal = json_object_get(root, "portal");

	rc_reading_names(r, root, "description", names);
	d->name = rc_reading_text(r, root, "description", "name", NULL);
	if (strchr(d->name, '/') != NULL || d->name[0] == '.')
		rc_reading_bad(r, "description", "\"name\": \"%s\" cannot name a file", d->name);
	rc_reading_text(r, root, "description", "title", "");
	rc_columns_read(r, json_object_get(root, "columns"), &d->columns);
	d->absent_is_null = rc_reading_word(r, root, "description", "absent", absents, 0);
	d->replaces = rc_reading_word(r, root, "description", "refresh", refreshes, 0);
	rc_reading_names(r, portal, "portal", portal_names);
	d->portal = rc_reading_text(r, portal, "portal", "url", NULL);
	d->id = rc_reading_text(r, portal, "portal", "dataset", NULL);
	if (json_object_get(portal, "where") != NULL)
		d->where = rc_reading_text(r, portal, "portal", "where", NULL);
	if (r->status == 0)
		check_portal(r, d);
	read_key(r, d, json_object_get(root, "key"));
	read_cursor(r, d, json_object_get(root, "cursor"));
	read_topic(r, d, json_object_get(root, "topic"));
	d->table = rc_reading_text(r, root, "description", "table", NULL);
}

/* read_file: the description at d->path. */
static int
read_file(struct rc_dataset *d)
{
	struct rc_reading r = { .path = d->path };
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
	read_document(&r, d, d->json);
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
	rc_columns_free(&d->columns);
	free(d->topic.settings);
	json_decref(d->json);
	free(d->path);
	free(d);
}

long
rc_dataset_column(const struct rc_dataset *d, const char *name)
{
	return rc_columns_find(&d->columns, name);
}
