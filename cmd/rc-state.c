/* rc-state: store the position of a dataset between runs; see rc-state(1). */
#include <string.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/out.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "postgres/pg.h"
#include "state/state.h"
#include "state/store.h"

static struct rc_kafka_conf kafka = RC_KAFKA_CONF_INIT;
static const char *store_name;
static int ddl;

enum { GET, SET, FORGET };
static const char *const commands[] = { "get", "set", "forget", NULL };

static const struct rc_opt opts[] = {
	{ 0, "store", "STORE", "file:PATH, postgres:[CONNINFO] or kafka:GROUP", rc_opt_text,
	    &store_name },
	{ 0, "ddl", NULL, "print the statement for its table", rc_opt_flag, &ddl },
	RC_KAFKA_OPTIONS(kafka),
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-state",
	.what = "store the position of a dataset between runs",
	.commands = commands,
	.example = "rc-fetch --since \"$(rc-state get)\" | rc-transform >rows.jsonl",
	.opts = opts,
	.stats = &stats,
	.libraries = { rc_kafka_version, rc_pg_version } };

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

static int
print_ddl(void)
{
	struct rc_out out = RC_OUT_INIT;
	int status = rc_buf_printf(&out.buf, "%s;\n%s;", rc_store_ddl(), rc_store_version());

	if (status == 0)
		status = rc_out_end_line(&out);
	return rc_status_first(status, rc_out_close(&out));
}

static int
run(void)
{
	struct rc_dataset *dataset = NULL;
	struct rc_state *state = NULL;
	int status, command;

	if (ddl)
		return print_ddl();
	if ((status = rc_args_command(&cli.args, commands, &command)) != 0)
		return status;
	if (store_name != NULL && rc_store_has_password(store_name))
		rc_log_warn("--store: a password there is visible in the process list: give it in "
			    "RC_STATE, or in a PGPASSFILE");
	store_name = rc_cli_default(store_name, "RC_STATE", NULL);
	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0 &&
	    (status = rc_state_open(&state, store_name, dataset, &kafka, command != SET)) == 0)
		status = command == GET ? get(state)
		    : command == SET    ? rc_state_set(state, &stats)
					: rc_state_forget(state);
	rc_state_close(state);
	rc_dataset_free(dataset);
	return status;
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
