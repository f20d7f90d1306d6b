#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/table.h"

#define BATCH "pg_temp.rc_load_batch"

/* An SQL text that is being put together; the first failure stays. */
struct sql {
	struct rc_buf *out;
	int status;
};

static void
add(struct sql *s, const char *text)
{
	s->status = s->status != 0 ? s->status : rc_buf_adds(s->out, text);
}

static void
add_name(struct sql *s, const char *name)
{
	s->status = s->status != 0 ? s->status : rc_pg_put_name(s->out, name);
}

/* finish: end the text, so that it can be used as a C string. */
static int
finish(struct sql *s)
{
	return s->status != 0 ? s->status : rc_buf_text(s->out) == NULL ? RC_IO : 0;
}

int
rc_table_quote(struct rc_buf *out, const char *name)
{
	struct sql s = { out, 0 };
	const char *point = strchr(name, '.');
	char schema[256];

	if (point != NULL && point > name && (size_t)(point - name) < sizeof(schema)) {
		memcpy(schema, name, (size_t)(point - name));
		schema[point - name] = '\0';
		add_name(&s, schema);
		add(&s, ".");
		name = point + 1;
	}
	add_name(&s, name);
	return finish(&s);
}

int
rc_table_ddl(struct rc_buf *out, const char *name, const struct rc_dataset *d)
{
	struct sql s = { out, 0 };

	add(&s, "CREATE TABLE IF NOT EXISTS ");
	s.status = s.status != 0 ? s.status : rc_table_quote(out, name);
	for (size_t i = 0; i < d->column_count; i++) {
		add(&s, i == 0 ? " (" : ", ");
		add_name(&s, d->columns[i].name);
		add(&s, " text");
		if (strcmp(d->columns[i].name, d->key.column) == 0)
			add(&s, " PRIMARY KEY");
	}
	add(&s, ")");
	return finish(&s);
}

int
rc_table_print_ddl(const char *name, const struct rc_dataset *d, struct rc_out *out)
{
	int status = rc_table_ddl(&out->buf, name, d);

	if (status == 0)
		status = rc_buf_addc(&out->buf, ';');
	return status != 0 ? status : rc_out_end_line(out);
}

static int
create_table(PGconn *conn, const struct rc_table *t, const char *name, const struct rc_dataset *d)
{
	struct rc_buf sql = { 0 };
	int status;

	if ((status = rc_table_ddl(&sql, name, d)) == 0)
		status = rc_pg_create(conn, t->name.data, sql.data);
	rc_buf_free(&sql);
	return status;
}

/* check_key: a conflict can only be seen where the key is unique. */
static int
check_key(const struct rc_table *t, PGconn *conn, const struct rc_dataset *d)
{
	static const char sql[] =
	    "SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND "
	    "a.attnum = i.indkey[0] WHERE i.indrelid = to_regclass($1) AND i.indisunique AND "
	    "i.indnkeyatts = 1 AND i.indpred IS NULL AND i.indimmediate AND a.attname = $2";
	const char *const params[] = { t->name.data, d->key.column };
	PGresult *r;
	int status, count;

	if ((status = rc_pg_exec(conn, t->name.data, &r, sql, 2, params)) != 0)
		return status;
	count = PQgetvalue(r, 0, 0)[0] != '0';
	PQclear(r);
	if (count > 0)
		return 0;
	rc_log_error("table %s: column \"%s\" is not unique by itself: make it the primary key",
	    t->name.data, d->key.column);
	return RC_CONFIG;
}

/* find_types: the type of each of d's columns, as texts in an array that the
 * caller frees, each and all. */
static int
find_types(const struct rc_table *t, PGconn *conn, const struct rc_dataset *d, char ***types)
{
	static const char sql[] =
	    "SELECT format_type(atttypid, -1) FROM pg_attribute WHERE attrelid = "
	    "to_regclass($1) AND attname = $2 AND attnum > 0 AND NOT attisdropped";
	PGresult *r;
	int status = 0;

	if ((*types = calloc(d->column_count, sizeof(**types))) == NULL) {
		rc_log_errno("no memory");
		return RC_IO;
	}
	for (size_t i = 0; i < d->column_count && status == 0; i++) {
		const char *const params[] = { t->name.data, d->columns[i].name };
		size_t n;

		if ((status = rc_pg_exec(conn, t->name.data, &r, sql, 2, params)) != 0)
			break;
		if (PQntuples(r) == 0) {
			rc_log_error("table %s: there is no column \"%s\": add it, or name another "
				     "table with -t",
			    t->name.data, d->columns[i].name);
			status = RC_CONFIG;
		} else {
			n = (size_t)PQgetlength(r, 0, 0) + 1;
			if (((*types)[i] = malloc(n)) != NULL) {
				memcpy((*types)[i], PQgetvalue(r, 0, 0), n);
			} else {
				rc_log_errno("no memory");
				status = RC_IO;
			}
		}
		PQclear(r);
	}
	return status;
}

/* add_cast: a column of the batch as a value for the table's. */
static void
add_cast(struct sql *s, const char *name, const char *type)
{
	add(s, "b.");
	add_name(s, name);
	if (strcmp(type, "text") != 0) {
		add(s, "::");
		add(s, type);
	}
}

static void
add_columns(struct sql *s, const struct rc_dataset *d, const char *before)
{
	for (size_t i = 0; i < d->column_count; i++) {
		add(s, i == 0 ? "" : ", ");
		add(s, before);
		add_name(s, d->columns[i].name);
	}
}

