/* rc-load: load rows into a PostgreSQL table; see rc-load(1). */
#include <string.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/out.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "postgres/loader.h"
#include "postgres/table.h"
#include "record/input.h"

#define SILENCE_MS 200 /* of the input, after which what is there is committed */

static struct rc_loader_conf conf = { .writer.timeout_ms = 30000, .batch_rows = 10000 };
static struct rc_rejects_conf rejects_conf = RC_REJECTS_CONF_INIT;
static const char *on_conflict = "update";
static int print_positions, forget, ddl;

static const struct rc_opt opts[] = {
	{ 't', "table", "NAME", "table to load: TABLE or SCHEMA.TABLE", rc_opt_text,
	    &conf.writer.table },
	{ 0, "create", NULL, "make the table if there is none", rc_opt_flag, &conf.writer.create },
	{ 0, "on-conflict", "WHAT", "a key that is there: update, skip or fail", rc_opt_text,
	    &on_conflict },
	{ 0, "ddl", NULL, "print the statement that makes it and exit", rc_opt_flag, &ddl },
	{ 'e', "envelope", NULL, "read what rc-consume -e writes, each once", rc_opt_flag,
	    &conf.writer.positions },
	{ 0, "consumer", "NAME", "whose positions to go by (default: the table)", rc_opt_text,
	    &conf.writer.consumer },
	{ 0, "positions", NULL, "print the stored positions and exit", rc_opt_flag,
	    &print_positions },
	{ 0, "forget", NULL, "delete the stored positions and exit", rc_opt_flag, &forget },
	{ 0, "batch", "N", "rows of a transaction, at most (10000)", rc_opt_int, &conf.batch_rows },
	{ 0, "timeout", "MS", "give up on a lost connection (30000)", rc_opt_ms,
	    &conf.writer.timeout_ms },
	{ 0, "rejects", "FILE", "set bad records aside in FILE and go on", rc_opt_text,
	    &rejects_conf.path },
	{ 0, "max-rejects", "N", "stop at more than N of them", rc_opt_count, &rejects_conf.max },
	{ 0 },
};

static struct rc_cli cli = { .what = "load rows into a PostgreSQL table", .opts = opts };
static struct rc_stats stats;

static int
set_conflict(void)
{
	static const char *const words[] = { "update", "skip", "fail" };

	for (int i = 0; i < 3; i++)
		if (strcmp(on_conflict, words[i]) == 0) {
			conf.writer.conflict = (enum rc_conflict)i;
			return 0;
		}
	rc_log_error("--on-conflict %s: neither update, skip nor fail", on_conflict);
	return RC_USAGE;
}

static int
load(struct rc_input *input, struct rc_loader *loader)
{
	enum rc_event event = RC_EVENT_LINE;
	struct rc_record rec;
	int status = 0, committed;

	while (status == 0) {
		status =
		    rc_input_next(input, rc_loader_pending(loader) ? SILENCE_MS : -1, &event, &rec);
		if (status != 0 || event == RC_EVENT_END)
			break;
		status =
		    event == RC_EVENT_LINE ? rc_loader_add(loader, &rec) : rc_loader_commit(loader);
	}
	/* What came before a bad record is loaded; after a failure of PostgreSQL
	 * the batch is gone, and there is nothing to commit. */
	committed = rc_loader_commit(loader);
	return rc_status_first(status, committed);
}

static int
run(const struct rc_dataset *dataset, struct rc_out *out)
{
	struct rc_rejects *rejects = NULL;
	struct rc_input *input = NULL;
	struct rc_loader *loader = NULL;
	struct rc_loader_to to;
	int status;

	if ((status = rc_rejects_open(&rejects, &rejects_conf, &stats)) != 0)
		return status;
	to = (struct rc_loader_to){ rejects, &stats, out };
	if ((status = rc_input_open(&input, 0, "<stdin>", rejects, &stats)) == 0 &&
	    (status = rc_loader_open(&loader, &conf, dataset, &to)) == 0) {
		if (conf.writer.positions)
			rc_input_expect_envelopes(input);
		status = load(input, loader);
	}
	rc_loader_close(loader);
	rc_input_close(input);
	return rc_status_first(status, rc_rejects_close(rejects));
}

static int
print_ddl(const struct rc_dataset *dataset, struct rc_out *out)
{
	int status = rc_table_ddl(&out->buf, conf.writer.table, dataset);

	status = rc_status_first(status, rc_buf_addc(&out->buf, ';'));
	return rc_status_first(status, rc_out_end_line(out));
}

int
main(int argc, char **argv)
{
	struct rc_dataset *dataset = NULL;
	struct rc_out out = RC_OUT_INIT;
	int status;

	if (!rc_cli_start(&cli, argc, argv, &stats, &status))
		return status;
	if ((status = set_conflict()) != 0)
		return status;
	if (print_positions + forget + ddl > 1) {
		rc_log_error("--positions, --forget and --ddl: one of them");
		return RC_USAGE;
	}
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0) {
		if (conf.writer.table == NULL)
			conf.writer.table = dataset->table;
		if (conf.writer.consumer == NULL)
			conf.writer.consumer = conf.writer.table;
		if (ddl)
			status = print_ddl(dataset, &out);
		else if (print_positions)
			status = rc_loader_print_positions(conf.writer.consumer, &out);
		else
			status = forget ? rc_loader_forget_positions(conf.writer.consumer)
					: run(dataset, &out);
	}
	status = rc_status_first(status, rc_out_close(&out));
	stats.bytes_out = out.bytes;
	rc_dataset_free(dataset);
	return rc_cli_end(&cli, &stats, status);
}
