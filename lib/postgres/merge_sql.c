#include "postgres/merge_sql.h"
#include "base/status.h"

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
	return s->status != 0 ? s->status : rc_buf_text(s->out) == NULL ? RC_OSERR : 0;
}

/* add_value: a column of the batch as a value for the table's. */
static void
add_value(struct sql *s, const struct rc_table *t, size_t i)
{
	s->status = s->status != 0 ? s->status : rc_buf_printf(s->out, "b.c%zu", i);
	if (!t->columns[i].is_text) {
		add(s, "::");
		add(s, t->columns[i].type);
	}
}

/* add_key: the batch's key, as the table's column compares it. */
static void
add_key(struct sql *s, const struct rc_table *t)
{
	add_value(s, t, t->key);
	if (t->columns[t->key].collation != NULL) {
		add(s, " COLLATE ");
		add(s, t->columns[t->key].collation);
	}
}

static void
add_columns(struct sql *s, const struct rc_dataset *d)
{
	for (size_t i = 0; i < d->column_count; i++) {
		add(s, i == 0 ? "" : ", ");
		add_name(s, d->columns[i].name);
	}
}

/* add_source: the batch's rows, of each key the last.  Texts that differ can be one key where
 * the column compares otherwise, such as 1 and 01; the loader compares texts only. */
static void
add_source(struct sql *s, const struct rc_table *t, enum rc_merge_conflict conflict)
{
	if (t->columns[t->key].is_text || conflict == RC_MERGE_FAIL) {
		add(s, BATCH " b");
		return;
	}
	add(s, "(SELECT DISTINCT ON (");
	add_key(s, t);
	add(s, ") * FROM " BATCH " b ORDER BY ");
	add_key(s, t);
	add(s, ", n DESC) b");
}

/* add_compared: what is the same in two values that are to be left alone: their bytes, for a
 * type may compare loosely (citext), or not at all (json). */
static void
add_compared(struct sql *s, const struct rc_table *t, const struct rc_dataset *d, int of_table)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct rc_table_column *c = &t->columns[i];

		add(s, i == 0 ? "" : ", ");
		if (of_table) {
			add(s, "o.");
			add_name(s, d->columns[i].name);
		} else if (c->is_text) {
			add_value(s, t, i);
		} else { /* as the table would have it */
			add(s, "(");
			add_value(s, t, i);
			add(s, "::");
			add(s, c->rounded);
			add(s, ")");
		}
		if (!c->is_text)
			add(s, "::text COLLATE \"C\"");
	}
}

/* make_merge: the INSERT.  To update, rows that are there and equal are left out before it, so
 * that they are neither locked nor written. */
static int
make_merge(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	struct sql s = { out, 0 };

	add(&s, "INSERT INTO ");
	add(&s, t->name.data);
	add(&s, " AS t (");
	add_columns(&s, d);
	add(&s, ") SELECT ");
	for (size_t i = 0; i < t->count; i++) {
		add(&s, i == 0 ? "" : ", ");
		add_value(&s, t, i);
	}
	add(&s, " FROM ");
	add_source(&s, t, conflict);
	add(&s, " WHERE NOT b.d");
	if (conflict == RC_MERGE_UPDATE) {
		add(&s, " AND NOT EXISTS (SELECT FROM ");
		add(&s, t->name.data);
		add(&s, " o WHERE o.");
		add_name(&s, d->key.column);
		add(&s, " = ");
		add_key(&s, t);
		add(&s, " AND (");
		add_compared(&s, t, d, 1);
		add(&s, ") IS NOT DISTINCT FROM (");
		add_compared(&s, t, d, 0);
		add(&s, "))");
	}
	if (conflict != RC_MERGE_FAIL) {
		add(&s, " ON CONFLICT (");
		add_name(&s, d->key.column);
		add(&s, conflict == RC_MERGE_SKIP ? ") DO NOTHING" : ") DO UPDATE SET ");
	}
	for (size_t i = 0; i < t->count && conflict == RC_MERGE_UPDATE; i++) {
		add(&s, i == 0 ? "" : ", ");
		add_name(&s, d->columns[i].name);
		add(&s, " = EXCLUDED.");
		add_name(&s, d->columns[i].name);
	}
	return finish(&s);
}

static int
make_erase(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	struct sql s = { out, 0 };

	add(&s, "DELETE FROM ");
	add(&s, t->name.data);
	add(&s, " AS t USING ");
	add_source(&s, t, conflict);
	add(&s, " WHERE b.d AND t.");
	add_name(&s, d->key.column);
	add(&s, " = ");
	add_key(&s, t);
	return finish(&s);
}

static int
make_batch(struct rc_merge_sql *m, const struct rc_table *t)
{
	struct sql create = { &m->create, 0 }, copy = { &m->copy, 0 }, clear = { &m->clear, 0 };

	add(&create, "CREATE TEMPORARY TABLE rc_load_batch (n integer, d boolean");
	for (size_t i = 0; i < t->count && create.status == 0; i++)
		create.status = rc_buf_printf(create.out, ", c%zu text", i);
	add(&create, ") ON COMMIT DROP");
	add(&copy, "COPY " BATCH " FROM STDIN (FORMAT binary)");
	add(&clear, "DELETE FROM " BATCH);
	return rc_status_first(finish(&create), rc_status_first(finish(&copy), finish(&clear)));
}

int
rc_merge_sql_make(struct rc_merge_sql *m, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	int status;

	if ((status = make_batch(m, t)) == 0 &&
	    (status = make_merge(&m->merge, t, d, conflict)) == 0)
		status = make_erase(&m->erase, t, d, conflict);
	return status;
}

void
rc_merge_sql_free(struct rc_merge_sql *m)
{
	rc_buf_free(&m->create);
	rc_buf_free(&m->copy);
	rc_buf_free(&m->merge);
	rc_buf_free(&m->erase);
	rc_buf_free(&m->clear);
}
