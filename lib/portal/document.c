#include "portal/document.h"
#include "base/status.h"

#define BODY_MAX ((size_t)64 << 20)

static int
on_document(void *to, const char *p, size_t n)
{
	struct rc_document *d = to;

	d->stats->bytes_in += n;
	if (d->body.len + n > BODY_MAX) {
		d->bad = "more than 64 MiB";
		return RC_HTTP_NO_MORE;
	}
	d->slow = rc_pace_is_slow(&d->pace, p, n);
	return d->slow ? RC_HTTP_NO_MORE : rc_buf_add(&d->body, p, n);
}

int
rc_document_get(struct rc_document *d, struct rc_portal *portal, struct rc_stats *stats,
    rc_document_read *read, void *to, int *got)
{
	enum rc_portal_end end;
	int status;

	*got = 0;
	d->stats = stats;
	if (rc_buf_text(&d->path) == NULL)
		return RC_OSERR;
	do {
		d->body.len = 0;
		d->bad = NULL;
		d->slow = 0;
		rc_pace_start(&d->pace, rc_portal_timeout_ms(portal));
		status = rc_portal_ask(portal, d->path.data, on_document, d, &end);
		if (status != 0 || end == RC_PORTAL_STOP)
			return status;
		if (end == RC_PORTAL_ABSENT)
			return rc_portal_absent(portal);
		if (end != RC_PORTAL_DONE)
			continue;
		if (d->slow) {
			rc_portal_blame(portal, "its answer comes at less than %d bytes a second",
			    RC_PACE_LEAST);
			continue;
		}
		if (rc_buf_text(&d->body) == NULL)
			return RC_OSERR;
		if (d->bad == NULL && (status = read(to, &d->body, &d->bad)) != 0)
			return status;
		if (d->bad == NULL) {
			rc_portal_progress(portal);
			*got = 1;
			return 0;
		}
		rc_portal_blame(portal, "not what an Explore API answers (%s): is --api right?",
		    rc_http_is_web(d->body.data) ? "a web page" : d->bad);
	} while ((status = rc_portal_again(portal)) == 0);
	return status;
}

void
rc_document_free(struct rc_document *d)
{
	rc_buf_free(&d->path);
	rc_buf_free(&d->body);
}
