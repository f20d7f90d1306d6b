/* envelope_line.h - what the unit tests of envelopes share: one line, and its reader. */
#include "base/status.h"
#include "record/envelope.h"
#include "unit/oracle.h"

static struct rc_envelope_reader reader;
static struct rc_json json = { .wraps = 1 };
static struct rc_buf line;

static inline int
close_all(void **state)
{
	(void)state;
	rc_envelope_reader_free(&reader);
	rc_json_free(&json);
	rc_buf_free(&line);
	return 0;
}
