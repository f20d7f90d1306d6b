#include "json/grammar.h"
#include "base/stop.h"
#include "base/utf8.h"
#include "json/jsontext.h"

static int
is_digit(const struct rc_grammar *s)
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
scan_escape(struct rc_grammar *s)
{
	long unit;

	s->p++;
	if (s->p == s->end)
		return rc_grammar_fail(s, "");
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
		return rc_grammar_fail(s, "no such escape in a string");
	}
	if ((unit = hex4(s->p + 1, s->end)) == -1)
		return rc_grammar_fail(s, "\\u without four hexadecimal digits");
	if (unit >= 0xDC00 && unit <= 0xDFFF)
		return rc_grammar_fail(s, "a lone surrogate");
	s->p += 5;
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		if (s->end - s->p < 6 || s->p[0] != '\\' || s->p[1] != 'u' ||
		    (unit = hex4(s->p + 2, s->end)) < 0xDC00 || unit > 0xDFFF)
			return rc_grammar_fail(s, "a lone surrogate");
		s->p += 6;
	}
	return 0;
}

/* scan_string: s->p is at the opening quote. */
static int
scan_string(struct rc_grammar *s, struct rc_json_value *v)
{
	const char *start = ++s->p;
	size_t len;

	v->kind = RC_JSON_STRING;
	v->escaped = v->wide = 0;
	for (;;) {
		s->p = rc_jsontext_plain_end(s->p, s->end);
		if (s->p == s->end)
			return rc_grammar_fail(s, "");
		if (*s->p == '"')
			break;
		if (*s->p == '\\') {
			v->escaped = 1;
			if (scan_escape(s) != 0)
				return -1;
		} else if ((unsigned char)*s->p < ' ') {
			return rc_grammar_fail(s, "a control character in a string");
		} else {
			v->wide = 1;
			if ((len = rc_utf8_length(s->p, s->end)) == 0)
				return rc_grammar_fail(s, "invalid UTF-8");
			s->p += len;
		}
	}
	v->raw = (struct rc_span){ start, (size_t)(s->p - start) };
	s->p++;
	return 0;
}

static int
scan_number(struct rc_grammar *s)
{
	if (*s->p == '-')
		s->p++;
	if (!is_digit(s))
		return rc_grammar_fail(s, "expected a digit");
	if (*s->p == '0')
		s->p++;
	else
		while (is_digit(s))
			s->p++;
	if (is_digit(s))
		return rc_grammar_fail(s, "a number with a leading zero");
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (!is_digit(s))
			return rc_grammar_fail(s, "expected a digit");
		while (is_digit(s))
			s->p++;
	}
	if (s->p < s->end && (*s->p | 0x20) == 'e') {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (!is_digit(s))
			return rc_grammar_fail(s, "expected a digit");
		while (is_digit(s))
			s->p++;
	}
	return 0;
}

static int
scan_word(struct rc_grammar *s, const char *word, size_t n)
{
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return rc_grammar_fail(s, "expected a value");
	s->p += n;
	return 0;
}

/* scan_scalar: a value that is not a list or an object. */
static int
scan_scalar(struct rc_grammar *s, struct rc_json_value *v)
{
	const char *start = s->p;
	int bad;

	if (s->p == s->end)
		return rc_grammar_fail(s, "");
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
		return rc_grammar_fail(s, "expected a value");
	}
	v->raw = (struct rc_span){ start, (size_t)(s->p - start) };
	return bad;
}

int
rc_grammar_go_on(struct rc_grammar *s)
{
	if (!s->heeds_stop || rc_stop_signal() == 0)
		return 0;
	s->stopped = 1;
	return rc_grammar_fail(s, "a stop is requested");
}

int
rc_grammar_name(struct rc_grammar *s, struct rc_json_value *name)
{
	if (s->p == s->end || *s->p != '"')
		return rc_grammar_fail(s, "expected a name in quotes");
	if (scan_string(s, name) != 0)
		return -1;
	rc_grammar_space(s);
	if (s->p == s->end || *s->p != ':')
		return rc_grammar_fail(s, "expected ':'");
	s->p++;
	rc_grammar_space(s);
	return 0;
}

int
rc_grammar_value(struct rc_grammar *s, struct rc_json_value *v, size_t outside)
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
				return rc_grammar_fail(s, "nested too deep");
			is_object = *s->p == '{';
			if (is_object)
				objects[depth / 64] |= UINT64_C(1) << depth % 64;
			else
				objects[depth / 64] &= ~(UINT64_C(1) << depth % 64);
			depth++;
			s->p++;
			rc_grammar_space(s);
			if (s->p == s->end || *s->p != (is_object ? '}' : ']')) {
				if (is_object && rc_grammar_name(s, &inner) != 0)
					return -1;
				continue;
			}
		} else if (scan_scalar(s, &inner) != 0) {
			return -1;
		}
		for (;;) { /* s->p is behind a value, or at the end of an empty list */
			is_object = objects[(depth - 1) / 64] >> (depth - 1) % 64 & 1;
			close = is_object ? '}' : ']';
			rc_grammar_space(s);
			if (s->p == s->end || *s->p != close)
				break;
			s->p++;
			if (--depth == 0) {
				v->raw = (struct rc_span){ start, (size_t)(s->p - start) };
				return 0;
			}
		}
		if (s->p == s->end || *s->p != ',')
			return rc_grammar_fail(
			    s, is_object ? "expected ',' or '}'" : "expected ',' or ']'");
		s->p++;
		rc_grammar_space(s);
		if (rc_grammar_go_on(s) != 0 || (is_object && rc_grammar_name(s, &inner) != 0))
			return -1;
	}
}

int
rc_grammar_end(struct rc_grammar *s)
{
	rc_grammar_space(s);
	return s->p == s->end ? 0 : rc_grammar_fail(s, "more behind the value");
}
