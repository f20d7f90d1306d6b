#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/status.h"
#include "base/utf8.h"
#include "base/write.h"
#include "json/jsontext.h"
#include "record/known.h"
#include "record/rejects.h"

struct rc_rejects {
	struct rc_rejects_conf conf;
	struct rc_stats *stats;
	int fd; /* -1: no file */
	int dirty;
	int failed; /* to be made durable */
	struct rc_known known;
	struct rc_buf text;
};

static int
open_file(struct rc_rejects *r)
{
	int status;

	if ((r->fd = rc_file_append_own(r->conf.path, "rejects")) == -1)
		return RC_CANTCREATE;
	if ((status = rc_known_read(&r->known, r->conf.path)) != 0) {
		close(r->fd);
		r->fd = -1;
	}
	return status;
}

int
rc_rejects_open(struct rc_rejects **rp, const struct rc_rejects_conf *conf, struct rc_stats *stats)
{
	struct rc_rejects *r;
	int status;

	if (conf->path == NULL && conf->max != UINT64_MAX) {
		rc_log_error("--max-rejects: no file to put them in: add --rejects FILE");
		return RC_USAGE;
	}
	if ((r = calloc(1, sizeof(*r))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	r->conf = *conf;
	r->stats = stats;
	r->fd = -1;
	if (conf->path != NULL && (status = open_file(r)) != 0) {
		free(r);
		return status;
	}
	*rp = r;
	return 0;
}

/* follow_file: the file may have been moved away, or cut, by whoever takes care of it
 * (logrotate(8), rc-flow replay). */
static int
follow_file(struct rc_rejects *r)
{
	int status;

	if (!r->known.ino || rc_known_is_current(&r->known, r->conf.path))
		return 0;
	if ((status = rc_rejects_sync(r)) != 0)
		return status;
	close(r->fd);
	return open_file(r);
}

/* describe: "<stdin>: line 4: rappel_conso 0:17: field: reason" into r->text. */
static const char *
describe(struct rc_rejects *r, const struct rc_reject *j)
{
	int status;

	r->text.len = 0;
	status = rc_buf_printf(&r->text, "%s: ", j->input);
	if (status == 0 && j->line > 0)
		status = rc_buf_printf(&r->text, "line %" PRIu64 ": ", j->line);
	if (status == 0 && j->id.topic.p != NULL)
		status = rc_buf_printf(&r->text, "%.*s partition %" PRId32 " offset %" PRId64 ": ",
		    (int)j->id.topic.n, j->id.topic.p, j->id.partition, j->id.offset);
	if (status == 0 && j->field != NULL)
		status = rc_buf_printf(&r->text, "%s: ", j->field);
	if (status == 0)
		status = rc_buf_adds(&r->text, j->reason);
	return status == 0 ? rc_buf_text(&r->text) : NULL;
}

static int
put_member(struct rc_buf *out, const char *name, struct rc_span text)
{
	int status = rc_buf_printf(out, ",\"%s\":", name);

	return rc_status_first(status, rc_quote_put(out, text));
}

/* put_raw: the record itself, as what it is. */
static int
put_raw(struct rc_buf *out, const struct rc_reject *j)
{
	int status;

	if (j->raw.p == NULL)
		return 0;
	if (j->is_json) {
		status = rc_buf_adds(out, ",\"record\":");
		return rc_status_first(status, rc_jsontext_compact(out, j->raw));
	}
	if (rc_utf8_valid(j->raw.p, j->raw.n))
		return put_member(out, "raw", j->raw);
	status = rc_buf_adds(out, ",\"raw_base64\":\"");
	status = rc_status_first(status, rc_base64_put(out, j->raw));
	return rc_status_first(status, rc_buf_addc(out, '"'));
}

/* compose: the reject as a line of JSON into r->text. */
static int
compose(struct rc_rejects *r, const struct rc_reject *j)
{
	struct rc_buf *out = &r->text;
	int status;

	out->len = 0;
	status = rc_buf_printf(out, "{\"tool\":\"%s\"", rc_log_program());
	if (status == 0 && j->line > 0)
		status = rc_buf_printf(out, ",\"line\":%" PRIu64, j->line);
	if (status == 0 && j->id.topic.p != NULL) {
		status = put_member(out, "topic", j->id.topic);
		status = rc_status_first(status,
		    rc_buf_printf(out, ",\"partition\":%" PRId32 ",\"offset\":%" PRId64,
			j->id.partition, j->id.offset));
	}
	if (status == 0 && j->key.p != NULL && (status = rc_buf_adds(out, ",\"key\":")) == 0)
		status = rc_jsontext_compact(out, j->key);
	/* from here on it is what makes it the one that it is (known.h) */
	if (status == 0)
		status =
		    put_member(out, "reason", (struct rc_span){ j->reason, strlen(j->reason) });
	if (status == 0 && j->field != NULL)
		status = put_member(out, "field", (struct rc_span){ j->field, strlen(j->field) });
	if (status == 0)
		status = put_raw(out, j);
	return rc_status_first(status, rc_buf_adds(out, "}\n"));
}

int
rc_rejects_add(struct rc_rejects *r, const struct rc_reject *j)
{
	const char *text;
	int status;

	if (r->fd == -1 || r->stats->rejected >= r->conf.max) {
		if ((text = describe(r, j)) == NULL)
			return RC_IO;
		if (r->fd == -1)
			rc_log_error("%s: fix it, or set it aside with --rejects FILE", text);
		else
			rc_log_error(
			    "%s: more than %" PRIu64 " rejects (--max-rejects)", text, r->conf.max);
		return RC_DATA;
	}
	if ((status = follow_file(r)) != 0 || (status = compose(r, j)) != 0)
		return status;
	r->stats->rejected++;
	if (rc_known_has(&r->known, rc_buf_span(&r->text)))
		return 0;
	if (rc_write_all(r->fd, r->text.data, r->text.len) == -1) {
		rc_log_errno("%s: a reject cannot be written", r->conf.path);
		return RC_IO;
	}
	r->dirty = 1;
	if (rc_log_says(RC_LOG_INFO) && (text = describe(r, j)) != NULL)
		rc_log_info("%s: set aside", text);
	return 0;
}

int
rc_rejects_refuse(struct rc_rejects *r, const struct rc_reject *j)
{
	const char *text = describe(r, j);

	if (text == NULL)
		return RC_IO;
	rc_log_error("%s", text);
	return RC_DATA;
}

int
rc_rejects_sync(struct rc_rejects *r)
{
	if (r->failed)
		return RC_IO; /* which was said */
	/* What is no file (a pipe, a terminal, /dev/null) cannot be synced, and need not be. */
	if (r->dirty && fsync(r->fd) == -1 && errno != EINVAL && errno != EROFS) {
		r->failed = 1;
		rc_log_errno("%s: rejects cannot be made durable", r->conf.path);
		return RC_IO;
	}
	r->dirty = 0;
	return 0;
}

static int
sync_before(void *to)
{
	return rc_rejects_sync(to);
}

void
rc_rejects_before(struct rc_rejects *r, struct rc_out *out)
{
	out->before = sync_before;
	out->before_to = r;
}

int
rc_rejects_on(const struct rc_rejects *r)
{
	return r->fd != -1;
}

int
rc_rejects_close(struct rc_rejects *r)
{
	int status;

	if (r == NULL)
		return 0;
	status = rc_rejects_sync(r);
	if (r->fd != -1 && close(r->fd) == -1 && status == 0) {
		rc_log_errno("%s: rejects cannot be written", r->conf.path);
		status = RC_IO;
	}
	if (r->stats->rejected > 0)
		rc_log_notice("%" PRIu64 " of %" PRIu64 " records rejected: see %s",
		    r->stats->rejected, r->stats->records_in, r->conf.path);
	rc_known_free(&r->known);
	rc_buf_free(&r->text);
	free(r);
	return status;
}
