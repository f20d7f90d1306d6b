/* oracle.h - the record scanner compared with jansson, on the same bytes. */
#ifndef RC_ORACLE_H
#define RC_ORACLE_H

#include <errno.h>
#include <jansson.h>

#include "json/json.h"
#include "unit/unit.h"

enum verdict {
	BAD,
	GOOD,
	UNKNOWN /* jansson refuses it for a limit of its own, not for the grammar */
};

/* oracle: what jansson says of n bytes, and *value, if wanted, where GOOD. */
static inline enum verdict
oracle(const char *p, size_t n, json_t **value)
{
	json_error_t error;
	json_t *v = NULL;

	/* A NUL is good nowhere, but jansson loses one that follows a number or a word. */
	if (n == 0 || memchr(p, '\0', n) == NULL)
		v = json_loadb(p, n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	else
		memset(&error, 0, sizeof(error));
	if (value != NULL)
		*value = v;
	else
		json_decref(v);
	if (v != NULL)
		return GOOD;
	switch (json_error_code(&error)) {
	case json_error_numeric_overflow: /* it keeps long long and double */
	case json_error_null_byte_in_key: /* its names are C strings */
	case json_error_stack_overflow:   /* its nesting ends at 2,048 levels */
		return UNKNOWN;
	default:
		return BAD;
	}
}

static inline void same_object(const struct rc_json *json, json_t *want);

/* same_number: also that jansson's kind of number is the one the text shows. */
static inline void
same_number(struct rc_span raw, json_t *want)
{
	char *text = malloc(raw.n + 1), *end;
	int whole;

	assert_non_null(text);
	memcpy(text, raw.p, raw.n);
	text[raw.n] = '\0';
	whole = strpbrk(text, ".eE") == NULL;
	assert_int_equal(whole, json_is_integer(want));
	errno = 0;
	if (whole)
		assert_true(strtoll(text, &end, 10) == json_integer_value(want));
	else
		assert_true(strtod(text, &end) == json_real_value(want));
	assert_ptr_equal(end, text + raw.n);
	free(text);
}

static inline void
same_string(const struct rc_json_value *v, json_t *want)
{
	struct rc_buf scratch = { 0 };
	struct rc_span text;
	int wide = 0;

	assert_int_equal(v->raw.p[-1], '"');
	assert_int_equal(v->raw.p[v->raw.n], '"');
	for (size_t i = 0; i < v->raw.n; i++)
		wide |= (unsigned char)v->raw.p[i] >= 0x80;
	assert_int_equal(v->wide, wide);
	assert_int_equal(v->escaped, memchr(v->raw.p, '\\', v->raw.n) != NULL);
	assert_int_equal(rc_json_text(v, &scratch, &text), 0);
	span_is("a string", text,
	    (struct rc_span){ json_string_value(want), json_string_length(want) });
	rc_buf_free(&scratch);
}

static inline void
same_value(const struct rc_json_value *v, json_t *want)
{
	static const json_type types[] = {
		[RC_JSON_NULL] = JSON_NULL,
		[RC_JSON_FALSE] = JSON_FALSE,
		[RC_JSON_TRUE] = JSON_TRUE,
		[RC_JSON_STRING] = JSON_STRING,
		[RC_JSON_ARRAY] = JSON_ARRAY,
		[RC_JSON_OBJECT] = JSON_OBJECT,
	};
	struct rc_json_value item;
	struct rc_json inner = { 0 };
	struct rc_span rest;
	size_t i = 0;

	if (v->kind != RC_JSON_STRING)
		assert_true(v->escaped == 0 && v->wide == 0);
	if (v->kind == RC_JSON_NUMBER) {
		assert_true(json_is_number(want));
		same_number(v->raw, want);
		return;
	}
	assert_int_equal(types[v->kind], json_typeof(want));
	switch (v->kind) {
	case RC_JSON_NULL:
		span_is("null", v->raw, SPAN("null"));
		break;
	case RC_JSON_FALSE:
		span_is("false", v->raw, SPAN("false"));
		break;
	case RC_JSON_TRUE:
		span_is("true", v->raw, SPAN("true"));
		break;
	case RC_JSON_STRING:
		same_string(v, want);
		break;
	case RC_JSON_ARRAY:
		for (rest = v->raw; rc_json_next_element(&rest, &item); i++)
			same_value(&item, json_array_get(want, i));
		assert_int_equal(i, json_array_size(want));
		break;
	case RC_JSON_OBJECT:
		assert_int_equal(rc_json_scan(&inner, v->raw.p, v->raw.n), 0);
		same_object(&inner, want);
		rc_json_free(&inner);
		break;
	default:
		break;
	}
}

/* same_object: the same members in the same order: jansson, too, leaves a name
 * that comes twice at its first place, with its last value. */
static inline void
same_object(const struct rc_json *json, json_t *want)
{
	void *iter = json_object_iter(want);

	assert_int_equal(json->count, json_object_size(want));
	for (size_t i = 0; i < json->count; i++) {
		span_is("a name", json->members[i].name,
		    (struct rc_span){ json_object_iter_key(iter), json_object_iter_key_len(iter) });
		same_value(&json->members[i].value, json_object_iter_value(iter));
		iter = json_object_iter_next(want, iter);
	}
}

#endif
