#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/commit.h"
#include "postgres/sql.h"
#include "postgres/table.h"

#define MAX_COLUMNS 1598

int
rc_table_quote(struct rc_buf *out, const char *name)
{
	struct rc_sql s = { out, 0 };
	const char *point = strchr(name, '.');
	char schema[256];

	if (point != NULL && point > name && (size_t)(point - name) < sizeof(schema)) {
		memcpy(schema, name, (size_t)(point - name));
		schema[point - name] = '\0';
		rc_sql_name(&s, schema);
		rc_sql_add(&s, ".");
		name = point + 1;
	}
	rc_sql_name(&s, name);
	return rc_sql_end(&s);
}

int
rc_table_ddl(struct rc_buf *out, const char *name, const struct rc_dataset *d)
{
	static const char *const types[] = { " text", " date", " timestamptz", " integer",
		" numeric", " boolean", " jsonb" }; /* as enum rc_type has them */
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, "CREATE TABLE IF NOT EXISTS ");
	s.status = s.status != 0 ? s.status : rc_table_quote(out, name);
	for (size_t i = 0; i < d->columns.count; i++) {
		rc_sql_add(&s, i == 0 ? " (" : ", ");
		rc_sql_name(&s, d->columns.list[i].name);
		rc_sql_add(&s, types[d->columns.list[i].type]);
		if (strcmp(d->columns.list[i].name, d->key.column) == 0)
			rc_sql_add(&s, " PRIMARY KEY");
	}
	rc_sql_add(&s, ")");
	return rc_sql_end(&s);
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
create_table(
    struct rc_pg *pg, const struct rc_table *t, const char *name, const struct rc_dataset *d)
{
	struct rc_buf sql = { 0 };
	int status;

	if ((status = rc_table_ddl(&sql, name, d)) == 0)
		status = rc_commit_create(pg, t->name.data, sql.data, NULL);
	rc_buf_free(&sql);
	return status;
}

/* check_kind: a table, whose rows and keys are its own. */
static int
check_kind(struct rc_table *t, struct rc_pg *pg)
{
	static const char sql[] =
	    "SELECT relkind, EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid), "
	    "row_security_active(c.oid), EXISTS (SELECT FROM pg_trigger WHERE tgrelid IN (SELECT "
	    "c.oid UNION SELECT relid FROM pg_partition_tree(c.oid)) AND NOT tgisinternal AND "
	    "tgtype & 3 = 3) OR EXISTS (SELECT FROM pg_rewrite WHERE ev_class = c.oid) "
	    "FROM pg_class c WHERE oid = to_regclass($1)"; /* 3: before, for each row */
	const char *const params[] = { t->name.data }, *what = NULL;
	PGresult *r;
	int status;

	if ((status = rc_pg_exec(pg, t->name.data, &r, sql, 1, params)) != 0)
		return status;
	switch (PQntuples(r) > 0 ? PQgetvalue(r, 0, 0)[0] : '\0') {
	case 'p':
		break;
	case 'r':
		if (PQgetvalue(r, 0, 1)[0] == 't')
			what = "has tables that inherit from it, over which no key is unique";
		break;
	case 'v':
	case 'm':
		what = "is a view";
		break;
	case 'f':
		what = "is a foreign table, in which no key can be merged";
		break;
	default:
		what = "is no table";
	}
	t->hides = PQntuples(r) > 0 && PQgetvalue(r, 0, 2)[0] == 't';
	t->chooses = PQntuples(r) > 0 && PQgetvalue(r, 0, 3)[0] == 't';
	PQclear(r);
	if (what == NULL)
		return 0;
	rc_log_error("table %s: %s: name an ordinary table with -t", t->name.data, what);
	return RC_CONFIG;
}

