#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/status.h"
#include "json/json.h"
#include "json/value.h"
#include "postgres/commit.h"
#include "postgres/conninfo.h"
#include "record/position.h"
#include "state/keep.h"
#include "state/store.h"

#define MAX_FILE ((size_t)64 << 10) /* bytes; a position takes 40 */

struct rc_store {
	const struct rc_dataset *dataset;
	const char *path;    /* of the file, or NULL */
	struct rc_buf built; /* the path, where it is the default one */
	struct rc_pg *pg;    /* or NULL */
};

/* default_path: $XDG_STATE_HOME/rappelconso/DATASET/last_processed.json.  Each
 * dataset has its own: another's position would pass over records. */
static int
default_path(struct rc_store *s)
{
	int status = rc_keep_path(s->dataset->name, "last_processed.json", &s->built);

	if (status == RC_CONFIG)
		rc_log_error("no place for the state: neither XDG_STATE_HOME nor HOME is set: "
			     "name one with --store or RC_STATE");
	if (status == 0 && (s->path = rc_buf_text(&s->built)) == NULL)
		status = RC_OSERR;
	return status;
}

const char *
rc_store_ddl(void)
{
	return "CREATE TABLE IF NOT EXISTS rc_state (dataset text PRIMARY KEY, "
	       "last_processed date NOT NULL, updated timestamptz NOT NULL DEFAULT now())";
}

const char *
rc_store_version(void)
{
	return RC_COMMIT_VERSION("rc_state", "1");
}

/* open_table: connect, and make the table where it is not there. */
static int
open_table(struct rc_store *s, const char *conninfo, int timeout_ms)
{
	int status, found = 0;

	if ((status = rc_pg_open(&s->pg, conninfo, timeout_ms)) == 0)
		status = rc_commit_there(s->pg, "table rc_state", "rc_state", &found);
	return status != 0 || found
	    ? status
	    : rc_commit_create(s->pg, "table rc_state", rc_store_ddl(), rc_store_version());
}

