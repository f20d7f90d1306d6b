#include <string.h>

#include "base/base64.h"
#include "base/status.h"
#include "record/unset.h"

static const struct rc_json_value *
member(const struct rc_json *json, const char *name)
{
	struct rc_json_hint hint = { 0 };

	return rc_json_get(json, (struct rc_span){ name, strlen(name) }, &hint);
}

/* put_line: bytes that were a line, and are to be one again. */
static int
put_line(struct rc_out *out, struct rc_span line, const char **reason)
{
	*reason = "has a line feed: it was no line";
	if (memchr(line.p, '\n', line.n) != NULL)
		return RC_DATA;
	return rc_buf_add(&out->buf, line.p, line.n);
}

int
rc_unset_put(struct rc_unset *u, const struct rc_json *reject, struct rc_out *out, int *kept,
    const char **reason)
{
	const struct rc_json_value *v;
	struct rc_span text;
	int status;

	*kept = 1;
	if ((v = member(reject, "record")) != NULL) {
		text = rc_json_source(v);
		return rc_buf_add(&out->buf, text.p, text.n);
	}
	if ((v = member(reject, "raw")) != NULL && v->kind == RC_JSON_STRING)
		return (status = rc_json_text(v, &u->scratch, &text)) != 0
		    ? status
		    : put_line(out, text, reason);
	if ((v = member(reject, "raw_base64")) != NULL && v->kind == RC_JSON_STRING) {
		u->scratch.len = 0;
		*reason = "raw_base64 is not Base64";
		if ((status = rc_base64_get(&u->scratch, v->raw)) == 0)
			status = put_line(out, rc_buf_span(&u->scratch), reason);
		return status;
	}
	*kept = 0;
	*reason = "not a reject";
	return member(reject, "tool") != NULL && member(reject, "reason") != NULL ? 0 : RC_DATA;
}

void
rc_unset_free(struct rc_unset *u)
{
	rc_buf_free(&u->scratch);
}
