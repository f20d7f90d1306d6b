#include "postgres/merge_sql.h"
#include "base/status.h"
#include "postgres/sql.h"

#define BATCH "pg_temp.rc_load_batch"

/* add_value: a column of the batch as a value for the table's. */
static void
add_value(struct rc_sql *s, const struct rc_table *t, size_t i)
{
	s->status = s->status != 0 ? s->status : rc_buf_printf(s->out, "b.c%zu", i);
	if (!t->columns[i].is_text) {
		rc_sql_add(s, "::");
		rc_sql_add(s, t->columns[i].type);
	}
}

/* add_rounded: the same, rounded as the table would have it. */
static void
add_rounded(struct rc_sql *s, const struct rc_table *t, size_t i)
{
	add_value(s, t, i);
	if (!t->columns[i].is_text) {
		rc_sql_add(s, "::");
		rc_sql_add(s, t->columns[i].rounded);
	}
}

/* add_key: the batch's key, as the table's column compares it. */
static void
add_key(struct rc_sql *s, const struct rc_table *t)
{
	add_rounded(s, t, t->key);
	if (t->columns[t->key].collation != NULL) {
		rc_sql_add(s, " COLLATE ");
		rc_sql_add(s, t->columns[t->key].collation);
	}
}

/* add_same_key: a condition: the key of a row of the table, which is called row, is the batch's. */
static void
add_same_key(
    struct rc_sql *s, const struct rc_table *t, const struct rc_dataset *d, const char *row)
{
	rc_sql_add(s, row);
	rc_sql_add(s, ".");
	rc_sql_name(s, d->key.column);
	rc_sql_add(s, " = ");
	add_key(s, t);
}

/* add_batch: the batch's rows, or those of a part: the condition comes here, and the rest goes to
 * tail. */
static void
add_batch(struct rc_sql *s, struct rc_buf *tail)
{
	if (tail == NULL) {
		rc_sql_add(s, BATCH " b");
		return;
	}
	rc_sql_add(s, "(SELECT * FROM " BATCH " WHERE ");
	if ((s->status = rc_sql_end(s)) == 0)
		s->out = tail;
	rc_sql_add(s, ") b");
}

/* add_source: the batch's rows, of each key the last.  Texts that differ can be one key where
 * the column compares otherwise, such as 1 and 01; the loader compares texts only. */
static void
add_source(struct rc_sql *s, const struct rc_table *t, enum rc_merge_conflict conflict,
    struct rc_buf *tail)
{
	if (t->columns[t->key].is_text || conflict == RC_MERGE_FAIL) {
		add_batch(s, tail);
		return;
	}
	rc_sql_add(s, "(SELECT DISTINCT ON (");
	add_key(s, t);
	rc_sql_add(s, ") * FROM ");
	add_batch(s, tail);
	rc_sql_add(s, " ORDER BY ");
	add_key(s, t);
	rc_sql_add(s, ", n DESC) b");
}

/* add_order: that of the keys, in which all sessions take the rows: none that waits for another has
 * what that one waits for. */
static void
add_order(struct rc_sql *s, const struct rc_table *t)
{
	rc_sql_add(s, " ORDER BY ");
	add_key(s, t);
	if (t->columns[t->key].is_text)
		rc_sql_add(s, " COLLATE \"C\"");
}

/* add_cut: a column of the batch as varchar(length) has it: blanks behind its length are dropped;
 * anything else there is refused, once it comes to that. */
static void
add_cut(struct rc_sql *s, size_t i, const char *length)
{
	s->status = s->status != 0
	    ? s->status
	    : rc_buf_printf(s->out,
		  "CASE WHEN length(rtrim(b.c%zu, ' ')) > %s THEN b.c%zu ELSE left(b.c%zu, %s) END",
		  i, length, i, i, length);
}

