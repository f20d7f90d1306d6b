#include "postgres/compare_sql.h"
#include "base/status.h"
#include "postgres/sql.h"

/* add_text: a column of one side (t: the table, i: the input) as text. */
static void
add_text(struct rc_sql *s, const char *side, const char *column)
{
	rc_sql_add(s, "(");
	rc_sql_add(s, side);
	rc_sql_name(s, column);
	rc_sql_add(s, "::text COLLATE \"C\")");
}

/* add_json: the same as JSON: a text, or null. */
static void
add_json(struct rc_sql *s, const char *side, const char *column)
{
	rc_sql_add(s, "COALESCE(to_json(");
	rc_sql_add(s, side);
	rc_sql_name(s, column);
	rc_sql_add(s, "::text)::text, 'null')");
}

/* add_differ: a condition: the bytes of both sides do. */
static void
add_differ(struct rc_sql *s, const char *column)
{
	add_text(s, "t.", column);
	rc_sql_add(s, " IS DISTINCT FROM ");
	add_text(s, "i.", column);
}

/* add_line: of a row: a letter, its key, and the rest up to a quote. */
static void
add_line(struct rc_sql *s, const char *letter, const char *side, const char *key, const char *kind)
{
	rc_sql_add(s, "'");
	rc_sql_add(s, letter);
	rc_sql_add(s, "{\"key\":' || ");
	add_json(s, side, key);
	rc_sql_add(s, " || ',\"difference\":\"");
	rc_sql_add(s, kind);
}

/* add_columns: a list of those that differ, each as a member NAME:[TABLE,INPUT]. */
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
		add_json(s, "t.", name);
		rc_sql_add(s, " || ',' || ");
		add_json(s, "i.", name);
		rc_sql_add(s, " || ']' END");
	}
	rc_sql_add(s, "], ',')");
}

/* add_mended: a column as rc-transform writes it: numbers and truth values as such. */
static void
add_mended(struct rc_sql *s, const struct rc_column *c)
{
	if (c->type != RC_TYPE_INTEGER && c->type != RC_TYPE_NUMERIC &&
	    c->type != RC_TYPE_BOOLEAN) {
		add_json(s, "i.", c->name);
		return;
	}
	rc_sql_add(s, "COALESCE(to_json(i.");
	rc_sql_name(s, c->name);
	rc_sql_add(s, ")::text, 'null')");
}

/* add_mending: what rc-produce -e sends to mend it: a tombstone, or the row. */
static void
add_mending(struct rc_sql *s, const struct rc_dataset *d)
{
	rc_sql_add(s, ", '{\"topic\":' || to_json(");
	rc_sql_text(s, d->topic.name);
	rc_sql_add(s, "::text)::text || ',\"key\":' || CASE WHEN i.ctid IS NULL THEN ");
	add_json(s, "t.", d->key.column);
	rc_sql_add(s, " || ',\"value\":null}' ELSE ");
	add_json(s, "i.", d->key.column);
	rc_sql_add(s, " || ',\"value\":{' || array_to_string(ARRAY[");
	for (size_t i = 0; i < d->columns.count; i++) {
		rc_sql_add(s, i == 0 ? "to_json(" : ", to_json(");
		rc_sql_text(s, d->columns.list[i].name);
		rc_sql_add(s, "::text)::text || ':' || ");
		add_mended(s, &d->columns.list[i]);
	}
	rc_sql_add(s, "], ',') || '}}' END");
}

/* add_join: both sides, by the key as its column compares it; a row without one is nobody's. */
static void
add_join(struct rc_sql *s, const struct rc_table *t, const char *key, const char *join)
{
	rc_sql_add(s, " FROM (SELECT ctid, * FROM ");
	rc_sql_add(s, t->name.data);
	rc_sql_add(s, " WHERE ");
	rc_sql_name(s, key);
	rc_sql_add(s, " IS NOT NULL) t ");
	rc_sql_add(s, join);
	rc_sql_add(s, " JOIN (SELECT ctid, * FROM " RC_COMPARE_STAGING ") i ON t.");
	rc_sql_name(s, key);
	rc_sql_add(s, " = i.");
	rc_sql_name(s, key);
}

/* add_not_aside: a condition: the key of the table's row was not set aside. */
static void
add_not_aside(struct rc_sql *s, const char *key)
{
	rc_sql_add(s, "NOT EXISTS (SELECT FROM " RC_COMPARE_ASIDE " a WHERE a.key = ");
	add_text(s, "t.", key);
	rc_sql_add(s, ")");
}

int
rc_compare_sql_lines(
    struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d, int whole, int mend)
{
	const char *key = d->key.column;
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, "COPY (SELECT CASE WHEN t.ctid IS NULL THEN ");
	add_line(&s, "m", "i.", key, "missing\"}' WHEN i.ctid IS NULL THEN ");
	add_line(&s, "e", "t.", key, "extra\"}' ELSE ");
	add_line(&s, "c", "t.", key, "changed\",\"columns\":{' || ");
	add_columns(&s, d);
	rc_sql_add(&s, " || '}}' END");
	if (mend)
		add_mending(&s, d);
	add_join(&s, t, key, whole ? "FULL" : "RIGHT");
	rc_sql_add(&s, " WHERE CASE WHEN t.ctid IS NULL THEN true WHEN i.ctid IS NULL THEN ");
	add_not_aside(&s, key);
	for (size_t i = 0; i < d->columns.count; i++) {
		rc_sql_add(&s, i == 0 ? " ELSE " : " OR ");
		add_differ(&s, d->columns.list[i].name);
	}
	rc_sql_add(&s, " END ORDER BY i.ctid IS NOT NULL, COALESCE(");
	add_text(&s, "i.", key);
	rc_sql_add(&s, ", ");
	add_text(&s, "t.", key);
	rc_sql_add(&s, ")) TO STDOUT");
	return rc_sql_end(&s);
}

int
rc_compare_sql_extra(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d)
{
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, "SELECT count(*) FILTER (WHERE i.ctid IS NULL AND ");
	add_not_aside(&s, d->key.column);
	rc_sql_add(&s, "), count(*)");
	add_join(&s, t, d->key.column, "LEFT");
	return rc_sql_end(&s);
}
