#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/commit.h"
#include "postgres/home.h"
#include "postgres/sql.h"
#include "postgres/table.h"

#define WHAT "table rc_positions"

/* The names of a table, as SQL has them. */
struct names {
	struct rc_buf whole, schema, table; /* schema is empty where it is not said */
};

static void
free_names(struct names *n)
{
	rc_buf_free(&n->whole);
	rc_buf_free(&n->schema);
	rc_buf_free(&n->table);
}

/* split: the quoted name, at the point between two quoted ones. */
static int
split(struct names *n, const char *table)
{
	const char *point;
	int status;

	if ((status = rc_table_quote(&n->whole, table)) != 0)
		return status;
	point = strstr(n->whole.data, "\".\"");
	if (point != NULL)
		status = rc_buf_add(&n->schema, n->whole.data, (size_t)(point - n->whole.data) + 1);
	if (status == 0)
		status = rc_buf_adds(&n->table, point != NULL ? point + 2 : n->whole.data);
	if (status == 0 && (rc_buf_text(&n->schema) == NULL || rc_buf_text(&n->table) == NULL))
		status = RC_OSERR;
	return status;
}

static int
keep_text(struct rc_buf *to, const char *text)
{
	int status;

	to->len = 0;
	status = rc_buf_adds(to, text);
	return status == 0 && rc_buf_text(to) == NULL ? RC_OSERR : status;
}

/* has_positions: whether the consumer has any in the table of that name, behind a message. */
static int
has_positions(struct rc_pg *pg, const char *name, const char *consumer, int *has)
{
	const char *const params[] = { consumer };
	char sql[512];
	PGresult *r;
	int status;

	snprintf(sql, sizeof(sql), "SELECT FROM %s WHERE consumer = $1 AND next_offset > 0 LIMIT 1",
	    name);
	if ((status = rc_pg_exec(pg, WHAT, &r, sql, 1, params)) != 0)
		return status;
	*has = PQntuples(r) > 0;
	PQclear(r);
	return 0;
}

/* was_filled: whether rc_runs, where it is there, has records of the dataset that were loaded. */
static int
was_filled(struct rc_pg *pg, const char *dataset, int *filled)
{
	static const char is_there[] =
	    "SELECT has_table_privilege(to_regclass('rc_runs'), 'SELECT') IS TRUE";
	static const char sql[] = "SELECT FROM rc_runs r WHERE task = 'load' AND records_out > 0 "
				  "AND to_jsonb(r)->>'dataset' = $1 LIMIT 1";
	const char *const params[] = { dataset };
	PGresult *r;
	int status, found;

	*filled = 0;
	if ((status = rc_pg_exec(pg, WHAT, &r, is_there, 0, NULL)) != 0)
		return status;
	found = PQgetvalue(r, 0, 0)[0] == 't';
	PQclear(r);
	if (!found || (status = rc_pg_exec(pg, WHAT, &r, sql, 1, params)) != 0)
		return status;
	*filled = PQntuples(r) > 0;
	PQclear(r);
	return 0;
}

/* look_at: what the table of that kind is: "": it is missing; "u": unlogged; "hidden": this role
 * may not see its rows. */
static int
look_at(
    struct rc_home *h, struct rc_pg *pg, const char *name, const char *kind, const char *dataset)
{
	int status, filled, any;
	char sql[512];
	PGresult *r;

	h->table = RC_HOME_MISSING;
	if (*kind == '\0')
		return 0;
	snprintf(sql, sizeof(sql), "SELECT FROM %s LIMIT 1", name);
	if ((status = rc_pg_exec(pg, name, &r, sql, 0, NULL)) != 0)
		return status;
	any = PQntuples(r) > 0 || *kind == 'h';
	PQclear(r);
	h->table = any ? RC_HOME_FILLED : *kind == 'u' ? RC_HOME_UNLOGGED : RC_HOME_EMPTY;
	if (h->table != RC_HOME_EMPTY || (status = was_filled(pg, dataset, &filled)) != 0)
		return status;
	h->table = filled ? RC_HOME_EMPTIED : RC_HOME_EMPTY;
	return 0;
}

/* choose: which of the two tables of positions, this one and another one in the search path, has
 * the consumer's; r: of ask_home(). */