/* check_key: a conflict can only be seen where the key is unique. */
static int
check_key(const struct rc_table *t, struct rc_pg *pg, const char *key)
{
	static const char sql[] =
	    "SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND "
	    "a.attnum = i.indkey[0] WHERE i.indrelid = to_regclass($1) AND i.indisunique AND "
	    "i.indisvalid AND i.indnkeyatts = 1 AND i.indpred IS NULL AND i.indimmediate AND "
	    "a.attname = $2";
	const char *const params[] = { t->name.data, key };
	PGresult *r;
	int status, count;

	if ((status = rc_pg_exec(pg, t->name.data, &r, sql, 2, params)) != 0)
		return status;
	count = PQgetvalue(r, 0, 0)[0] != '0';
	PQclear(r);
	if (count > 0)
		return 0;
	rc_log_error("table %s: column \"%s\" is not unique by itself: make it the primary key (a "
		     "partitioned table has to be partitioned by it alone)",
	    t->name.data, key);
	return RC_CONFIG;
}

/* copy_value: a column of a result's row, allocated; NULL where it is null. */
static int
copy_value(const PGresult *r, int row, int column, char **to)
{
	*to = NULL;
	if (PQgetisnull(r, row, column) || (*to = strdup(PQgetvalue(r, row, column))) != NULL)
		return 0;
	rc_log_errno("no memory");
	return RC_OSERR;
}

/* set_column: what a row of a result says of it. */
static int
set_column(struct rc_table_column *c, const PGresult *r, int row)
{
	int status = copy_value(r, row, 0, &c->type);

	status = rc_status_first(status, copy_value(r, row, 1, &c->rounded));
	status = rc_status_first(status, copy_value(r, row, 2, &c->collation));
	status = rc_status_first(status, copy_value(r, row, 4, &c->length));
	c->is_text = PQgetvalue(r, row, 3)[0] == 't';
	return status;
}

/* check_column: that a column is there, and takes texts as they are; it is set. */
static int
check_column(struct rc_table *t, const PGresult *r, int row, const char *name)
{
	if (PQgetisnull(r, row, 0)) {
		rc_log_error("table %s: there is no column \"%s\": add it, or name another table "
			     "with -t",
		    t->name.data, name);
		return RC_CONFIG;
	}
	if (PQgetvalue(r, row, 5)[0] == 't') {
		rc_log_error("table %s: column \"%s\" is of a type that cuts texts: make it text",
		    t->name.data, name);
		return RC_CONFIG;
	}
	return set_column(&t->columns[row], r, row);
}

/* ask_columns: the types of all columns, and how their values are compared, a row for each.  That
 * of a domain is the type that it is made of: a cast to the domain would cut a text to its length,
 * where the assignment to the column refuses it. */
static int
ask_columns(const struct rc_table *t, struct rc_pg *pg, const struct rc_dataset *d, PGresult **r)
{
	static const char sql[] =
	    "SELECT c.* FROM unnest($2::text[]) WITH ORDINALITY w (name, at) LEFT JOIN LATERAL ("
	    "WITH RECURSIVE a AS (SELECT atttypid, atttypmod, attcollation FROM pg_attribute WHERE "
	    "attrelid = to_regclass($1) AND attname = w.name AND attnum > 0 AND NOT attisdropped), "
	    "made AS (SELECT atttypid AS id, atttypmod AS mod FROM a UNION ALL "
	    "SELECT typbasetype, typtypmod FROM made JOIN pg_type ON oid = id AND typtype = 'd') "
	    "SELECT format_type(id, -1), format_type(id, CASE WHEN id IN "
	    "('numeric'::regtype, 'time'::regtype, 'timetz'::regtype, 'timestamp'::regtype, "
	    "'timestamptz'::regtype, 'interval'::regtype) THEN mod ELSE -1 END), "
	    "CASE WHEN NOT collisdeterministic THEN "
	    "quote_ident(nspname) || '.' || quote_ident(collname) END, id = 'text'::regtype "
	    "AND (attcollation = 0 OR collisdeterministic), CASE WHEN id = "
	    "'varchar'::regtype AND mod > 4 THEN mod - 4 END, CASE WHEN typcategory = 'A' THEN "
	    "typelem ELSE id END IN ('name'::regtype, '\"char\"'::regtype) FROM made JOIN pg_type "
	    "y "
	    "ON y.oid = id AND typtype <> 'd' CROSS JOIN a LEFT JOIN pg_collation c ON c.oid = "
	    "attcollation LEFT JOIN pg_namespace n ON n.oid = collnamespace) c ON true ORDER BY at";
	struct rc_buf names = { 0 };
	struct rc_sql s = { &names, 0 };
	int status;

	for (size_t i = 0; i < d->columns.count; i++)
		rc_sql_element(&s, d->columns.names[i]);
	rc_sql_add(&s, "}");
	if ((status = rc_sql_end(&s)) == 0)
		status = rc_pg_exec(
		    pg, t->name.data, r, sql, 2, (const char *const[]){ t->name.data, names.data });
	rc_buf_free(&names);
	return status;
}