/* add_compared: what is the same in two values that are to be left alone: their bytes, for a
 * type may compare loosely (citext), or not at all (json).  of: the table's, or, NULL, the batch's.
 */
static void
add_compared(struct rc_sql *s, const struct rc_table *t, const struct rc_dataset *d, const char *of)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct rc_table_column *c = &t->columns[i];

		rc_sql_add(s, i == 0 ? "" : ", ");
		if (of != NULL) {
			rc_sql_add(s, of);
			rc_sql_name(s, d->columns.list[i].name);
		} else if (c->is_text) {
			add_value(s, t, i);
		} else if (c->length != NULL) {
			add_cut(s, i, c->length);
		} else { /* as the table would have it */
			rc_sql_add(s, "(");
			add_rounded(s, t, i);
			rc_sql_add(s, ")");
		}
		if (!c->is_text)
			rc_sql_add(s, "::text COLLATE \"C\"");
	}
}

/* add_unlike: a condition: no row of the table has the key, or, to update, is equal. */
static void
add_unlike(struct rc_sql *s, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	rc_sql_add(s, "NOT EXISTS (SELECT FROM ");
	rc_sql_add(s, t->name.data);
	rc_sql_add(s, " o WHERE ");
	add_same_key(s, t, d, "o");
	if (conflict == RC_MERGE_UPDATE) {
		rc_sql_add(s, " AND NOT b.d AND (");
		add_compared(s, t, d, "o.");
		rc_sql_add(s, ") IS NOT DISTINCT FROM (");
		add_compared(s, t, d, NULL);
		rc_sql_add(s, ")");
	}
	rc_sql_add(s, ")");
}

/* add_locked: the batch's rows, each taken in the order of the keys, and of those with tombstones
 * the lock of the table's row at the same time.  The OFFSET keeps the planner from doing one before
 * the other. */
static void
add_locked(struct rc_sql *s, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	rc_sql_add(s, "(SELECT * FROM ");
	add_source(s, t, conflict, NULL);
	if (conflict == RC_MERGE_UPDATE) {
		rc_sql_add(s, " WHERE ");
		add_unlike(s, t, d, conflict);
	}
	add_order(s, t);
	rc_sql_add(
	    s, " OFFSET 0) b WHERE CASE WHEN b.d THEN (SELECT count(*) < 0 FROM (SELECT FROM ");
	rc_sql_add(s, t->name.data);
	rc_sql_add(s, " l WHERE ");
	add_same_key(s, t, d, "l");
	rc_sql_add(s, " FOR UPDATE) l) ELSE true END");
}

/* add_conflict: what becomes of a row whose key is there.  The key itself is set only where equal
 * keys can have other bytes, for to set it takes the lock that keeps references to it waiting. */
static void
add_conflict(struct rc_sql *s, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	const char *before = ") DO UPDATE SET ";

	if (conflict == RC_MERGE_FAIL)
		return;
	rc_sql_add(s, " ON CONFLICT (");
	rc_sql_name(s, d->key.column);
	if (conflict == RC_MERGE_SKIP || (t->count == 1 && t->columns[t->key].is_text)) {
		rc_sql_add(s, ") DO NOTHING");
		return;
	}
	for (size_t i = 0; i < t->count; i++) {
		if (i == t->key && t->columns[i].is_text)
			continue;
		rc_sql_add(s, before);
		rc_sql_name(s, d->columns.list[i].name);
		rc_sql_add(s, " = EXCLUDED.");
		rc_sql_name(s, d->columns.list[i].name);
		before = ", ";
	}
}

/* add_insert: up to the batch's rows. */
static void
add_insert(struct rc_sql *s, const struct rc_table *t, const struct rc_dataset *d)
{
	rc_sql_add(s, "INSERT INTO ");
	rc_sql_add(s, t->name.data);
	rc_sql_add(s, " AS t (");
	rc_sql_names(s, d->columns.names, d->columns.count);
	rc_sql_add(s, ") SELECT ");
	for (size_t i = 0; i < t->count; i++) {
		rc_sql_add(s, i == 0 ? "" : ", ");
		add_value(s, t, i);
	}
	rc_sql_add(s, " FROM ");
}

