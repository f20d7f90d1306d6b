/* rc-state: keep how far something has been dealt with; see rc-state(1). */
#include <string.h>

#include "base/cli.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/out.h"
#include "base/status.h"
#include "base/stop.h"
#include "dataset/dataset.h"
#include "state/state.h"

static struct rc_kafka_conf kafka = RC_KAFKA_CONF_INIT;
static const char *store_name;

static const struct rc_opt opts[] = {
	{ 0, "store", "STORE", "file:PATH, postgres:[CONNINFO] or kafka:GROUP", rc_opt_text,
	    &store_name },
	{ 'b', "brokers", "LIST", "host:port[,host:port]... of Kafka", rc_opt_text,
	    &kafka.brokers },
	{ 'X', "property", "NAME=VALUE", "set a property of librdkafka", rc_opt_collect,
	    &kafka.props },
	{ 'F', "config", "FILE", "properties of librdkafka, one a line", rc_opt_text, &kafka.file },
	{ 0, "timeout", "MS", "give up on the brokers (30000)", rc_opt_ms, &kafka.timeout_ms },
	{ 0 },
};

static struct rc_cli cli = {
	.what = "keep how far a dataset has been dealt with", .operands = "get|set", .opts = opts
};
static struct rc_stats stats;

static int
get(struct rc_state *state)
{
	struct rc_out out = RC_OUT_INIT;
	int status = rc_state_get(state, &out.buf);

	if (status == 0 && out.buf.len == 0) /* nothing at all would be a failure's */
		status = rc_buf_adds(&out.buf, "{}");
	if (status == 0)
		status = rc_out_end_line(&out);
	return rc_status_first(status, rc_out_close(&out));
}

/* set: store positions as they come, so that a run that is cut off keeps what it
 * has; of several that wait, the last. */
static int
set(struct rc_state *state)
{
	struct rc_lines *lines = NULL;
	enum rc_event event = RC_EVENT_LINE;
	struct rc_line line;
	int status, stored, pending = 0;

	if ((status = rc_lines_open(&lines, 0, "<stdin>")) != 0)
		return status;
	/* A signal that ends a whole pipe comes here, too; the last position comes after. */
	rc_stop_defer(1);
	while (status == 0 && event != RC_EVENT_END) {
		status = rc_lines_next(lines, pending ? 0 : -1, &event, &line);
		if (status == 0 && event == RC_EVENT_LINE) {
			stats.records_in++;
			status = rc_state_take(state, &line);
			pending = 1;
		}
		if (pending && (status != 0 || event != RC_EVENT_LINE)) {
			stored = rc_state_store(state);
			status = rc_status_first(status, stored);
			stats.records_out++;
			pending = 0;
		}
	}
	rc_stop_defer(0);
	rc_lines_close(lines);
	return status;
}

int
main(int argc, char **argv)
{
	struct rc_dataset *dataset = NULL;
	struct rc_state *state = NULL;
	int status, to_get;

	if (!rc_cli_start(&cli, argc, argv, &stats, &status))
		return status;
	if (cli.first + 1 != argc ||
	    (strcmp(argv[cli.first], "get") != 0 && strcmp(argv[cli.first], "set") != 0)) {
		rc_log_error("get or set? see rc-state --help");
		return RC_USAGE;
	}
	to_get = argv[cli.first][0] == 'g';
	store_name = rc_cli_default(store_name, "RC_STATE", NULL);
	rc_kafka_default(&kafka);
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0 &&
	    (status = rc_state_open(&state, store_name, dataset, &kafka, to_get)) == 0)
		status = to_get ? get(state) : set(state);
	rc_state_close(state);
	rc_dataset_free(dataset);
	return rc_cli_end(&cli, &stats, status);
}
