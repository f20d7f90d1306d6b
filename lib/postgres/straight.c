#include "postgres/straight.h"
#include "base/status.h"
#include "postgres/copy.h"
#include "postgres/sql.h"
#include "postgres/sqlstate.h"

#define MAX_PAUSE 63  /* batches */
#define SAMPLE    128 /* keys of a batch that are looked for; another that is there fails the COPY */

/* make_probe: each key is looked up by itself, so that none is looked for in all of the table. */
static int
make_probe(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d)
{
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, "SELECT FROM unnest($1::text[]) k (key) CROSS JOIN LATERAL (SELECT FROM ");
	rc_sql_add(&s, t->name.data);
	rc_sql_add(&s, " o WHERE o.");
	rc_sql_name(&s, d->key.column);
	rc_sql_add(&s, " = k.key OFFSET 0) o LIMIT 1");
	return rc_sql_end(&s);
}

/* make_copy: constraints are checked by it, and not by the COMMIT, as where a batch is merged. */
static int
make_copy(struct rc_buf *out, const struct rc_table *t, const struct rc_dataset *d)
{
	struct rc_sql s = { out, 0 };

	rc_sql_add(&s, "SET CONSTRAINTS ALL IMMEDIATE; SAVEPOINT straight; COPY ");
	rc_sql_add(&s, t->name.data);
	rc_sql_add(&s, " (");
	rc_sql_names(&s, d->columns.names, d->columns.count);
	rc_sql_add(&s, ") FROM STDIN (FORMAT binary)");
	return rc_sql_end(&s);
}

int
rc_straight_open(struct rc_straight *s, const struct rc_table *t, const struct rc_dataset *d)
{
	int status;

	/* what a policy hides is not found, and COPY is refused; a trigger may choose by what it
	 * sees of others; a cast is the merge's */
	if (t->hides || t->chooses)
		return 0;
	for (size_t i = 0; i < t->count; i++)
		if (!t->columns[i].is_text)
			return 0;
	status = make_probe(&s->probe, t, d);
	return status != 0 ? status : make_copy(&s->copy, t, d);
}

/* ask: whether any of some of the keys, taken evenly, is there. */
static int
ask(struct rc_straight *s, struct rc_pg *pg, const char *what, const struct rc_batch *b, int *any)
{
	const size_t n = b->loads < SAMPLE ? b->loads : SAMPLE;
	struct rc_sql keys = { &s->keys, 0 };
	const char *params[1];
	PGresult *r;
	int status;

	s->keys.len = 0;
	for (size_t i = 0; i < n; i++)
		rc_sql_element(&keys, b->order[i * b->loads / n].key);
	rc_sql_add(&keys, "}");
	status = rc_sql_end(&keys);
	params[0] = s->keys.data;
	if (status != 0 || (status = rc_pg_exec(pg, what, &r, s->probe.data, 1, params)) != 0)
		return status;
	*any = PQntuples(r) > 0;
	PQclear(r);
	return 0;
}

/* rest: merge for a while, each time longer. */
static void
rest(struct rc_straight *s)
{
	s->pause = s->pause < MAX_PAUSE ? 2 * s->pause + 1 : MAX_PAUSE;
	s->left = s->pause;
}

/* take_back: what was begun, if the reason is one of the rows, or the table. */
static int
take_back(struct rc_straight *s, struct rc_pg *pg, const char *what, PGresult *r)
{
	int status = rc_sqlstate_status(r);

	if (rc_pg_lost(pg) || status == RC_UNREACHABLE || status == RC_TEMPFAIL)
		return rc_pg_note(pg, what, r);
	if (!rc_sqlstate_is(r, "23"))
		s->copy.len = 0;
	rest(s);
	return rc_pg_exec(pg, what, NULL, "ROLLBACK TO straight", 0, NULL);
}

int
rc_straight_load(struct rc_straight *s, struct rc_pg *pg, const char *what,
    const struct rc_batch *b, int *done, uint64_t *written)
{
	PGresult *r;
	int status, any = 1;

	*done = 0;
	*written = 0;
	if (s->copy.len == 0)
		return 0;
	if (s->left > 0) {
		s->left--;
		return 0;
	}
	if ((status = ask(s, pg, what, b, &any)) != 0 || any) {
		rest(s);
		return status;
	}
	if ((status = rc_copy(pg, s->copy.data, b, RC_COPY_PLAIN, &r)) == 0 && rc_pg_ok(r)) {
		*done = 1;
		*written = rc_pg_rows(r);
		s->pause = 0;
	} else if (status == 0) {
		status = take_back(s, pg, what, r);
	}
	PQclear(r);
	return status;
}

void
rc_straight_free(struct rc_straight *s)
{
	rc_buf_free(&s->probe);
	rc_buf_free(&s->copy);
	rc_buf_free(&s->keys);
}
