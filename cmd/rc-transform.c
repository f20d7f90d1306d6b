/* rc-transform: make the portal's records into rows; see rc-transform(1). */
#include "base/cli.h"
#include "base/lines.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "record/input.h"
#include "transform/transform.h"

static struct rc_rejects_conf rejects_conf = RC_REJECTS_CONF_INIT;

static const struct rc_opt opts[] = {
	RC_REJECTS_OPTIONS(rejects_conf),
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-transform",
	.what = "make the portal's records into rows",
	.example = "rc-fetch | rc-transform --rejects bad.jsonl >rows.jsonl",
	.opts = opts,
	.stats = &stats };

/* transform: all records, until the input ends; what was made is always written,
 * and rejects are durable before the rows behind them are out. */
static int
transform(
    struct rc_input *input, struct rc_transform *t, struct rc_rejects *rejects, struct rc_out *out)
{
	enum rc_event event = RC_EVENT_LINE;
	const char *field, *reason;
	struct rc_buf key = { 0 };
	struct rc_record rec;
	int status = 0;

	rc_rejects_before(rejects, out);
	rc_input_watch(input, out->fd);
	while (status == 0) {
		status = rc_input_next(input, out->buf.len > 0 ? 0 : -1, &event, &rec);
		if (status != 0 || event == RC_EVENT_END)
			break;
		if (event == RC_EVENT_IDLE) {
			status = rc_out_flush(out);
			continue;
		}
		status = rc_transform_record(t, rec.json, &out->buf, &field, &reason);
		if (status == 0 && rc_out_too_long(out)) { /* a text may grow, in ASCII */
			field = NULL;
			reason = RC_OUT_TOO_LONG;
			status = RC_DATA;
		}
		if (status == RC_DATA &&
		    (status = rc_transform_key(t, rec.json, &key, &rec.key)) == 0)
			status = rc_input_reject(input, &rec, field, reason);
		else if (status == 0 && (status = rc_out_end_line(out)) == 0)
			stats.records_out++;
	}
	rc_buf_free(&key);
	return rc_status_first(status, rc_out_close(out));
}

static int
run(void)
{
	struct rc_dataset *dataset = NULL;
	struct rc_rejects *rejects = NULL;
	struct rc_input *input = NULL;
	struct rc_transform *t = NULL;
	struct rc_out out = RC_OUT_INIT;
	int status;

	if ((status = rc_dataset_open(&dataset, cli.dataset)) == 0 &&
	    (status = rc_rejects_open(&rejects, &rejects_conf, &stats)) == 0 &&
	    (status = rc_input_open(&input, "records", rejects, &stats)) == 0 &&
	    (status = rc_transform_open(&t, dataset)) == 0)
		status = transform(input, t, rejects, &out);
	stats.bytes_out = out.bytes;
	rc_transform_close(t);
	rc_input_close(input);
	status = rc_status_first(status, rc_rejects_close(rejects));
	rc_dataset_free(dataset);
	return status;
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
