#include <stdlib.h>

#include "json.h"
#include "jsontext.h"
#include "msg.h"
#include "status.h"
#include "utf8.h"

struct scan {
	const char *p; /* next byte */
	const char *end;
	const char *reason; /* set by the first failure */
};

/* fail: remember why; the place is s->p. */
static int
fail(struct scan *s, const char *reason)
{
	s->reason = s->p == s->end ? "it ends too early" : reason;
	return -1;
}

static void
skip_space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static int
is_digit(const struct scan *s)
{
	return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

/* hex4: the four hexadecimal digits at p, or -1. */
static long
hex4(const char *p, const char *end)
{
	long v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int c = p[i] | 0x20;

		if (p[i] >= '0' && p[i] <= '9')
			v = v * 16 + (p[i] - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (c - 'a' + 10);
		else
			return -1;
	}
	return v;
}

/* scan_escape: s->p is at a backslash. */
static int
scan_escape(struct scan *s)
{
	long unit;

	s->p++;
	if (s->p == s->end)
		return fail(s, "");
	switch (*s->p) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		s->p++;
		return 0;
	case 'u':
		break;
	default:
		return fail(s, "no such escape in a string");
	}
	if ((unit = hex4(s->p + 1, s->end)) == -1)
		return fail(s, "\\u without four hexadecimal digits");
	if (unit >= 0xDC00 && unit <= 0xDFFF)
		return fail(s, "a lone surrogate");
	s->p += 5;
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		if (s->end - s->p < 6 || s->p[0] != '\\' || s->p[1] != 'u' ||
		    (unit = hex4(s->p + 2, s->end)) < 0xDC00 || unit > 0xDFFF)
			return fail(s, "a lone surrogate");
		s->p += 6;
	}
	return 0;
}

/* scan_string: s->p is at the opening quote. */
static int
scan_string(struct scan *s, struct rc_json_value *v)
{
	const char *start = ++s->p;
	size_t len;

	v->kind = RC_JSON_STRING;
	v->escaped = v->wide = 0;
	for (;;) {
		s->p = rc_jsontext_plain_end(s->p, s->end);
		if (s->p == s->end)
			return fail(s, "");
		if (*s->p == '"')
			break;
		if (*s->p == '\\') {
			v->escaped = 1;
			if (scan_escape(s) != 0)
				return -1;
		} else if ((unsigned char)*s->p < ' ') {
			return fail(s, "a control character in a string");
		} else {
			v->wide = 1;
			if ((len = rc_utf8_length(s->p, s->end)) == 0)
				return fail(s, "invalid UTF-8");
			s->p += len;
		}
	}
	v->raw = (struct rc_span){ start, (size_t)(s->p - start) };
	s->p++;
	return 0;
}

static int
scan_number(struct scan *s)
{
	if (*s->p == '-')
		s->p++;
	if (!is_digit(s))
		return fail(s, "expected a digit");
	if (*s->p == '0')
		s->p++;
	else
		while (is_digit(s))
			s->p++;
	if (is_digit(s))
		return fail(s, "a number with a leading zero");
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (!is_digit(s))
			return fail(s, "expected a digit");
		while (is_digit(s))
			s->p++;
	}
	if (s->p < s->end && (*s->p | 0x20) == 'e') {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (!is_digit(s))
			return fail(s, "expected a digit");
		while (is_digit(s))
			s->p++;
	}
	return 0;
}

static int
scan_word(struct scan *s, const char *word, size_t n)
{
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return fail(s, "expected a value");
	s->p += n;
	return 0;
}

/* scan_scalar: a value that is not a list or an object. */
static int
scan_scalar(struct scan *s, struct rc_json_value *v)
{
	const char *start = s->p;
	int bad;

	if (s->p == s->end)
		return fail(s, "");
	if (*s->p == '"')
		return scan_string(s, v);
	v->escaped = v->wide = 0;
	switch (*s->p) {
	case 'n':
		v->kind = RC_JSON_NULL;
		bad = scan_word(s, "null", 4);
		break;
	case 't':
		v->kind = RC_JSON_TRUE;
		bad = scan_word(s, "true", 4);
		break;
	case 'f':
		v->kind = RC_JSON_FALSE;
		bad = scan_word(s, "false", 5);
		break;
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		v->kind = RC_JSON_NUMBER;
		bad = scan_number(s);
		break;
	default:
		return fail(s, "expected a value");
	}
	v->raw = (struct rc_span){ start, (size_t)(s->p - start) };
	return bad;
}

/* scan_name: a member's name and its colon. */
static int
scan_name(struct scan *s, struct rc_json_value *name)
{
	if (s->p == s->end || *s->p != '"')
		return fail(s, "expected a name in quotes");
	if (scan_string(s, name) != 0)
		return -1;
	skip_space(s);
	if (s->p == s->end || *s->p != ':')
		return fail(s, "expected ':'");
	s->p++;
	skip_space(s);
	return 0;
}