/* make_merge: the INSERT, of which tail is as add_batch() has it.  To update, rows that are there
 * and equal are left out before it, so that they are neither locked nor written. */
static int
make_merge(struct rc_buf *out, struct rc_buf *tail, const struct rc_table *t,
    const struct rc_dataset *d, enum rc_merge_conflict conflict)
{
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, tail != NULL ? "; " : "");
	add_insert(&s, t, d);
	add_source(&s, t, conflict, tail);
	rc_sql_add(&s, conflict == RC_MERGE_UPDATE ? " WHERE NOT b.d AND " : " WHERE NOT b.d");
	if (conflict == RC_MERGE_UPDATE)
		add_unlike(&s, t, d, conflict);
	add_order(&s, t);
	add_conflict(&s, t, d, conflict);
	return rc_sql_end(&s);
}

/* make_direct: the same without a look before.  The rows are in the order of their keys as they
 * are: by bytes, which is that of texts. */
static int
make_direct(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d)
{
	struct rc_sql s = { out, 0 };

	if (!t->columns[t->key].is_text || t->chooses || t->count == 1)
		return 0;
	add_insert(&s, t, d);
	rc_sql_add(&s, BATCH " b");
	add_conflict(&s, t, d, RC_MERGE_UPDATE);
	rc_sql_add(&s, " WHERE (");
	add_compared(&s, t, d, "t.");
	rc_sql_add(&s, ") IS DISTINCT FROM (");
	add_compared(&s, t, d, "EXCLUDED.");
	rc_sql_add(&s, ")");
	return rc_sql_end(&s);
}

/* make_mixed: the same of a batch that has tombstones, too. */
static int
make_mixed(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	struct rc_sql s = { out, 0 };

	add_insert(&s, t, d);
	add_locked(&s, t, d, conflict);
	add_conflict(&s, t, d, conflict);
	return rc_sql_end(&s);
}

/* make_erase: the DELETE.  A whole batch's tombstones have locked what was there; what came since
 * is another's, who may hold it while it waits for this one: it is left alone, as if it came after.
 */
static int
make_erase(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, "DELETE FROM ");
	rc_sql_add(&s, t->name.data);
	rc_sql_add(&s, " WHERE ");
	rc_sql_name(&s, d->key.column);
	rc_sql_add(&s, " IN (SELECT t.");
	rc_sql_name(&s, d->key.column);
	rc_sql_add(&s, " FROM ");
	rc_sql_add(&s, t->name.data);
	rc_sql_add(&s, " t JOIN ");
	add_source(&s, t, conflict, NULL);
	rc_sql_add(&s, " ON ");
	add_same_key(&s, t, d, "t");
	rc_sql_add(&s, " WHERE b.d FOR UPDATE OF t SKIP LOCKED)");
	return rc_sql_end(&s);
}

/* make_erase_part: the DELETE of a part, whatever others hold. */
static int
make_erase_part(struct rc_merge_part *part, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	struct rc_sql s = { &part->head, 0 };

	rc_sql_add(&s, "; DELETE FROM ");
	rc_sql_add(&s, t->name.data);
	rc_sql_add(&s, " AS t USING ");
	add_source(&s, t, conflict, &part->tail);
	rc_sql_add(&s, " WHERE b.d AND ");
	add_same_key(&s, t, d, "t");
	return rc_sql_end(&s);
}

/* make_count: how many rows are to be written, of a table that may not let them. */
static int
make_count(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, "SELECT count(*) FROM ");
	add_source(&s, t, conflict, NULL);
	rc_sql_add(&s, " WHERE NOT b.d");
	if (conflict != RC_MERGE_FAIL) {
		rc_sql_add(&s, " AND ");
		add_unlike(&s, t, d, conflict);
	}
	return rc_sql_end(&s);
}

