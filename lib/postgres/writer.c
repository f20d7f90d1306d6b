#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/commit.h"
#include "postgres/writer.h"

struct rc_writer {
	struct rc_writer_conf conf;
	struct rc_pg *pg;
	const struct rc_dataset *dataset; /* borrowed */
	struct rc_table table;
	struct rc_table staging; /* to compare: what the rows are loaded into */
	struct rc_merge merge;
	int given_up; /* nothing more is written */
	struct rc_offsets offsets;
	struct rc_times times;
};

/* open_positions: before the table: it is not to be made anew where they say that it was there. */
static int
open_positions(struct rc_writer *w)
{
	int status = rc_offsets_open(&w->offsets, w->pg);

	if (status != 0 || (w->offsets.home.table == RC_HOME_MISSING && !w->conf.create))
		return status; /* that it is missing is said below */
	return rc_offsets_check(&w->offsets);
}

/* open_times: whether the table goes by time, as it may have for long. */
static int
open_times(struct rc_writer *w)
{
	int status;

	if ((status = rc_times_find(&w->times, w->pg, w->conf.home.table)) != 0 ||
	    (status = rc_times_open(&w->times, w->pg, &w->table, w->dataset, w->conf.by_time)) !=
		0 ||
	    !w->times.there)
		return status;
	if (w->conf.conflict != RC_MERGE_UPDATE) {
		rc_log_error("table %s: it goes by time (%s is there): leave out --on-conflict",
		    w->table.name.data, w->times.name.data);
		return RC_CONFIG;
	}
	w->merge.times = &w->times;
	w->offsets.by_time = 1;
	return 0;
}

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
	w->dataset = d;
	w->offsets.conf = conf->home;
	if ((status = rc_pg_open(&w->pg, NULL, conf->timeout_ms)) == 0 && conf->positions)
		status = open_positions(w);
	if (status == 0 &&
	    (status = rc_table_open(&w->table, w->pg, d, conf->home.table, conf->create)) == 0 &&
	    (!conf->compare ||
		(status = rc_compare_begin(w->pg, &w->table, d, &w->staging)) == 0) &&
	    (status = rc_merge_open(&w->merge, w->pg, conf->compare ? &w->staging : &w->table, d,
		 conf->conflict)) == 0 &&
	    conf->positions && (status = rc_offsets_create(&w->offsets, w->pg)) == 0)
		status = open_times(w);
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

/* What is done with a batch in a transaction. */
struct task {
	struct rc_writer *w;
	const struct rc_batch *batch;
	struct rc_merge_counts *counts;
	struct rc_search search;
};

/* commit: as how says, or nothing once there is no server to do it. */
static int
commit(struct task *t, struct rc_commit how)
{
	struct rc_writer *w = t->w;
	int status;

	if (w->given_up)
		return RC_UNREACHABLE;
	how.pg = w->pg;
	how.what = w->table.name.data;
	how.arg = t;
	status = w->conf.compare ? rc_compare_within(&how) : rc_commit(&how);
	w->given_up = status != 0 && status != RC_DATA;
	return status;
}

int
rc_writer_partition(struct rc_writer *w, struct rc_span topic, int32_t partition, size_t *index)
{
	int status = rc_offsets_find(&w->offsets, w->pg, topic, partition, index);

	w->given_up |= status != 0 && status != RC_DATA;
	return status;
}

int
rc_writer_claim(
    struct rc_writer *w, struct rc_span topic, int32_t partition, int64_t partitions, size_t *index)
{
	int status = rc_offsets_claim(&w->offsets, w->pg, topic, partition, partitions, index);

	w->given_up |= status != 0;
	return status;
}

static int
do_load(void *arg)
{
	struct task *t = arg;
	struct rc_writer *w = t->w;
	int status = 0;

	if (w->conf.positions)
		status = rc_offsets_lock(&w->offsets, w->pg);
	w->merge.partitions = w->offsets.list;
	if (status == 0)
		status = rc_merge_batch(&w->merge, t->batch, t->counts);
	if (status == 0 && w->conf.positions)
		status = rc_offsets_store(&w->offsets, w->pg);
	return status;
}

static int
do_settle(void *arg, int *done)
{
	const struct rc_writer *w = ((struct task *)arg)->w;

	return rc_offsets_settle(&w->offsets, w->pg, done);
}

int
rc_writer_write(struct rc_writer *w, const struct rc_batch *b, struct rc_merge_counts *counts)
{
	struct task t = { .w = w, .batch = b, .counts = counts };
	int positions = w->conf.positions;

	return commit(&t,
	    (struct rc_commit){ .work = do_load,
		.looks = 1,
		.settle = positions ? do_settle : NULL,
		.once = !positions && w->conf.conflict == RC_MERGE_FAIL });
}

static int
do_search(void *arg)
{
	return rc_search(&((struct task *)arg)->search);
}

int
rc_writer_search(struct rc_writer *w, const struct rc_batch *b,
    int (*found)(void *arg, const struct rc_search_bad *bad), void *arg)
{
	struct task t = { .w = w,
		.search = { .merge = &w->merge, .batch = b, .found = found, .arg = arg } };
	int status;

	if ((status = commit(&t, (struct rc_commit){ .work = do_search, .dry = 1 })) != 0 ||
	    t.search.stopped != 0)
		return status != 0 ? status : t.search.stopped;
	if (t.search.count > 0)
		return 0;
	rc_log_error(
	    "table %s: a batch was refused, and then it was not: run it again", w->table.name.data);
	return RC_TEMPFAIL;
}

int
rc_writer_compare(struct rc_writer *w, const struct rc_compare_conf *conf, struct rc_out *out,
    struct rc_compare_counts *counts)
{
	return rc_compare_print(w->pg, &w->table, w->dataset, conf, out, counts);
}

void
rc_writer_close(struct rc_writer *w)
{
	if (w == NULL)
		return;
	/* a comparison's: a pooler closes a session that is left in a transaction */
	if (w->pg != NULL)
		rc_pg_roll_back(w->pg);
	rc_pg_close(w->pg);
	rc_merge_close(&w->merge);
	rc_table_free(&w->table);
	rc_table_free(&w->staging);
	rc_offsets_free(&w->offsets);
	rc_times_free(&w->times);
	free(w);
}