int
rc_store_open(struct rc_store **sp, const char *name, const struct rc_dataset *d, int timeout_ms)
{
	struct rc_store *s;
	int status = 0;

	if ((s = calloc(1, sizeof(*s))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	s->dataset = d;
	if (name == NULL) {
		status = default_path(s);
	} else if (strncmp(name, "file:", 5) == 0 && name[5] != '\0') {
		s->path = name + 5;
	} else if (strncmp(name, "postgres:", 9) == 0) {
		status = open_table(s, name + 9, timeout_ms);
	} else {
		/* cut: it may be a connection string, with a password, without its beginning */
		rc_log_error("%.*s: not a store: file:PATH, postgres:[CONNINFO] or kafka:GROUP",
		    (int)strcspn(name, ":=@ "), name);
		status = RC_USAGE;
	}
	if (status != 0)
		rc_store_close(s);
	else
		*sp = s;
	return status;
}

int
rc_store_has_password(const char *name)
{
	return strncmp(name, "postgres:", 9) == 0 && rc_conninfo_has_password(name + 9);
}

/* check_owner: RC_CONFIG where what is in a file says that it is another dataset's. */
static int
check_owner(const struct rc_store *s, struct rc_span content)
{
	const struct rc_span name = { "dataset", 7 };
	struct rc_json_hint hint = { 0 };
	struct rc_json json = { 0 };
	const struct rc_json_value *v = NULL;
	struct rc_buf plain = { 0 };
	struct rc_span owner;
	int status = 0;

	if (rc_json_scan(&json, content.p, content.n) == 0)
		v = rc_json_get(&json, name, &hint);
	if (v != NULL && v->kind == RC_JSON_STRING &&
	    (status = rc_json_text(v, &plain, &owner)) == 0 &&
	    !rc_span_is(owner, s->dataset->name)) {
		rc_log_error("%s: the position of dataset %.*s, not of %s, which would pass over "
			     "records: give each a file of its own",
		    s->path, (int)owner.n, owner.p, s->dataset->name);
		status = RC_CONFIG;
	}
	rc_buf_free(&plain);
	rc_json_free(&json);
	return status;
}

/* read_own: what the file has, of this dataset; *found is 0 where it is not there. */
static int
read_own(const struct rc_store *s, struct rc_buf *content, int *found)
{
	int status = rc_file_read(s->path, MAX_FILE, content, found);

	return status != 0 || !*found ? status : check_owner(s, rc_buf_span(content));
}

static int
get_from_file(struct rc_store *s, struct rc_buf *out)
{
	char text[RC_POSITION_TEXT];
	struct rc_buf content = { 0 };
	int status, found;
	long days;

	if ((status = read_own(s, &content, &found)) == 0 && found) {
		if (rc_position_parse(rc_buf_span(&content), &found, &days) != 0) {
			rc_log_error("%s: no position: {\"last_processed\":\"YYYY-MM-DD\"} is "
				     "expected: fix it, or remove it to start from the beginning",
			    s->path);
			status = RC_DATA;
		} else if (found) {
			rc_position_format(days, text);
			status = rc_buf_adds(out, text);
		}
	}
	rc_buf_free(&content);
	return status;
}

static int
get_from_table(struct rc_store *s, struct rc_buf *out)
{
	static const char sql[] =
	    "SELECT to_char(last_processed, 'YYYY-MM-DD') FROM rc_state WHERE dataset = $1";
	const char *const params[] = { s->dataset->name };
	PGresult *r;
	int status;

	if ((status = rc_commit_alone(s->pg, "table rc_state", &r, sql, 1, params)) != 0)
		return status;
	if (PQntuples(r) > 0)
		status = rc_buf_printf(out, "{\"last_processed\":\"%s\"}", PQgetvalue(r, 0, 0));
	PQclear(r);
	return status;
}

int
rc_store_get(struct rc_store *s, struct rc_buf *out)
{
	return s->pg != NULL ? get_from_table(s, out) : get_from_file(s, out);
}

/* replace: the file's content.  The default one is in a folder of the dataset's; another one says
 * whose it is. */
static int
replace(struct rc_store *s, const char *position)
{
	struct rc_span name = { s->dataset->name, strlen(s->dataset->name) };
	struct rc_buf old = { 0 }, text = { 0 };
	int status, found, own = s->path == s->built.data;

	if ((status = own ? rc_file_make_folders(s->path) : read_own(s, &old, &found)) == 0 &&
	    (status = rc_buf_adds(&text, position)) == 0 && !own && position[1] != '}') {
		text.len--; /* its brace */
		if ((status = rc_buf_adds(&text, ",\"dataset\":")) == 0 &&
		    (status = rc_quote_put(&text, name)) == 0)
			status = rc_buf_addc(&text, '}');
	}
	if (status == 0 && (status = rc_buf_addc(&text, '\n')) == 0)
		status = rc_file_replace(s->path, text.data, text.len, 0600);
	rc_buf_free(&old);
	rc_buf_free(&text);
	return status;
}

int
rc_store_set(struct rc_store *s, long days)
{
	static const char sql[] =
	    "INSERT INTO rc_state AS s (dataset, last_processed) VALUES ($1, $2::date) "
	    "ON CONFLICT (dataset) DO UPDATE SET last_processed = EXCLUDED.last_processed, "
	    "updated = now()";
	char text[RC_POSITION_TEXT], date[RC_DATE_TEXT];
	const char *const params[] = { s->dataset->name, date };

	if (s->pg != NULL) {
		rc_date_format(days, date);
		return rc_commit_alone(s->pg, "table rc_state", NULL, sql, 2, params);
	}
	rc_position_format(days, text);
	return replace(s, text);
}

int
rc_store_forget(struct rc_store *s)
{
	static const char sql[] = "DELETE FROM rc_state WHERE dataset = $1";
	const char *const params[] = { s->dataset->name };

	if (s->pg != NULL)
		return rc_commit_alone(s->pg, "table rc_state", NULL, sql, 1, params);
	return replace(s, "{}");
}

void
rc_store_close(struct rc_store *s)
{
	if (s == NULL)
		return;
	rc_pg_close(s->pg);
	rc_buf_free(&s->built);
	free(s);
}
