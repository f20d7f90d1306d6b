#include "postgres/compare.h"
#include "base/log.h"
#include "base/status.h"
#include "postgres/sql.h"

#define STAGING "pg_temp.rc_load_compare"

/* check_primary: a standby has no temporary tables. */
static int
check_primary(struct rc_pg *pg, const char *what)
{
	PGresult *r;
	int standby, status = rc_pg_exec(pg, what, &r, "SELECT pg_is_in_recovery()", 0, NULL);

	if (status != 0)
		return status;
	standby = PQgetvalue(r, 0, 0)[0] == 't';
	PQclear(r);
	if (!standby)
		return 0;
	rc_log_error("%s: the server is a standby, which has no temporary tables: compare on the "
		     "primary",
	    what);
	return RC_CONFIG;
}

/* make_staging: with the checks of the table, but not what else it has. */
static int
make_staging(struct rc_pg *pg, const struct rc_table *t, const struct rc_dataset *d)
{
	static const char others[] =
	    "SELECT 'ALTER TABLE " STAGING "' || string_agg(format(' DROP COLUMN %I CASCADE', "
	    "attname), ',') FROM pg_attribute WHERE attrelid = '" STAGING "'::regclass AND attnum "
	    "> 0 AND NOT attisdropped AND attname <> ALL ($1::text[])";
	struct rc_buf create = { 0 }, names = { 0 };
	struct rc_sql s = { &create, 0 }, n = { &names, 0 };
	const char *params[1];
	PGresult *r = NULL;
	int status;

	/* however slowly the rows come */
	rc_sql_add(&s,
	    "SET LOCAL idle_in_transaction_session_timeout = 0; CREATE TEMPORARY TABLE "
	    "rc_load_compare (LIKE ");
	rc_sql_add(&s, t->name.data);
	rc_sql_add(
	    &s, " INCLUDING CONSTRAINTS) ON COMMIT DROP; ALTER TABLE " STAGING " ADD UNIQUE (");
	rc_sql_name(&s, d->key.column);
	rc_sql_add(&s, ")");
	for (size_t i = 0; i < d->columns.count; i++)
		rc_sql_element(&n, d->columns.names[i]);
	rc_sql_add(&n, "}");
	if ((status = rc_sql_end(&s)) == 0 && (status = rc_sql_end(&n)) == 0 &&
	    (status = rc_pg_exec(pg, t->name.data, NULL, create.data, 0, NULL)) == 0) {
		params[0] = names.data;
		status = rc_pg_exec(pg, t->name.data, &r, others, 1, params);
	}
	if (status == 0 && !PQgetisnull(r, 0, 0))
		status = rc_pg_exec(pg, t->name.data, NULL, PQgetvalue(r, 0, 0), 0, NULL);
	PQclear(r);
	rc_buf_free(&create);
	rc_buf_free(&names);
	return status;
}

int
rc_compare_begin(struct rc_pg *pg, const struct rc_table *t, const struct rc_dataset *d,
    struct rc_table *staging)
{
	int status = rc_pg_begin(pg);

	if (status == 0)
		status = check_primary(pg, t->name.data);
	if (status == 0 && (status = make_staging(pg, t, d)) == 0)
		status = rc_table_look(staging, pg, d, STAGING);
	rc_failure_report(rc_pg_failure(pg));
	if (status == 0 && t->hides)
		rc_log_notice("table %s: warning: row-level security hides rows from this role, "
			      "which will be told as missing",
		    t->name.data);
	return status;
}

int
rc_compare_within(const struct rc_commit *c)
{
	static const char kept[] =
	    "DROP TABLE IF EXISTS pg_temp.rc_load_batch; RELEASE SAVEPOINT batch";
	struct rc_failure *failure = rc_pg_failure(c->pg);
	int status, ended, refused;

	rc_failure_clear(failure);
	status = rc_pg_exec(c->pg, c->what, NULL, "SAVEPOINT batch", 0, NULL);
	if (status == 0)
		status = c->work(c->arg);
	refused = status == RC_DATA && failure->state[0] != '\0';
	if (status == 0 || refused) {
		ended = rc_pg_exec(c->pg, c->what, NULL,
		    status == 0 && !c->dry ? kept : "ROLLBACK TO SAVEPOINT batch", 0, NULL);
		refused &= ended == 0;
		status = ended != 0 ? ended : status;
	}
	if (!refused || !c->looks)
		rc_failure_report(failure);
	return status;
}

/* --- what differs */

/* add_text: a column of one side as text, or, with json, as JSON. */
static void
add_text(struct rc_sql *s, const char *side, const char *column, int json)
{
	rc_sql_add(s, json ? "COALESCE(to_json(" : "(");
	rc_sql_add(s, side);
	rc_sql_name(s, column);
	rc_sql_add(s, json ? "::text)::text, 'null')" : "::text COLLATE \"C\")");
}