static void
add_casts(struct sql *s, const struct rc_dataset *d, char *const *types)
{
	for (size_t i = 0; i < d->column_count; i++) {
		add(s, i == 0 ? "" : ", ");
		add_cast(s, d->columns[i].name, types[i]);
	}
}

/* add_source: the batch's rows.  Texts that differ can be one key where its type is
 * another, such as 1 and 01; the batch knows texts only, so the last of them is
 * chosen here. */
static void
add_source(struct sql *s, const struct rc_dataset *d, const char *key_type,
    enum rc_table_conflict conflict)
{
	if (strcmp(key_type, "text") == 0 || conflict == RC_TABLE_FAIL) {
		add(s, BATCH " b");
		return;
	}
	add(s, "(SELECT DISTINCT ON (");
	add_cast(s, d->key.column, key_type);
	add(s, ") * FROM " BATCH " b ORDER BY ");
	add_cast(s, d->key.column, key_type);
	add(s, ", rc_load_number DESC) b");
}

/* write_merge: the INSERT.  To update, rows that are there and equal are left
 * out before it, so that they are neither locked nor written. */
static int
write_merge(struct rc_table *t, const struct rc_dataset *d, char *const *types,
    enum rc_table_conflict conflict)
{
	struct sql s = { &t->merge, 0 };
	size_t key = (size_t)rc_dataset_column(d, d->key.column);

	add(&s, "INSERT INTO ");
	add(&s, t->name.data);
	add(&s, " AS t (");
	add_columns(&s, d, "");
	add(&s, ") SELECT ");
	add_casts(&s, d, types);
	add(&s, " FROM ");
	add_source(&s, d, types[key], conflict);
	if (conflict == RC_TABLE_UPDATE) {
		add(&s, " WHERE NOT EXISTS (SELECT FROM ");
		add(&s, t->name.data);
		add(&s, " o WHERE o.");
		add_name(&s, d->key.column);
		add(&s, " = ");
		add_cast(&s, d->key.column, types[key]);
		add(&s, " AND (");
		add_columns(&s, d, "o.");
		add(&s, ") IS NOT DISTINCT FROM (");
		add_casts(&s, d, types);
		add(&s, "))");
	}
	if (conflict != RC_TABLE_FAIL) {
		add(&s, " ON CONFLICT (");
		add_name(&s, d->key.column);
		add(&s, conflict == RC_TABLE_SKIP ? ") DO NOTHING" : ") DO UPDATE SET ");
	}
	for (size_t i = 0; i < d->column_count && conflict == RC_TABLE_UPDATE; i++) {
		add(&s, i == 0 ? "" : ", ");
		add_name(&s, d->columns[i].name);
		add(&s, " = EXCLUDED.");
		add_name(&s, d->columns[i].name);
	}
	return finish(&s);
}

/* write_others: the COPY and the DELETE. */
static int
write_others(struct rc_table *t, const struct rc_dataset *d, char *const *types)
{
	struct sql copy = { &t->copy, 0 }, erase = { &t->erase, 0 };

	add(&copy, "COPY " BATCH " (");
	add_columns(&copy, d, "");
	add(&copy, ") FROM STDIN (FORMAT binary)");
	add(&erase, "DELETE FROM ");
	add(&erase, t->name.data);
	add(&erase, " WHERE ");
	add_name(&erase, d->key.column);
	add(&erase, " = ANY($1::text[]::");
	add(&erase, types[rc_dataset_column(d, d->key.column)]);
	add(&erase, "[])");
	return rc_status_first(finish(&copy), finish(&erase));
}

/* create_batch: the session's table of texts, which a commit empties. */
static int
create_batch(PGconn *conn, const struct rc_dataset *d)
{
	struct rc_buf text = { 0 };
	struct sql s = { &text, 0 };
	int status;

	add(&s,
	    "CREATE TEMPORARY TABLE rc_load_batch (rc_load_number integer "
	    "GENERATED ALWAYS AS IDENTITY");
	for (size_t i = 0; i < d->column_count; i++) {
		add(&s, ", ");
		add_name(&s, d->columns[i].name);
		add(&s, " text");
	}
	add(&s, ") ON COMMIT DELETE ROWS");
	if ((status = finish(&s)) == 0)
		status = rc_pg_exec(conn, "batch table", NULL, text.data, 0, NULL);
	rc_buf_free(&text);
	return status;
}

int
rc_table_open(struct rc_table *t, PGconn *conn, const struct rc_dataset *d, const char *name,
    enum rc_table_conflict conflict, int create)
{
	char **types = NULL;
	int status, found = 0;

	if ((status = rc_table_quote(&t->name, name)) != 0 ||
	    (status = rc_pg_there(conn, t->name.data, t->name.data, &found)) != 0)
		return status;
	if (!found && !create) {
		rc_log_error(
		    "table %s: does not exist: create it with --create, or name another with "
		    "-t",
		    t->name.data);
		return RC_CONFIG;
	}
	if (!found && (status = create_table(conn, t, name, d)) != 0)
		return status;
	if ((status = check_key(t, conn, d)) == 0 &&
	    (status = find_types(t, conn, d, &types)) == 0 &&
	    (status = write_merge(t, d, types, conflict)) == 0 &&
	    (status = write_others(t, d, types)) == 0)
		status = create_batch(conn, d);
	for (size_t i = 0; types != NULL && i < d->column_count; i++)
		free(types[i]);
	free(types);
	return status;
}

void
rc_table_free(struct rc_table *t)
{
	rc_buf_free(&t->name);
	rc_buf_free(&t->copy);
	rc_buf_free(&t->merge);
	rc_buf_free(&t->erase);
}