/* scan_value: any value, `outside` levels deep already.  Which of the open
 * levels are objects is a bit each, so hostile nesting costs no stack. */
static int
scan_value(struct scan *s, struct rc_json_value *v, size_t outside)
{
	uint64_t objects[RC_JSON_DEPTH / 64] = { 0 };
	const char *start = s->p;
	struct rc_json_value inner;
	size_t depth = 0;
	int is_object;
	char close;

	if (s->p == s->end || (*s->p != '[' && *s->p != '{'))
		return scan_scalar(s, v);
	v->kind = *s->p == '{' ? RC_JSON_OBJECT : RC_JSON_ARRAY;
	v->escaped = v->wide = 0;
	for (;;) { /* s->p is at the start of a value */
		if (s->p < s->end && (*s->p == '[' || *s->p == '{')) {
			if (outside + depth >= RC_JSON_DEPTH)
				return fail(s, "nested too deep");
			is_object = *s->p == '{';
			if (is_object)
				objects[depth / 64] |= UINT64_C(1) << depth % 64;
			else
				objects[depth / 64] &= ~(UINT64_C(1) << depth % 64);
			depth++;
			s->p++;
			skip_space(s);
			if (s->p == s->end || *s->p != (is_object ? '}' : ']')) {
				if (is_object && scan_name(s, &inner) != 0)
					return -1;
				continue;
			}
		} else if (scan_scalar(s, &inner) != 0) {
			return -1;
		}
		for (;;) { /* s->p is behind a value, or at the end of an empty list */
			is_object = objects[(depth - 1) / 64] >> (depth - 1) % 64 & 1;
			close = is_object ? '}' : ']';
			skip_space(s);
			if (s->p == s->end || *s->p != close)
				break;
			s->p++;
			if (--depth == 0) {
				v->raw = (struct rc_span){ start, (size_t)(s->p - start) };
				return 0;
			}
		}
		if (s->p == s->end || *s->p != ',')
			return fail(s, is_object ? "expected ',' or '}'" : "expected ',' or ']'");
		s->p++;
		skip_space(s);
		if (is_object && scan_name(s, &inner) != 0)
			return -1;
	}
}

static int
scan_end(struct scan *s)
{
	skip_space(s);
	return s->p == s->end ? 0 : fail(s, "more behind the value");
}

/* scan_members: the object at s->p into j->members.  1: no memory. */
static int
scan_members(struct rc_json *j, struct scan *s)
{
	struct rc_json_member *m;
	struct rc_json_value name;

	j->count = 0;
	s->p++; /* the brace */
	skip_space(s);
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		return 0;
	}
	for (;;) {
		if (j->count == j->room) {
			size_t room = j->room == 0 ? 64 : j->room * 2;

			if ((m = realloc(j->members, room * sizeof(*m))) == NULL) {
				rc_msg_errno("no memory for a record of %zu members", j->count);
				return 1;
			}
			j->members = m;
			j->room = room;
		}
		m = &j->members[j->count];
		if (scan_name(s, &name) != 0 || scan_value(s, &m->value, j->wraps ? 0 : 1) != 0)
			return -1;
		m->name = name.raw;
		if (name.escaped)
			j->names.len += name.raw.n; /* what unescaping needs at most */
		j->count++;
		skip_space(s);
		if (s->p < s->end && *s->p == '}') {
			s->p++;
			return 0;
		}
		if (s->p == s->end || *s->p != ',')
			return fail(s, "expected ',' or '}'");
		s->p++;
		skip_space(s);
	}
}

/* same_shape: whether the names are, byte by byte, those of the last shape. */
static int
same_shape(const struct rc_json *j)
{
	const char *last = j->last_names.data;
	size_t left = j->last_names.len;

	if (j->shape == 0 || j->count != j->last_count)
		return 0;
	for (size_t i = 0; i < j->count; i++) {
		struct rc_span name = j->members[i].name;

		/* the closing quote ends each remembered name */
		if (left < name.n + 1 || last[name.n] != '"' || memcmp(last, name.p, name.n) != 0)
			return 0;
		last += name.n + 1;
		left -= name.n + 1;
	}
	return left == 0;
}

/* unescape_names: give names with escapes their meaning. */
static int
unescape_names(struct rc_json *j)
{
	size_t room = j->names.len;
	int status;

	j->names.len = 0;
	if ((status = rc_buf_reserve(&j->names, room)) != 0)
		return status;
	for (size_t i = 0; i < j->count; i++) {
		struct rc_json_member *m = &j->members[i];
		size_t before = j->names.len;

		if (memchr(m->name.p, '\\', m->name.n) == NULL)
			continue;
		if ((status = rc_jsontext_unescape(m->name, &j->names)) != 0)
			return status;
		m->name.p = j->names.data + before; /* reserved: it does not move */
		m->name.n = j->names.len - before;
	}
	return 0;
}

