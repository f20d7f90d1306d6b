#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/stats.h"

/* put_error: the last failure that was reported, as a JSON text.  A message may have been
 * cut within a character, or show bytes of another encoding. */
static int
put_error(struct rc_buf *out)
{
	const char *text = rc_log_last();

	if (*text == '\0')
		return rc_buf_adds(out, "null");
	return rc_quote_lossy(out, (struct rc_span){ text, strlen(text) });
}

int
rc_stats_write(const struct rc_stats *s, const char *path, double seconds, int ended)
{
	struct rc_buf out = { 0 };
	uint64_t ms = (uint64_t)(seconds * 1000); /* not %f, whose point depends on the locale */
	int status;

	status = rc_buf_printf(&out,
	    "{\"tool\":\"%s\",\"records_in\":%" PRIu64 ",\"records_out\":%" PRIu64
	    ",\"rejected\":%" PRIu64 ",\"skipped\":%" PRIu64 ",\"bytes_in\":%" PRIu64
	    ",\"bytes_out\":%" PRIu64 ",\"seconds\":%" PRIu64 ".%03" PRIu64 ",\"position\":",
	    rc_log_program(), s->records_in, s->records_out, s->rejected, s->skipped, s->bytes_in,
	    s->bytes_out, ms / 1000, ms % 1000);
	if (status == 0 && s->position.len > 0)
		status = rc_buf_add(&out, s->position.data, s->position.len);
	else if (status == 0)
		status = rc_buf_adds(&out, "null");
	if (status == 0)
		status = rc_buf_printf(&out, ",\"status\":%d,\"error\":", ended);
	if (status == 0)
		status = ended != 0 && ended < 128 ? put_error(&out) : rc_buf_adds(&out, "null");
	if (status == 0)
		status = rc_buf_adds(&out, "}\n");
	if (status == 0)
		status = rc_file_replace(path, out.data, out.len, 0666);
	rc_buf_free(&out);
	return status;
}
