#include <stdlib.h>

#include "base/backoff.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "postgres/writer.h"

#define TRIES   5   /* of a transaction that a deadlock or a lost connection ended */
#define WAIT_MS 100 /* before the second; twice as long each time */

struct rc_writer {
	struct rc_writer_conf conf;
	struct rc_pg *pg;
	struct rc_table table;
	struct rc_merge merge;
	int given_up;
	struct rc_offsets offsets;
};

int
rc_writer_open(struct rc_writer **wp, const struct rc_writer_conf *conf, const struct rc_dataset *d)
{
	struct rc_writer *w;
	int status;

	if ((w = calloc(1, sizeof(*w))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	w->conf = *conf;
	w->offsets.consumer = conf->consumer;
	if ((status = rc_pg_open(&w->pg, NULL, conf->timeout_ms)) == 0 &&
	    (status = rc_table_open(&w->table, w->pg, d, conf->table, conf->create)) == 0 &&
	    (status = rc_merge_open(&w->merge, w->pg, &w->table, d, conf->conflict)) == 0 &&
	    conf->positions)
		status = rc_offsets_create(w->pg);
	if (status != 0)
		rc_writer_close(w);
	else
		*wp = w;
	return status;
}

struct rc_offsets *
rc_writer_offsets(struct rc_writer *w)
{
	return &w->offsets;
}

/* lost: whether the connection is, and could be made again; else a failure is the server's
 * answer, or its silence. */
static int
lost(const struct rc_writer *w)
{
	return !w->given_up && rc_pg_lost(w->pg) && !rc_pg_gone(w->pg);
}

/* try_resume: one try to be where the lost connection was.  RC_UNREACHABLE,
 * RC_TEMPFAIL: it may work at another, unless *final is set; *why says what is
 * in the way. */
static int
try_resume(struct rc_writer *w, int *committed, int *final, const char **why)
{
	enum rc_offsets_outcome outcome;
	int status;

	*committed = *final = 0;
	if (rc_pg_lost(w->pg) && (status = rc_pg_reconnect(w->pg)) != 0) {
		*why = rc_pg_why(w->pg);
		return status;
	}
	*why = "it was lost again";
	if (!w->conf.positions)
		return 0;
	status = rc_offsets_resume(&w->offsets, w->pg, &outcome);
	*committed = status == 0 && outcome == RC_OFFSETS_AFTER;
	*final = status != 0 && !lost(w);
	return status;
}

/* resume: connect again.  *committed: what the lost session was about to commit
 * is.  Without positions that is never known. */
static int
resume(struct rc_writer *w, int *committed)
{
	struct rc_deadline end = rc_deadline_in(w->conf.timeout_ms);
	const char *why = "";
	struct rc_backoff wait;
	int status, final;

	rc_backoff_start(&wait, WAIT_MS);
	for (;;) {
		status = try_resume(w, committed, &final, &why);
		if (final || (status != RC_UNREACHABLE && status != RC_TEMPFAIL))
			break;
		if (rc_deadline_left(end) == 0 || rc_stop_signal() != 0) {
			rc_log_error("PostgreSQL: not connected again within %d ms: %s: run it "
				     "again once that is fixed",
			    w->conf.timeout_ms, why);
			break;
		}
		rc_deadline_sleep(end, rc_backoff_next(&wait));
	}
	w->given_up = status != 0;
	if (status == 0)
		rc_log_warn("PostgreSQL: connected again%s",
		    *committed ? ": the last batch had been committed" : "");
	return status;
}

int
rc_writer_partition(struct rc_writer *w, struct rc_span topic, int32_t partition, size_t *index)
{
	int status, committed;

	for (;;) {
		status = rc_offsets_find(&w->offsets, w->pg, topic, partition, index);
		if (status == 0 || !lost(w))
			return status;
		if ((status = resume(w, &committed)) != 0)
			return status;
	}
}

/* transaction: the batch and the positions.  *again: it may work at another try,
 * and nothing was reported; *unknown: the connection was lost in the COMMIT. */
static int
transaction(struct rc_writer *w, const struct rc_batch *b, struct rc_writer_result *r, int *again,
    int *unknown)
{
	PGresult *failure = NULL;
	int status;

	*again = *unknown = r->bad = r->committed = 0;
	if ((status = rc_merge_begin(&w->merge)) != 0)
		return rc_pg_end(w->pg, status);
	if (w->conf.positions && (status = rc_offsets_lock(&w->offsets, w->pg)) != 0)
		return rc_pg_end(w->pg, status);
	status = rc_merge_batch(&w->merge, b, &r->counts, &failure);
	if (status == 0 && w->conf.positions)
		status = rc_offsets_store(&w->offsets, w->pg);
	if (status == 0) {
		status = rc_pg_end(w->pg, 0);
		r->committed = status == 0;
		*unknown = lost(w);
		return status;
	}
	*again = rc_pg_is_state(failure, "40");
	r->bad = failure != NULL && status == RC_DATA;
	if (failure != NULL && !*again && !r->bad)
		rc_pg_failed(w->pg, w->table.name.data, failure);
	PQclear(failure);
	return rc_pg_end(w->pg, status);
}

/* recover: after the connection was lost in a transaction.  0 with r->committed:
 * that is done; 0 without: it is to be done again. */
static int
recover(struct rc_writer *w, struct rc_writer_result *r, int unknown)
{
	if (unknown && !w->conf.positions && w->conf.conflict == RC_MERGE_FAIL) {
		rc_log_error("table %s: whether the last batch was committed is not known: see "
			     "whether its rows are there before it is loaded again",
		    w->table.name.data);
		w->given_up = 1;
		return RC_UNREACHABLE;
	}
	return resume(w, &r->committed);
}

int
rc_writer_write(struct rc_writer *w, const struct rc_batch *b, struct rc_writer_result *r)
{
	int status, again, unknown;
	long wait = WAIT_MS;

	*r = (struct rc_writer_result){ { 0 }, 0, 0 };
	if (w->given_up)
		return RC_UNREACHABLE;
	for (int try = 1;; try++) {
		status = transaction(w, b, r, &again, &unknown);
		if (status != 0 && lost(w)) {
			again = try < TRIES;
			status = again ? recover(w, r, unknown) : status;
			if (status != 0 || r->committed || !again)
				return status;
			continue;
		}
		if (!again)
			return status;
		if (try >= TRIES || rc_stop_signal() != 0)
			break;
		rc_log_info("table %s: a deadlock or a conflict: trying again in %ld ms",
		    w->table.name.data, wait);
		rc_stop_sleep(wait);
		wait *= 2;
	}
	rc_log_error(
	    "table %s: a deadlock or a conflict with others: run it again", w->table.name.data);
	return status;
}

int
rc_writer_find_bad(struct rc_writer *w, const struct rc_batch *b, int only_first,
    struct rc_merge_bad **bad, size_t *count)
{
	int status, committed;

	for (int try = 1;; try++) {
		status = rc_merge_find_bad(&w->merge, b, only_first, bad, count);
		if (status == 0 || !lost(w) || try >= TRIES)
			return status;
		rc_merge_free_bad(*bad, *count);
		*bad = NULL;
		*count = 0;
		if ((status = resume(w, &committed)) != 0)
			return status;
	}
}

void
rc_writer_close(struct rc_writer *w)
{
	if (w == NULL)
		return;
	rc_pg_close(w->pg);
	rc_merge_close(&w->merge);
	rc_table_free(&w->table);
	rc_offsets_free(&w->offsets);
	free(w);
}
