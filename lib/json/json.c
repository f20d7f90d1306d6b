#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "json/grammar.h"
#include "json/json.h"
#include "json/jsontext.h"

#define OFTEN 256 /* members, between two looks whether a stop is requested */

static int scan_members(struct rc_json *j, struct rc_grammar *s);

/* scan_value: of the member of that name.  1: no memory. */
static int
scan_value(
    struct rc_json *j, struct rc_grammar *s, struct rc_span name, struct rc_json_value *value)
{
	const char *start = s->p;
	int bad;

	if (j->inner == NULL || s->p == s->end || *s->p != '{' || !rc_span_is(name, "value"))
		return rc_grammar_value(s, value, j->wraps ? 0 : 1);
	j->inner->names.len = 0;
	if ((bad = scan_members(j->inner, s)) != 0)
		return bad;
	j->inner_at = start;
	*value = (struct rc_json_value){ .kind = RC_JSON_OBJECT,
		.raw = { start, (size_t)(s->p - start) } };
	return 0;
}

/* scan_members: the object at s->p into j->members.  1: no memory. */
static int
scan_members(struct rc_json *j, struct rc_grammar *s)
{
	struct rc_json_member *m;
	struct rc_json_value name;
	int bad;

	j->count = 0;
	s->p++; /* the brace */
	rc_grammar_space(s);
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		return 0;
	}
	for (;;) {
		if (j->count == j->room) {
			size_t room = j->room == 0 ? 64 : j->room * 2;

			if ((m = realloc(j->members, room * sizeof(*m))) == NULL) {
				rc_log_errno("no memory for a record of %zu members", j->count);
				return 1;
			}
			j->members = m;
			j->room = room;
		}
		m = &j->members[j->count];
		if ((j->count % OFTEN == OFTEN - 1 && rc_grammar_go_on(s) != 0) ||
		    rc_grammar_name(s, &name) != 0)
			return -1;
		if ((bad = scan_value(j, s, name.raw, &m->value)) != 0)
			return bad;
		m->name = name.raw;
		if (name.escaped)
			j->names.len += name.raw.n; /* what unescaping needs at most */
		j->count++;
		rc_grammar_space(s);
		if (s->p < s->end && *s->p == '}') {
			s->p++;
			return 0;
		}
		if (s->p == s->end || *s->p != ',')
			return rc_grammar_fail(s, "expected ',' or '}'");
		s->p++;
		rc_grammar_space(s);
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

/* drop_repeated: keep each name once, at its first place, with its last value.
 * A hash table, for a hostile record has a million names. */
static int
drop_repeated(struct rc_json *j)
{
	size_t kept = 0, mask;
	uint32_t *slots;
	int status;

	if ((status = rc_hash_slots_clear(&j->slots, j->count)) != 0)
		return status;
	slots = j->slots.at;
	mask = j->slots.mask;
	for (size_t i = 0; i < j->count; i++) {
		struct rc_json_member m = j->members[i];
		size_t at = (size_t)rc_hash(m.name).a & mask;

		if (i % OFTEN == OFTEN - 1 && (status = rc_stop_check()) != 0)
			return status;
		for (; slots[at] != 0; at = (at + 1) & mask) {
			struct rc_json_member *other = &j->members[slots[at] - 1];

			if (other->name.n == m.name.n &&
			    memcmp(other->name.p, m.name.p, m.name.n) == 0) {
				other->value = m.value;
				break;
			}
		}
		if (slots[at] == 0) {
			j->members[kept++] = m;
			slots[at] = (uint32_t)kept;
		}
	}
	j->count = kept;
	return 0;
}

/* settle_names: after a scan, make each name unescaped and unique, and see whether its shape is
 * that of the last. */
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
		status = rc_status_first(status, rc_buf_addc(&j->last_names, '"'));
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
	struct rc_grammar s = { .p = p, .end = p + n, .heeds_stop = 1 };
	int bad, status;

	j->names.len = 0;
	j->inner_at = NULL;
	rc_grammar_space(&s);
	if (s.p == s.end || *s.p != '{')
		bad = rc_grammar_fail(&s,
		    n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? "a byte order mark"
								: "expected a JSON object");
	else
		bad = scan_members(j, &s);
	if (bad == 0)
		bad = rc_grammar_end(&s);
	if (bad == 0 && j->inner_at != NULL && (status = settle_names(j->inner)) != 0)
		return status;
	if (bad == 0)
		return settle_names(j);
	j->count = 0;
	j->reason = s.reason;
	j->at = (size_t)(s.p - p);
	return s.stopped ? RC_TEMPFAIL : bad == 1 ? RC_OSERR : RC_DATA;
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
	rc_hash_slots_free(&j->slots);
	rc_buf_free(&j->last_names);
	rc_buf_free(&j->names);
	*j = (struct rc_json){ 0 };
}

const char *
rc_json_check(const char *p, size_t n)
{
	struct rc_grammar s = { .p = p, .end = p + n };
	struct rc_json_value v;

	rc_grammar_space(&s);
	if (rc_grammar_value(&s, &v, 0) != 0 || rc_grammar_end(&s) != 0)
		return s.reason;
	return NULL;
}

int
rc_json_next_element(struct rc_span *rest, struct rc_json_value *value)
{
	struct rc_grammar s = { .p = rest->p, .end = rest->p + rest->n };

	if (rest->n == 0 || *s.p == ']')
		return 0;
	s.p++; /* the bracket, or the comma */
	rc_grammar_space(&s);
	if (s.p == s.end || *s.p == ']' || rc_grammar_value(&s, value, 0) != 0)
		return 0;
	rc_grammar_space(&s);
	*rest = (struct rc_span){ s.p, (size_t)(s.end - s.p) };
	return 1;
}