static int
choose(struct rc_home *h, struct rc_pg *pg, const PGresult *r, const char *consumer)
{
	const char *other = PQgetvalue(r, 0, 3);
	int status = keep_text(&h->name, PQgetvalue(r, 0, 0)), elsewhere = 0;

	h->there = PQgetvalue(r, 0, 1)[0] == 't';
	h->whole = PQgetvalue(r, 0, 2)[0] == 't';
	if (status == 0 && h->there) {
		status = has_positions(pg, h->name.data, consumer, &h->has);
		if (status == 0)
			status = keep_text(&h->from, h->name.data);
	}
	if (status != 0 || h->has || *other == '\0')
		return status;
	if ((status = has_positions(pg, other, consumer, &elsewhere)) != 0 || !elsewhere)
		return status;
	if (PQgetvalue(r, 0, 5)[0] == 't') {
		rc_log_warn("positions of consumer \"%s\" in %s are taken for those of %s, and "
			    "not used",
		    consumer, other, PQgetvalue(r, 0, 4));
		return 0;
	}
	h->has = 1;
	return keep_text(&h->from, other);
}

/* ask_home: where the table is, and where positions are. */
static int
ask_home(struct rc_pg *pg, const struct names *n, PGresult **r)
{
	static const char sql[] =
	    "WITH it AS (SELECT relnamespace, CASE WHEN row_security_active(oid) THEN 'hidden' "
	    "ELSE relpersistence::text END AS kind FROM pg_class WHERE oid = to_regclass($1)), "
	    "home AS (SELECT oid, quote_ident(nspname) AS ns FROM pg_namespace "
	    "WHERE oid = COALESCE((SELECT relnamespace FROM it), to_regnamespace(COALESCE($2, "
	    "quote_ident(current_schema()))))), other AS (SELECT quote_ident(nspname) AS ns FROM "
	    "home, pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = "
	    "to_regclass('rc_positions') AND relnamespace <> home.oid AND "
	    "has_table_privilege(c.oid, 'SELECT')) SELECT home.ns || '.rc_positions', "
	    "to_regclass(home.ns || '.rc_positions') IS NOT NULL, (SELECT count(*) FROM "
	    "pg_attribute WHERE attrelid = to_regclass(home.ns || '.rc_positions') AND attname IN "
	    "('last_timestamp', 'timestamp_offset', 'epoch') AND NOT attisdropped) = 3, "
	    "other.ns || '.rc_positions', other.ns || "
	    "'.' "
	    "|| $3, to_regclass(other.ns || '.' || $3) IS NOT NULL, (SELECT kind FROM it) "
	    "FROM home LEFT JOIN other ON true";
	const char *const params[] = { n->whole.data, n->schema.len > 0 ? n->schema.data : NULL,
		n->table.data };
	int status = rc_pg_exec(pg, n->whole.data, r, sql, 3, params);

	if (status != 0 || PQntuples(*r) > 0)
		return status;
	if (n->schema.len > 0)
		rc_log_error("table %s: there is no schema %s: create it, or name another table "
			     "with -t",
		    n->whole.data, n->schema.data);
	else
		rc_log_error("table %s: there is no schema for it: see search_path, or name one "
			     "with -t SCHEMA.TABLE",
		    n->whole.data);
	PQclear(*r);
	*r = NULL;
	return RC_CONFIG;
}

/* What is looked for, in one transaction, which may begin anew. */
struct search_for {
	struct rc_home *home;
	struct rc_pg *pg;
	const struct rc_home_conf *conf;
	struct names names;
};

static int
find_home(void *arg)
{
	const struct search_for *f = arg;
	const struct names *n = &f->names;
	struct rc_home *h = f->home;
	PGresult *r = NULL;
	int status;

	h->has = 0;
	h->from.len = 0;
	if ((status = ask_home(f->pg, n, &r)) == 0 &&
	    (status = choose(h, f->pg, r, f->conf->consumer)) == 0 && h->has)
		status = look_at(h, f->pg, n->whole.data, PQgetvalue(r, 0, 6), f->conf->dataset);
	PQclear(r);
	return status;
}

int
rc_home_find(struct rc_home *h, struct rc_pg *pg, const struct rc_home_conf *conf)
{
	struct search_for f = { .home = h, .pg = pg, .conf = conf };
	int status;

	if ((status = split(&f.names, conf->table)) == 0)
		status = rc_commit(&(struct rc_commit){
		    .pg = pg, .what = f.names.whole.data, .work = find_home, .arg = &f });
	free_names(&f.names);
	return status;
}

int
rc_home_check(const struct rc_home *h, const struct rc_home_conf *conf)
{
	static const char again[] = "delete what is stored with --forget, and load it again";
	static const char *const what[] = { "does not exist", "is empty", "is empty",
		"is unlogged, and empty" };

	if (!h->has || h->table == RC_HOME_FILLED)
		return 0;
	if (h->table == RC_HOME_EMPTY) {
		rc_log_notice("table %s: warning: it is empty, though consumer \"%s\" has loaded "
			      "into it: if it was emptied, %s",
		    conf->table, conf->consumer, again);
		return 0;
	}
	rc_log_error("table %s: %s, though consumer \"%s\" has loaded into it: %s", conf->table,
	    what[h->table], conf->consumer, again);
	return RC_DATA;
}

