#include "transform/cut.h"

const char *
rc_cut_find(struct rc_span s, struct rc_span text)
{
	const char *p = s.p, *end = s.p + s.n;

	while (p < end && (p = memchr(p, *text.p, (size_t)(end - p))) != NULL) {
		if ((size_t)(end - p) < text.n)
			break;
		if (text.n == 1 || memcmp(p, text.p, text.n) == 0)
			return p;
		p++;
	}
	return end;
}

int
rc_cut(struct rc_span *s, const struct rc_span *texts, size_t count, const char **next,
    struct rc_span *before)
{
	const char *end = s->p + s->n, *at = end;
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		if (next[i] == NULL || next[i] < s->p)
			next[i] = rc_cut_find(*s, texts[i]);
		if (next[i] < at) {
			at = next[i];
			length = texts[i].n;
		}
	}
	*before = (struct rc_span){ s->p, (size_t)(at - s->p) };
	s->p = at + length;
	s->n = (size_t)(end - s->p);
	return at < end;
}
