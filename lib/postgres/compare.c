#include "postgres/compare.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/share.h"
#include "base/status.h"
#include "postgres/compare_sql.h"
#include "postgres/sql.h"
#include "record/aside.h"

#define STAGING RC_COMPARE_STAGING
#define ASIDE   RC_COMPARE_ASIDE

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
	rc_sql_add(&s, "); CREATE TEMPORARY TABLE rc_load_aside (key text) ON COMMIT DROP");
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

/* What is gone through. */
struct comparison {
	struct rc_pg *pg;
	const struct rc_table *table;
	const struct rc_compare_conf *conf;
	struct rc_out *out;
	struct rc_out mend; /* fd -1: none */
	struct rc_compare_counts *counts;
	int whole; /* rows that the table alone has differ, too */
};

static int
take_key(void *arg, struct rc_span key)
{
	struct rc_sql *list = arg;

	if (memchr(key.p, '\0', key.n) == NULL) /* else no table has it */
		rc_sql_element(list, key);
	return list->status;
}

/* put_aside: the keys that were set aside into their table. */
static int
put_aside(struct comparison *c)
{
	struct rc_buf text = { 0 };
	struct rc_sql list = { &text, 0 };
	const char *params[1];
	uint64_t unknown = 0;
	int status = rc_aside_read(c->conf->aside, take_key, &list, &unknown), any = text.len > 0;

	if (status == 0 && any) {
		rc_sql_add(&list, "}");
		status = rc_sql_end(&list);
		params[0] = text.data;
		if (status == 0)
			status = rc_pg_exec(c->pg, c->table->name.data, NULL,
			    "INSERT INTO " ASIDE " SELECT unnest($1::text[])", 1, params);
	}
	/* 07 is 7 to a number, but not to this table */
	if (status == 0 && (unknown > 0 || (any && !c->table->columns[c->table->key].is_text))) {
		c->whole = 0;
		rc_log_notice("table %s: rows that it alone has cannot be told: which keys were "
			      "set aside in %s is not known",
		    c->table->name.data, c->conf->aside);
	}
	rc_buf_free(&text);
	return status;
}

/* check_most: that the table alone has not too many rows: then the input most likely is not all
 * there is. */
static int
check_most(struct comparison *c, const struct rc_dataset *d)
{
	struct rc_buf sql = { 0 };
	uint64_t most, extra, rows;
	PGresult *r = NULL;
	int status;

	if ((status = rc_compare_sql_extra(&sql, c->table, d)) == 0 &&
	    (status = rc_pg_exec(c->pg, c->table->name.data, &r, sql.data, 0, NULL)) == 0) {
		extra = strtoull(PQgetvalue(r, 0, 0), NULL, 10);
		rows = strtoull(PQgetvalue(r, 0, 1), NULL, 10);
		if (rc_share_read(c->conf->most, rows, &most) == 0 && extra > most) {
			rc_log_error("table %s: %" PRIu64 " of %" PRIu64 " rows are not in the "
				     "input: more than %s: is the input all there is?",
			    c->table->name.data, extra, rows, c->conf->most);
			status = RC_TEMPFAIL;
		}
	}
	PQclear(r);
	rc_buf_free(&sql);
	return status;
}

/* put_unescaped: JSON out of COPY's text format, in which a backslash stands before each backslash;
 * there is nothing else to be escaped in one line of it. */
static int
put_unescaped(struct rc_out *out, struct rc_span text)
{
	int status = 0;

	for (size_t i = 0; i < text.n && status == 0; i++) {
		i += text.p[i] == '\\';
		status = rc_buf_addc(&out->buf, text.p[i]);
	}
	return status != 0 ? status : rc_out_end_line(out);
}

/* print_row: a letter and the line of a difference; and, behind a tab, the message. */
static int
print_row(void *arg, struct rc_span row)
{
	struct comparison *c = arg;
	const char *tab = memchr(row.p, '\t', row.n);
	size_t n = tab != NULL ? (size_t)(tab - row.p) : row.n;
	int status;

	c->counts->missing += row.p[0] == 'm';
	c->counts->extra += row.p[0] == 'e';
	c->counts->changed += row.p[0] == 'c';
	status = put_unescaped(c->out, (struct rc_span){ row.p + 1, n - 1 });
	if (status == 0 && tab != NULL)
		status = put_unescaped(&c->mend, (struct rc_span){ tab + 1, row.n - n - 1 });
	return status;
}

static int
open_mend(struct comparison *c)
{
	const char *path = c->conf->mend;

	if (path == NULL)
		return 0;
	c->mend.name = path;
	c->mend.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (c->mend.fd != -1)
		return 0;
	rc_log_errno("%s: cannot be opened", path);
	return RC_CANTCREATE;
}

static int
close_mend(struct comparison *c)
{
	int status = c->mend.fd != -1 ? rc_out_close(&c->mend) : 0;

	if (c->mend.fd != -1 && close(c->mend.fd) == -1 && status == 0) {
		rc_log_errno("%s: cannot be written", c->conf->mend);
		status = RC_IO;
	}
	return status;
}

static int
compare(struct comparison *c, const struct rc_dataset *d)
{
	struct rc_buf sql = { 0 };
	const char *what = c->table->name.data;
	PGresult *r = NULL;
	int status;

	if ((c->whole && c->conf->aside != NULL && (status = put_aside(c)) != 0) ||
	    (c->whole && c->conf->most != NULL && (status = check_most(c, d)) != 0))
		return status;
	if ((status = rc_pg_exec(c->pg, what, &r, "SELECT count(*) FROM " STAGING, 0, NULL)) == 0 &&
	    (status = rc_compare_sql_lines(&sql, c->table, d, c->whole, c->mend.fd != -1)) == 0)
		status = rc_pg_copy_out(c->pg, what, sql.data, print_row, c);
	if (status == 0)
		c->counts->equal = rc_pg_rows(r) - c->counts->missing - c->counts->changed;
	PQclear(r);
	rc_buf_free(&sql);
	return status;
}

int
rc_compare_print(struct rc_pg *pg, const struct rc_table *t, const struct rc_dataset *d,
    const struct rc_compare_conf *conf, struct rc_out *out, struct rc_compare_counts *counts)
{
	struct comparison c = { .pg = pg,
		.table = t,
		.conf = conf,
		.out = out,
		.mend = { .fd = -1 },
		.counts = counts,
		.whole = conf->whole };
	int status;

	*counts = (struct rc_compare_counts){ 0 };
	rc_failure_clear(rc_pg_failure(pg));
	if ((status = open_mend(&c)) == 0)
		status = compare(&c, d);
	rc_failure_report(rc_pg_failure(pg));
	return rc_status_first(status, close_mend(&c));
}