/* What is to be looked at. */
struct inspection {
	struct rc_table *table;
	struct rc_pg *pg;
	const struct rc_dataset *dataset;
};

static void
free_columns(struct rc_table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->columns[i].type);
		free(t->columns[i].rounded);
		free(t->columns[i].collation);
		free(t->columns[i].length);
	}
	free(t->columns);
	t->columns = NULL;
	t->count = 0;
}

/* inspect: the table, which is there. */
static int
inspect(void *arg)
{
	struct inspection *look = arg;
	const struct rc_dataset *d = look->dataset;
	struct rc_table *t = look->table;
	struct rc_pg *pg = look->pg;
	PGresult *r;
	int status;

	free_columns(t);
	if ((status = check_kind(t, pg)) != 0 || (status = check_key(t, pg, d->key.column)) != 0)
		return status;
	if ((t->columns = calloc(d->columns.count, sizeof(*t->columns))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	t->count = d->columns.count;
	t->key = (size_t)rc_dataset_column(d, d->key.column);
	if ((status = ask_columns(t, pg, d, &r)) != 0)
		return status;
	for (size_t i = 0; i < t->count && status == 0; i++)
		status = check_column(t, r, (int)i, d->columns.list[i].name);
	PQclear(r);
	return status;
}

int
rc_table_open(
    struct rc_table *t, struct rc_pg *pg, const struct rc_dataset *d, const char *name, int create)
{
	struct inspection look = { t, pg, d };
	int status, found = 0;

	if ((status = rc_table_quote(&t->name, name)) != 0 ||
	    (status = rc_commit_there(pg, t->name.data, t->name.data, &found)) != 0)
		return status;
	if (d->columns.count > MAX_COLUMNS) {
		rc_log_error("table %s: %zu columns: at most %d can be loaded, for the table of a "
			     "batch has two more, and PostgreSQL's can have 1600",
		    t->name.data, d->columns.count, MAX_COLUMNS);
		return RC_CONFIG;
	}
	if (!found && !create) {
		rc_log_error(
		    "table %s: does not exist: create it with --create, or name another with "
		    "-t",
		    t->name.data);
		return RC_CONFIG;
	}
	if (!found && (status = create_table(pg, t, name, d)) != 0)
		return status;
	return rc_commit(
	    &(struct rc_commit){ .pg = pg, .what = t->name.data, .work = inspect, .arg = &look });
}

int
rc_table_look(struct rc_table *t, struct rc_pg *pg, const struct rc_dataset *d, const char *name)
{
	struct inspection look = { t, pg, d };
	int status = rc_buf_printf(&t->name, "%s%c", name, '\0');

	return status != 0 ? status : inspect(&look);
}

void
rc_table_free(struct rc_table *t)
{
	rc_buf_free(&t->name);
	free_columns(t);
	*t = (struct rc_table){ 0 };
}