/* make_lock: the rows of all keys, where all are to be deleted. */
static int
make_lock(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d)
{
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, "SELECT count(*) FROM (SELECT FROM ");
	rc_sql_add(&s, t->name.data);
	rc_sql_add(&s, " t JOIN " BATCH " b ON ");
	add_same_key(&s, t, d, "t");
	add_order(&s, t);
	rc_sql_add(&s, " FOR UPDATE OF t) l");
	return rc_sql_end(&s);
}

static int
make_create(struct rc_buf *out, const struct rc_table *t, int kept)
{
	struct rc_sql s = { out, 0 };

	/* each statement is refused for what it does, and not the COMMIT, which blames no row; a
	 * batch is sorted in memory */
	rc_sql_add(&s,
	    "SET CONSTRAINTS ALL IMMEDIATE; SELECT set_config('work_mem', '32MB', true) WHERE "
	    "pg_size_bytes(current_setting('work_mem')) < 32 << 20; CREATE TEMPORARY TABLE ");
	rc_sql_add(&s, kept ? "IF NOT EXISTS " : "");
	rc_sql_add(&s, "rc_load_batch (n integer, d boolean");
	for (size_t i = 0; i < t->count && s.status == 0; i++)
		s.status = rc_buf_printf(s.out, ", c%zu text", i);
	rc_sql_add(&s, kept ? ") ON COMMIT DELETE ROWS" : ") ON COMMIT DROP");
	return rc_sql_end(&s);
}

static int
make_batch(struct rc_merge_sql *m, const struct rc_table *t)
{
	struct rc_sql copy = { &m->copy, 0 }, index = { &m->index, 0 };
	int status;

	rc_sql_add(&copy, "COPY " BATCH " FROM STDIN (FORMAT binary)");
	rc_sql_add(&index, "CREATE INDEX ON " BATCH " (n)");
	if ((status = make_create(&m->create, t, 0)) == 0 &&
	    (status = make_create(&m->create_kept, t, 1)) == 0 && (status = rc_sql_end(&copy)) == 0)
		status = rc_sql_end(&index);
	return status;
}

int
rc_merge_sql_make(struct rc_merge_sql *m, const struct rc_table *t, const struct rc_dataset *d,
    enum rc_merge_conflict conflict)
{
	int status;

	if ((status = make_batch(m, t)) == 0 &&
	    (status = make_merge(&m->merge, NULL, t, d, conflict)) == 0 &&
	    (conflict != RC_MERGE_UPDATE || (status = make_direct(&m->direct, t, d)) == 0) &&
	    (status = make_mixed(&m->mixed, t, d, conflict)) == 0 &&
	    (status = make_count(&m->count, t, d, conflict)) == 0 &&
	    (status = make_lock(&m->lock, t, d)) == 0 &&
	    (status = make_erase(&m->erase, t, d, conflict)) == 0 &&
	    (status = make_merge(&m->merge_part.head, &m->merge_part.tail, t, d, conflict)) == 0)
		status = make_erase_part(&m->erase_part, t, d, conflict);
	return status;
}

void
rc_merge_sql_free(struct rc_merge_sql *m)
{
	rc_buf_free(&m->create);
	rc_buf_free(&m->create_kept);
	rc_buf_free(&m->copy);
	rc_buf_free(&m->merge);
	rc_buf_free(&m->direct);
	rc_buf_free(&m->mixed);
	rc_buf_free(&m->erase);
	rc_buf_free(&m->count);
	rc_buf_free(&m->lock);
	rc_buf_free(&m->index);
	rc_buf_free(&m->merge_part.head);
	rc_buf_free(&m->merge_part.tail);
	rc_buf_free(&m->erase_part.head);
	rc_buf_free(&m->erase_part.tail);
}