static uint64_t
hash(struct rc_span s)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return h ^ h >> 32;
}

/* drop_repeated: keep each name once, at its first place, with its last value.
 * A hash table, for a hostile record has a million names. */
static int
drop_repeated(struct rc_json *j)
{
	size_t room = 128, kept = 0;

	while (room < j->count * 2)
		room *= 2;
	if (room > j->slots_room) {
		uint32_t *slots = realloc(j->slots, room * sizeof(*slots));

		if (slots == NULL) {
			rc_msg_errno("no memory for a record of %zu members", j->count);
			return RC_IO;
		}
		j->slots = slots;
		j->slots_room = room;
	}
	memset(j->slots, 0, room * sizeof(*j->slots));
	for (size_t i = 0; i < j->count; i++) {
		struct rc_json_member m = j->members[i];
		size_t at = hash(m.name) & (room - 1);

		for (; j->slots[at] != 0; at = (at + 1) & (room - 1)) {
			struct rc_json_member *other = &j->members[j->slots[at] - 1];

			if (other->name.n == m.name.n &&
			    memcmp(other->name.p, m.name.p, m.name.n) == 0) {
				other->value = m.value;
				break;
			}
		}
		if (j->slots[at] == 0) {
			j->members[kept++] = m;
			j->slots[at] = (uint32_t)kept;
		}
	}
	j->count = kept;
	return 0;
}

/* settle_names: after a scan, make each name unescaped and unique, and tell a
 * new shape from the last one. */
static int
settle_names(struct rc_json *j)
{
	size_t count = j->count, escaped = j->names.len;
	int status = 0;

	if (same_shape(j))
		return 0;
	j->last_names.len = 0;
	for (size_t i = 0; i < count && status == 0; i++) {
		status = rc_buf_add(&j->last_names, j->members[i].name.p, j->members[i].name.n);
		status = rc_first(status, rc_buf_addc(&j->last_names, '"'));
	}
	if (status == 0 && escaped > 0)
		status = unescape_names(j);
	if (status == 0)
		status = drop_repeated(j);
	/* Only where nothing had to be changed can the shape be met again. */
	j->last_count = escaped == 0 && j->count == count ? count : SIZE_MAX;
	j->shape++;
	return status;
}

int
rc_json_scan(struct rc_json *j, const char *p, size_t n)
{
	struct scan s = { p, p + n, NULL };
	int bad;

	j->names.len = 0;
	skip_space(&s);
	if (s.p == s.end || *s.p != '{')
		bad = fail(&s,
		    n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? "a byte order mark"
								: "expected a JSON object");
	else
		bad = scan_members(j, &s);
	if (bad == 0)
		bad = scan_end(&s);
	if (bad == 0)
		return settle_names(j);
	j->count = 0;
	j->reason = s.reason;
	j->at = (size_t)(s.p - p);
	return bad == 1 ? RC_IO : RC_DATA;
}

const struct rc_json_value *
rc_json_get(const struct rc_json *j, struct rc_span name, struct rc_json_hint *hint)
{
	if (hint->shape != j->shape) {
		hint->shape = j->shape;
		for (hint->index = 0; hint->index < j->count; hint->index++) {
			struct rc_span other = j->members[hint->index].name;

			if (other.n == name.n && memcmp(other.p, name.p, name.n) == 0)
				break;
		}
	}
	return hint->index < j->count ? &j->members[hint->index].value : NULL;
}

int
rc_json_text(const struct rc_json_value *v, struct rc_buf *scratch, struct rc_span *text)
{
	int status;

	if (!v->escaped) {
		*text = v->raw;
		return 0;
	}
	scratch->len = 0;
	if ((status = rc_jsontext_unescape(v->raw, scratch)) == 0)
		*text = rc_buf_span(scratch);
	return status;
}

void
rc_json_free(struct rc_json *j)
{
	free(j->members);
	free(j->slots);
	rc_buf_free(&j->last_names);
	rc_buf_free(&j->names);
	*j = (struct rc_json){ 0 };
}

const char *
rc_json_check(const char *p, size_t n)
{
	struct scan s = { p, p + n, NULL };
	struct rc_json_value v;

	skip_space(&s);
	if (scan_value(&s, &v, 0) != 0 || scan_end(&s) != 0)
		return s.reason;
	return NULL;
}

int
rc_json_next_element(struct rc_span *rest, struct rc_json_value *value)
{
	struct scan s = { rest->p, rest->p + rest->n, NULL };

	if (rest->n == 0 || *s.p == ']')
		return 0;
	s.p++; /* the bracket, or the comma */
	skip_space(&s);
	if (s.p == s.end || *s.p == ']' || scan_value(&s, value, 0) != 0)
		return 0;
	skip_space(&s);
	*rest = (struct rc_span){ s.p, (size_t)(s.end - s.p) };
	return 1;
}
