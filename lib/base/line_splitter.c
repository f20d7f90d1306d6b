#include "base/line_splitter.h"
#include "base/lines.h"

/* keep: put n bytes of a line aside, or hand it over as too long. */
static int
keep(struct rc_line_splitter *s, const char *p, size_t n, rc_line_splitter_line *line, void *to)
{
	if (s->rest.len + n > RC_LINES_MAX)
		return line(to, (struct rc_span){ NULL, s->rest.len + n });
	return rc_buf_add(&s->rest, p, n);
}

int
rc_line_splitter_feed(
    struct rc_line_splitter *s, const char *p, size_t n, rc_line_splitter_line *line, void *to)
{
	const char *end = p + n, *lf;
	int status = 0;

	while (status == 0 && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		if (s->rest.len == 0) {
			status = line(to, (struct rc_span){ p, (size_t)(lf - p) });
		} else if ((status = keep(s, p, (size_t)(lf - p), line, to)) == 0) {
			status = line(to, rc_buf_span(&s->rest));
			s->rest.len = 0;
		}
		p = lf + 1;
	}
	return status != 0 || p == end ? status : keep(s, p, (size_t)(end - p), line, to);
}

int
rc_line_splitter_end(struct rc_line_splitter *s, rc_line_splitter_line *line, void *to)
{
	int status = s->rest.len == 0 ? 0 : line(to, rc_buf_span(&s->rest));

	s->rest.len = 0;
	return status;
}

void
rc_line_splitter_forget(struct rc_line_splitter *s)
{
	s->rest.len = 0;
}

void
rc_line_splitter_free(struct rc_line_splitter *s)
{
	rc_buf_free(&s->rest);
}
