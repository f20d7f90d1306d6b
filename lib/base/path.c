#include "base/path.h"

struct rc_span
rc_path_step(struct rc_span *path)
{
	const char *point = memchr(path->p, '.', path->n);
	struct rc_span step = { path->p, point != NULL ? (size_t)(point - path->p) : path->n };
	size_t n = point != NULL ? step.n + 1 : step.n;

	path->p += n;
	path->n -= n;
	return step;
}

struct rc_path
rc_path_make(const char *text)
{
	struct rc_path path = { .text = text, .rest = { text, strlen(text) } };

	path.first = rc_path_step(&path.rest);
	return path;
}