/* add_differ: a condition: the bytes of both sides do. */
static void
add_differ(struct rc_sql *s, const char *column)
{
	add_text(s, "t.", column, 0);
	rc_sql_add(s, " IS DISTINCT FROM ");
	add_text(s, "i.", column, 0);
}

/* add_line: the line of a row that one side has, behind a letter that says which. */
static void
add_line(struct rc_sql *s, const char *letter, const char *side, const char *key, const char *kind)
{
	rc_sql_add(s, "'");
	rc_sql_add(s, letter);
	rc_sql_add(s, "{\"key\":' || ");
	add_text(s, side, key, 1);
	rc_sql_add(s, " || ',\"difference\":\"");
	rc_sql_add(s, kind);
}

/* add_columns: a list of those that differ, each as a member "NAME":[TABLE,INPUT]. */
static void
add_columns(struct rc_sql *s, const struct rc_dataset *d)
{
	rc_sql_add(s, "array_to_string(ARRAY[");
	for (size_t i = 0; i < d->columns.count; i++) {
		const char *name = d->columns.list[i].name;

		rc_sql_add(s, i == 0 ? "CASE WHEN " : ", CASE WHEN ");
		add_differ(s, name);
		rc_sql_add(s, " THEN to_json(");
		rc_sql_text(s, name);
		rc_sql_add(s, "::text)::text || ':[' || ");
		add_text(s, "t.", name, 1);
		rc_sql_add(s, " || ',' || ");
		add_text(s, "i.", name, 1);
		rc_sql_add(s, " || ']' END");
	}
	rc_sql_add(s, "], ',')");
}

/* make_select: the lines. */
static int
make_select(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d, int whole)
{
	const char *key = d->key.column;
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, "COPY (SELECT CASE WHEN t.ctid IS NULL THEN ");
	add_line(&s, "m", "i.", key, "missing\"}' WHEN i.ctid IS NULL THEN ");
	add_line(&s, "e", "t.", key, "extra\"}' ELSE ");
	add_line(&s, "c", "t.", key, "changed\",\"columns\":{' || ");
	add_columns(&s, d);
	rc_sql_add(&s, " || '}}' END FROM (SELECT ctid, * FROM ");
	rc_sql_add(&s, t->name.data);
	rc_sql_add(&s, " WHERE ");
	rc_sql_name(&s, key);
	rc_sql_add(&s,
	    whole ? " IS NOT NULL) t FULL JOIN (SELECT ctid, * FROM " STAGING ") i ON t."
		  : " IS NOT NULL) t RIGHT JOIN (SELECT ctid, * FROM " STAGING ") i ON t.");
	rc_sql_name(&s, key);
	rc_sql_add(&s, " = i.");
	rc_sql_name(&s, key);
	rc_sql_add(&s, " WHERE t.ctid IS NULL OR i.ctid IS NULL");
	for (size_t i = 0; i < d->columns.count; i++) {
		rc_sql_add(&s, " OR ");
		add_differ(&s, d->columns.list[i].name);
	}
	rc_sql_add(&s, " ORDER BY COALESCE(");
	add_text(&s, "i.", key, 0);
	rc_sql_add(&s, ", ");
	add_text(&s, "t.", key, 0);
	rc_sql_add(&s, ")) TO STDOUT");
	return rc_sql_end(&s);
}

struct printing {
	struct rc_out *out;
	struct rc_compare_counts *counts;
};

/* print_row: one of COPY's text format, in which a backslash stands before each backslash; there is
 * nothing else to be escaped in JSON of one line. */
static int
print_row(void *arg, struct rc_span row)
{
	struct printing *p = arg;
	struct rc_buf *buf = &p->out->buf;
	int status = 0;

	p->counts->missing += row.p[0] == 'm';
	p->counts->extra += row.p[0] == 'e';
	p->counts->changed += row.p[0] == 'c';
	for (size_t i = 1; i < row.n && status == 0; i++) {
		i += row.p[i] == '\\';
		status = rc_buf_addc(buf, row.p[i]);
	}
	return status != 0 ? status : rc_out_end_line(p->out);
}

int
rc_compare_print(struct rc_pg *pg, const struct rc_table *t, const struct rc_dataset *d, int whole,
    struct rc_out *out, struct rc_compare_counts *counts)
{
	struct printing p = { out, counts };
	struct rc_buf sql = { 0 };
	PGresult *r = NULL;
	int status;

	*counts = (struct rc_compare_counts){ 0 };
	rc_failure_clear(rc_pg_failure(pg));
	if ((status = rc_pg_exec(pg, t->name.data, &r, "SELECT count(*) FROM " STAGING, 0, NULL)) ==
		0 &&
	    (status = make_select(&sql, t, d, whole)) == 0)
		status = rc_pg_copy_out(pg, t->name.data, sql.data, print_row, &p);
	if (status == 0)
		counts->equal = rc_pg_rows(r) - counts->missing - counts->changed;
	rc_failure_report(rc_pg_failure(pg));
	PQclear(r);
	rc_buf_free(&sql);
	return status;
}
