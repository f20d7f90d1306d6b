/* rc-state: keep how far a dataset has been dealt with; see rc-state(1). */
#include <string.h>

#include "cli.h"
#include "dataset.h"
#include "lines.h"
#include "msg.h"
#include "out.h"
#include "position.h"
#include "status.h"
#include "store.h"

static const char *store_name;

static const struct rc_opt opts[] = {
	{ 0, "store", "STORE", "file:PATH or postgres:[CONNINFO]", rc_opt_text, &store_name },
	{ 0 },
};

static struct rc_cli cli = {
	.what = "keep how far a dataset has been dealt with", .operands = "get|set", .opts = opts
};
static struct rc_stats stats;

static int
get(struct rc_store *store)
{
	struct rc_out out = RC_OUT_INIT;
	int status = rc_store_get(store, &out.buf);

	if (status == 0 && out.buf.len > 0)
		status = rc_out_end_line(&out);
	return rc_first(status, rc_out_close(&out));
}

/* take: one line of the input, if it is a position. */
static int
take(const struct rc_line *line, int *there, long *days)
{
	int found = 0;

	stats.records_in++;
	if (line->text.p == NULL || rc_position_parse(line->text, &found, days) != 0) {
		rc_msg_error("<stdin>: line %llu: no position: {\"last_processed\":\"YYYY-MM-DD\"} "
			     "is expected",
		    (unsigned long long)line->number);
		return RC_DATA;
	}
	*there |= found;
	return 0;
}

/* set: store positions as they come, so that a run that is cut off keeps what it
 * has; of several that wait, the last. */
static int
set(struct rc_store *store)
{
	struct rc_lines *lines = NULL;
	enum rc_event event = RC_EVENT_LINE;
	struct rc_line line;
	int status, there = 0, stored = 0;
	long days = 0;

	if ((status = rc_lines_open(&lines, 0, "<stdin>")) != 0)
		return status;
	while (status == 0 && event != RC_EVENT_END) {
		status = rc_lines_next(lines, there ? 0 : -1, &event, &line);
		if (status == 0 && event == RC_EVENT_LINE)
			status = take(&line, &there, &days);
		if (there && (status != 0 || event != RC_EVENT_LINE)) {
			stored = rc_store_set(store, days);
			status = rc_first(status, stored);
			stats.records_out++;
			there = 0;
		}
	}
	rc_lines_close(lines);
	return status;
}

int
main(int argc, char **argv)
{
	struct rc_dataset *dataset = NULL;
	struct rc_store *store = NULL;
	int status;

	if (!rc_cli_start(&cli, argc, argv, &stats, &status))
		return status;
	if (cli.first + 1 != argc ||
	    (strcmp(argv[cli.first], "get") != 0 && strcmp(argv[cli.first], "set") != 0)) {
		rc_msg_error("get or set? see rc-state --help");
		return RC_USAGE;
	}
	store_name = rc_cli_default(store_name, "RC_STATE", NULL);
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0 &&
	    (status = rc_store_open(&store, store_name, dataset)) == 0)
		status = argv[cli.first][0] == 'g' ? get(store) : set(store);
	rc_store_close(store);
	rc_dataset_free(dataset);
	return rc_cli_end(&cli, &stats, status);
}
