#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/log.h"
#include "base/status.h"
#include "json/json.h"
#include "record/aside.h"

/* key_of: the key of the reject on a line; its p is NULL where it says none. */
static int
key_of(struct rc_json *json, struct rc_json_hint *hint, const struct rc_line *line,
    struct rc_buf *scratch, struct rc_span *key)
{
	const struct rc_json_value *v;
	int status = rc_json_scan(json, line->text.p, line->text.n);

	*key = (struct rc_span){ NULL, 0 };
	if (status != 0 || (v = rc_json_get(json, (struct rc_span){ "key", 3 }, hint)) == NULL)
		return status;
	if (v->kind == RC_JSON_STRING)
		return rc_json_text(v, scratch, key);
	if (v->kind == RC_JSON_NUMBER)
		*key = v->raw;
	return 0;
}

int
rc_aside_read(
    const char *path, int (*take)(void *arg, struct rc_span key), void *arg, uint64_t *unknown)
{
	struct rc_json json = { 0 };
	struct rc_json_hint hint = { 0 };
	struct rc_buf scratch = { 0 };
	struct rc_lines *lines = NULL;
	enum rc_event event;
	struct rc_line line;
	struct rc_span key;
	int status = 0, fd = open(path, O_RDONLY | O_CLOEXEC);

	*unknown = 0;
	if (fd == -1 && errno != ENOENT) {
		rc_log_errno("%s: cannot be read", path);
		status = RC_IO;
	}
	if (fd != -1)
		status = rc_lines_open(&lines, fd, path);
	while (lines != NULL && status == 0 &&
	    (status = rc_lines_next(lines, -1, &event, &line)) == 0 && event == RC_EVENT_LINE) {
		if ((status = key_of(&json, &hint, &line, &scratch, &key)) == RC_DATA)
			rc_log_error("%s: line %" PRIu64 ": no reject", path, line.number);
		*unknown += status == 0 && key.p == NULL;
		if (status == 0 && key.p != NULL)
			status = take(arg, key);
	}
	rc_lines_close(lines);
	if (fd != -1)
		close(fd);
	rc_json_free(&json);
	rc_buf_free(&scratch);
	return status;
}