/* What is to be moved. */
struct move {
	const struct rc_home *home;
	struct rc_pg *pg;
	const char *consumer;
};

static int
move(void *arg)
{
	const struct move *m = arg;
	const char *const params[] = { m->consumer };
	char sql[1024];

	/* a table of an earlier version has fewer columns */
	snprintf(sql, sizeof(sql),
	    "WITH moved AS (DELETE FROM %s AS o WHERE consumer = $1 RETURNING consumer, topic, "
	    "partition, next_offset, " RC_HOME_TIMESTAMP(
		"o") ", next_offset, updated, COALESCE((to_jsonb(o) ->> 'epoch')::bigint, 0)) "
		     "INSERT INTO %s (consumer, topic, partition, next_offset, last_timestamp, "
		     "timestamp_offset, updated, epoch) SELECT * FROM moved",
	    m->home->from.data, m->home->name.data);
	return rc_pg_exec(m->pg, WHAT, NULL, sql, 1, params);
}

/* put_ddl: the statement that makes the table of positions of that name. */
static int
put_ddl(struct rc_buf *out, const char *name)
{
	return rc_buf_printf(out,
	    "CREATE TABLE IF NOT EXISTS %s (consumer text NOT NULL, topic text NOT NULL, "
	    "partition integer NOT NULL, next_offset bigint NOT NULL, last_timestamp bigint, "
	    "timestamp_offset bigint, updated timestamptz NOT NULL DEFAULT now(), epoch bigint NOT "
	    "NULL DEFAULT 0, PRIMARY KEY (consumer, topic, partition))",
	    name);
}

int
rc_home_print_ddl(const char *table, struct rc_out *out)
{
	struct rc_buf name = { 0 };
	struct names n = { 0 };
	int status;

	if ((status = split(&n, table)) == 0)
		status = rc_buf_printf(
		    &name, "%s%src_positions", n.schema.data, n.schema.len > 0 ? "." : "");
	if (status == 0 && rc_buf_text(&name) == NULL)
		status = RC_OSERR;
	if (status == 0 && (status = put_ddl(&out->buf, name.data)) == 0)
		status =
		    rc_buf_printf(&out->buf, ";\n" RC_COMMIT_VERSION("%s", "3") ";", name.data);
	free_names(&n);
	rc_buf_free(&name);
	return status != 0 ? status : rc_out_end_line(out);
}

/* make: the table of positions, or what it lacks: the one takes no lock of a table that another
 * loader has just made, and is at. */
static int
make(const struct rc_home *h, struct rc_pg *pg)
{
	struct rc_buf sql = { 0 }, comment = { 0 };
	int status;

	if (h->there)
		status = rc_buf_printf(&sql,
		    "ALTER TABLE %s ADD COLUMN IF NOT EXISTS last_timestamp bigint, ADD COLUMN IF "
		    "NOT EXISTS timestamp_offset bigint, ADD COLUMN IF NOT EXISTS epoch bigint NOT "
		    "NULL DEFAULT 0",
		    h->name.data);
	else
		status = put_ddl(&sql, h->name.data);
	if (status == 0)
		status = rc_buf_printf(&comment, RC_COMMIT_VERSION("%s", "3"), h->name.data);
	if (status == 0 && (rc_buf_text(&sql) == NULL || rc_buf_text(&comment) == NULL))
		status = RC_OSERR;
	if (status == 0)
		status = rc_commit_create(pg, WHAT, sql.data, comment.data);
	rc_buf_free(&sql);
	rc_buf_free(&comment);
	return status;
}

int
rc_home_make(struct rc_home *h, struct rc_pg *pg, const struct rc_home_conf *conf)
{
	struct move m = { h, pg, conf->consumer };
	int status = h->whole ? 0 : make(h, pg);

	if (status == 0 && h->has && strcmp(h->from.data, h->name.data) != 0) {
		status = rc_commit(
		    &(struct rc_commit){ .pg = pg, .what = WHAT, .work = move, .arg = &m });
		if (status == 0)
			rc_log_notice("positions of consumer \"%s\" are moved from %s to %s, where "
				      "their table is",
			    conf->consumer, h->from.data, h->name.data);
	}
	h->whole = 1;
	return status != 0 ? status : keep_text(&h->from, h->name.data);
}

void
rc_home_free(struct rc_home *h)
{
	rc_buf_free(&h->name);
	rc_buf_free(&h->from);
}
