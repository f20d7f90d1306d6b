/* rc-rejects: write what was set aside, as it came; see rc-rejects(1). */
#include <unistd.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "record/input.h"
#include "record/unset.h"

static const struct rc_opt opts[] = {
	{ 0 },
};

static struct rc_stats stats;
static struct rc_cli cli = { .name = "rc-rejects",
	.what = "write what was set aside, as it came",
	.example = "rc-rejects <bad.jsonl | rc-transform | rc-produce",
	.opts = opts,
	.stats = &stats };

/* put_all: of each reject the record, until the input ends. */
static int
put_all(struct rc_input *input, struct rc_unset *unset, struct rc_out *out)
{
	enum rc_event event = RC_EVENT_LINE;
	struct rc_record rec;
	const char *reason;
	int status = 0, kept;

	while (status == 0) {
		if ((status = rc_input_next(input, -1, &event, &rec)) != 0 || event == RC_EVENT_END)
			break;
		status = rc_unset_put(unset, rec.json, out, &kept, &reason);
		if (status == RC_DATA)
			status = rc_input_reject(input, &rec, NULL, reason);
		else if (status == 0 && !kept)
			stats.skipped++;
		else if (status == 0 && (status = rc_out_end_line(out)) == 0)
			stats.records_out++;
	}
	if (stats.skipped > 0)
		rc_log_notice("%llu of %llu records were too long to be kept, and are left out",
		    (unsigned long long)stats.skipped, (unsigned long long)stats.records_in);
	return rc_status_first(status, rc_out_close(out));
}

static int
run(void)
{
	static const struct rc_rejects_conf none = RC_REJECTS_CONF_INIT;
	struct rc_rejects *rejects = NULL;
	struct rc_input *input = NULL;
	struct rc_unset unset = { 0 };
	struct rc_out out = RC_OUT_INIT;
	int status;

	if ((status = rc_rejects_open(&rejects, &none, &stats)) == 0 &&
	    (status = rc_input_open(&input, "rejects", rejects, &stats)) == 0) {
		rc_input_expect_envelopes(input, NULL);
		status = put_all(input, &unset, &out);
	}
	stats.bytes_out = out.bytes;
	rc_input_close(input);
	rc_unset_free(&unset);
	return rc_status_first(status, rc_rejects_close(rejects));
}

int
main(int argc, char **argv)
{
	return rc_cli_main(&cli, argc, argv, run);
}
