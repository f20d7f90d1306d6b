/* Unit tests of json: members, their names, arrays. */
#include <time.h>

#include "unit/json/scan.h"

static const struct rc_json_value *
get(const char *name, struct rc_json_hint *hint)
{
	return rc_json_get(&json, (struct rc_span){ name, strlen(name) }, hint);
}

/* member: fail unless the i'th is called name and has this raw value. */
static void
member(size_t i, const char *name, enum rc_json_kind kind, const char *raw)
{
	assert_true(i < json.count);
	if (!rc_span_is(json.members[i].name, name) ||
	    !rc_span_is(json.members[i].value.raw, raw) || json.members[i].value.kind != kind)
		fail_msg("member %zu is not %s, %s", i, name, raw);
}

static void
test_members(void **state)
{
	static const char line[] = " {\"n\" : null,\"t\":true, \"f\":false,\"i\":-1.5E+3 ,"
				   "\"s\":\"x\",\"e\":\"\",\"a\":[1, {\"]\":\"}\"} ],"
				   "\"o\": { \"a\" : [ ] } ,\"\":0,\"\xC3\xA9\":\"\xC3\xA9\\n\"}\r";

	(void)state;
	assert_int_equal(scan_text(line), 0);
	assert_int_equal(json.count, 10);
	member(0, "n", RC_JSON_NULL, "null");
	member(1, "t", RC_JSON_TRUE, "true");
	member(2, "f", RC_JSON_FALSE, "false");
	member(3, "i", RC_JSON_NUMBER, "-1.5E+3");
	member(4, "s", RC_JSON_STRING, "x");
	member(5, "e", RC_JSON_STRING, "");
	member(6, "a", RC_JSON_ARRAY, "[1, {\"]\":\"}\"} ]");
	member(7, "o", RC_JSON_OBJECT, "{ \"a\" : [ ] }");
	member(8, "", RC_JSON_NUMBER, "0");
	member(9, "\xC3\xA9", RC_JSON_STRING, "\xC3\xA9\\n");
	assert_true(json.members[9].value.escaped && json.members[9].value.wide);
	assert_false(json.members[4].value.escaped || json.members[4].value.wide);
	judge(line, sizeof(line) - 1, GOOD);
}

static void
test_repeated_names(void **state)
{
	(void)state;
	assert_int_equal(scan_text("{\"a\":1,\"b\":2,\"a\":\"3\",\"c\":4,\"b\":[],\"a\":null}"), 0);
	assert_int_equal(json.count, 3);
	member(0, "a", RC_JSON_NULL, "null");
	member(1, "b", RC_JSON_ARRAY, "[]");
	member(2, "c", RC_JSON_NUMBER, "4");
	/* the same name, written another way; and other names that look like it */
	assert_int_equal(
	    scan_text("{\"a\\/\":1,\"a/\":2,\"\\u0061/\":3,\"a\\\\/\":4,\"A/\":5,\"a/ \":6}"), 0);
	assert_int_equal(json.count, 4);
	member(0, "a/", RC_JSON_NUMBER, "3");
	member(1, "a\\/", RC_JSON_NUMBER, "4");
	member(2, "A/", RC_JSON_NUMBER, "5");
	member(3, "a/ ", RC_JSON_NUMBER, "6");
	assert_int_equal(
	    scan_text("{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2,\"\":3,\"\":4}"), 0);
	assert_int_equal(json.count, 2);
	member(0, "\xF0\x9F\x98\x80", RC_JSON_NUMBER, "2");
	member(1, "", RC_JSON_NUMBER, "4");
	/* U+0000 does not end a name (jansson cannot tell) */
	assert_int_equal(
	    scan_text("{\"a\\u0000b\":1,\"a\\u0000c\":2,\"a\":3,\"\\u0061\\u0000b\":4}"), 0);
	assert_int_equal(json.count, 3);
	span_is("name", json.members[0].name, SPAN("a\0b"));
	span_is("value", json.members[0].value.raw, SPAN("4"));
	span_is("name", json.members[1].name, SPAN("a\0c"));
	span_is("name", json.members[2].name, SPAN("a"));
}

/* shape_of: scan the line; every name must be found, by old hints and by new. */
static uint64_t
shape_of(const char *line)
{
	static struct rc_json_hint hints[4];
	static const char *const names[] = { "a", "b", "c", "a\"" };
	json_t *want;

	assert_int_equal(scan_text(line), 0);
	assert_int_equal(oracle(line, strlen(line), &want), GOOD);
	same_object(&json, want);
	for (size_t i = 0; i < COUNT(names); i++)
		for (int again = 0; again < 2; again++) {
			struct rc_json_hint fresh = { 0 };
			const struct rc_json_value *v = get(names[i], &hints[i]);

			assert_ptr_equal(v, get(names[i], &fresh));
			assert_int_equal(v != NULL, json_object_get(want, names[i]) != NULL);
			if (v != NULL)
				same_value(v, json_object_get(want, names[i]));
		}
	json_decref(want);
	return json.shape;
}

static void
test_shapes(void **state)
{
	static const char *const lines[] = { "{}", "{\"a\":1}", "{\"b\":1}", "{\"a\":1,\"b\":2}",
		"{\"b\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":1,\"a\":2}",
		"{\"a\":1,\"b\":2,\"a\":3}", "{\"\\u0061\":1,\"b\":2}", "{\"a\":1,\"\\u0062\":2}",
		"{\"a\\\"\":1}", "{\"a\\\"\":1,\"b\":2}", "{\"\":1}", "{\"\":1,\"\":2}",
		"{\"ab\":1}", "{\"a\":1,\"\":2}", "{\"\":1,\"a\":2}",
		"{\"c\":[],\"a\":{\"b\":1}}" };
	uint64_t first;

	(void)state;
	/* as a stream has it: the same shape again and again */
	first = shape_of("{\"a\":1,\"b\":2}");
	assert_int_equal(shape_of("{\"a\":\"x\",\"b\":null}"), first);
	assert_int_equal(shape_of(" { \"a\" : [ 1 ] , \"b\" : {} } "), first);
	assert_int_equal(scan_text("{\"a\":1,\"b\":}"), RC_DATA); /* a bad line between */
	assert_int_equal(shape_of("{\"a\":3,\"b\":4}"), first);
	assert_true(shape_of("{\"b\":1,\"a\":2}") != first);
	/* every shape after every other, twice */
	for (size_t i = 0; i < COUNT(lines); i++)
		for (size_t k = 0; k < COUNT(lines); k++) {
			shape_of(lines[i]);
			shape_of(lines[k]);
			first = shape_of(lines[k]);
			if (strstr(lines[k], "\\") == NULL && strstr(lines[i], "\\") == NULL &&
			    i != k)
				assert_true(shape_of(lines[i]) != first);
		}
}

/* After a bad line there is nothing to be found. */
static void
test_bad_line_has_no_members(void **state)
{
	static const char escaped[] = "{\"\\u0061\":1,\"\\u0062\\n\":22222}";
	struct rc_json_hint hint = { 0 };

	(void)state;
	assert_int_equal(scan_text("{\"a\":1}"), 0);
	assert_non_null(get("a", &hint));
	assert_int_equal(scan_text("{\"a\":1"), RC_DATA);
	assert_null(get("a", &hint));
	assert_int_equal(scan_text("{\"a\":2}"), 0);
	span_is("a", get("a", &hint)->raw, SPAN("2"));
	/* names that need unescaping, cut off at each byte, and then a good line */
	for (size_t n = 0; n < sizeof(escaped) - 1; n++) {
		assert_int_equal(scan(escaped, n), RC_DATA);
		assert_int_equal(scan_text("{\"\\u0061\":1}"), 0);
		span_is("a", get("a", &hint)->raw, SPAN("1"));
	}
}

/* seconds: of processor time that a scan of count members takes. */
static double
seconds(size_t count, const char *format, size_t expected)
{
	struct rc_buf line = { 0 };
	clock_t start;

	assert_int_equal(rc_buf_addc(&line, '{'), 0);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(rc_buf_adds(&line, i > 0 ? ",\"" : "\""), 0);
		assert_int_equal(rc_buf_printf(&line, "%s%zu", format, expected == 1 ? 0 : i), 0);
		assert_int_equal(rc_buf_printf(&line, "\":%zu", i), 0);
	}
	assert_int_equal(rc_buf_addc(&line, '}'), 0);
	start = clock();
	for (int again = 0; again < 3; again++)
		assert_int_equal(scan(line.data, line.len), 0);
	assert_int_equal(json.count, expected);
	assert_true(atol(json.members[json.count - 1].value.raw.p) == (long)count - 1);
	rc_buf_free(&line);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void
test_many_members(void **state)
{
	static const char *const formats[] = { "", "a_long_name_that_all_of_them_begin_with_",
		"\\u0061" };
	enum { MANY = 100000 };

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		/* What is quadratic takes a minute. */
		assert_true(seconds(MANY, formats[i], MANY) < 3);
		assert_true(seconds(MANY, formats[i], 1) < 3);
	}
	assert_int_equal(scan_text("{\"a\":1}"), 0);
	assert_int_equal(json.count, 1);
}

/* Each name begins the next one. */
static void
test_nested_names(void **state)
{
	enum { MANY = 600 };
	struct rc_buf b = { 0 };
	char name[MANY];

	(void)state;
	memset(name, 'a', sizeof(name));
	for (size_t n = 0; n < MANY; n++)
		assert_int_equal(
		    rc_buf_printf(&b, "%s%.*s\":%zu", n == 0 ? "{\"" : ",\"", (int)n, name, n), 0);
	assert_int_equal(rc_buf_addc(&b, '}'), 0);
	assert_int_equal(scan(b.data, b.len), 0);
	assert_int_equal(json.count, MANY);
	for (size_t n = 0; n < MANY; n++) {
		struct rc_json_hint hint = { 0 };
		const struct rc_json_value *v =
		    rc_json_get(&json, (struct rc_span){ name, n }, &hint);

		assert_non_null(v);
		assert_int_equal(atol(v->raw.p), n);
	}
	rc_buf_free(&b);
}

static void
test_get(void **state)
{
	struct rc_json_hint hint = { 0 };

	(void)state;
	assert_int_equal(scan_text("{\"ab\":1,\"a\":2,\"abc\":3,\"\":4,\"a\\u0000\":5}"), 0);
	span_is("a", get("a", &(struct rc_json_hint){ 0 })->raw, SPAN("2"));
	span_is("ab", get("ab", &(struct rc_json_hint){ 0 })->raw, SPAN("1"));
	span_is("empty", get("", &(struct rc_json_hint){ 0 })->raw, SPAN("4"));
	assert_null(get("b", &(struct rc_json_hint){ 0 }));
	assert_null(get("A", &(struct rc_json_hint){ 0 }));
	assert_null(get("abcd", &hint));
	assert_null(get("abcd", &hint));
	span_is("a and NUL", rc_json_get(&json, SPAN("a\0"), &(struct rc_json_hint){ 0 })->raw,
	    SPAN("5"));
}

/* elements: fail unless the array's elements are want, one after the other, each
 * followed by a bar. */
static void
elements(const char *array, const char *want)
{
	size_t n = strlen(array);
	char *copy = exact(array, n);
	struct rc_span rest = { copy, n };
	struct rc_json_value v;
	struct rc_buf got = { 0 };

	while (rc_json_next_element(&rest, &v)) {
		assert_int_equal(rc_buf_add(&got, v.raw.p, v.raw.n), 0);
		assert_int_equal(rc_buf_addc(&got, '|'), 0);
	}
	assert_int_equal(rc_json_next_element(&rest, &v), 0); /* it stays at the end */
	span_is(array, rc_buf_span(&got), (struct rc_span){ want, strlen(want) });
	rc_buf_free(&got);
	free(copy);
	judge(array, n, GOOD);
}

static void
test_elements(void **state)
{
	struct rc_span rest = SPAN("[null,true,false,-1,\"\xC3\xA9\",\"\\n\",[],{}]");
	struct rc_json_value v;

	(void)state;
	elements("[]", "");
	elements("[ \t\r\n]", "");
	elements("[1]", "1|");
	elements("[ 1 ]", "1|");
	elements("[1,2,3]", "1|2|3|");
	elements("[\n1\t, 2\r,3 ]", "1|2|3|");
	elements("[\"a\",\"\",\"]\",\",\"]", "a||]|,|");
	elements("[[],[[]],[1,2]]", "[]|[[]]|[1,2]|");
	elements("[{},{\"a\":[1]},null]", "{}|{\"a\":[1]}|null|");
	elements("[[ 1 , 2 ],\"\\\"]\"]", "[ 1 , 2 ]|\\\"]|");
	for (enum rc_json_kind kind = RC_JSON_NULL; kind <= RC_JSON_OBJECT; kind++) {
		static const enum rc_json_kind kinds[] = { RC_JSON_NULL, RC_JSON_TRUE,
			RC_JSON_FALSE, RC_JSON_NUMBER, RC_JSON_STRING, RC_JSON_STRING,
			RC_JSON_ARRAY, RC_JSON_OBJECT };

		assert_int_equal(rc_json_next_element(&rest, &v), 1);
		assert_int_equal(v.kind, kinds[kind]);
		assert_int_equal(v.wide, kind == 4);
		assert_int_equal(v.escaped, kind == 5);
	}
}

/* As deep as an array in a record can be. */
static void
test_deep_elements(void **state)
{
	struct rc_buf b = { 0 };
	struct rc_json_value v;
	struct rc_span rest;

	(void)state;
	assert_int_equal(rc_buf_adds(&b, "{\"a\":"), 0);
	for (int i = 0; i < RC_JSON_DEPTH - 1; i++)
		assert_int_equal(rc_buf_addc(&b, '['), 0);
	for (int i = 0; i < RC_JSON_DEPTH - 1; i++)
		assert_int_equal(rc_buf_addc(&b, ']'), 0);
	assert_int_equal(rc_buf_addc(&b, '}'), 0);
	assert_int_equal(scan(b.data, b.len), 0);
	v = json.members[0].value;
	for (int i = 0; i < RC_JSON_DEPTH - 2; i++) {
		rest = v.raw;
		assert_int_equal(rc_json_next_element(&rest, &v), 1);
		assert_int_equal(v.kind, RC_JSON_ARRAY);
	}
	span_is("innermost", v.raw, SPAN("[]"));
	rc_buf_free(&b);
}

static void
test_inner(void **state)
{
	static const struct {
		const char *text;
		size_t count; /* members of the value; SIZE_MAX: it is not cut */
	} cases[] = { { "{\"value\":{\"a\":1,\"b\":{\"value\":{}}}}", 2 }, { "{\"value\":{}}", 0 },
		{ "{\"value\":{\"a\":1,\"a\":2,\"\\u0061\":3}}", 1 },
		{ "{\"value\":null}", SIZE_MAX },
		{ "{\"value\":{\"a\":1},\"value\":{\"b\":1,\"c\":2}}", 2 },
		{ "{\"value\":{\"a\":1},\"value\":7}", SIZE_MAX },
		{ "{\"v\\u0061lue\":{\"a\":1}}", SIZE_MAX },
		{ "{\"x\":{\"value\":{}}}", SIZE_MAX } };
	struct rc_json inner = { 0 };
	struct rc_json_hint hint;
	const struct rc_json_value *value;

	(void)state;
	json.inner = &inner;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t count;

		assert_int_equal(scan_text(cases[i].text), 0);
		hint = (struct rc_json_hint){ 0 };
		value = rc_json_get(&json, SPAN("value"), &hint);
		count = value != NULL && json.inner_at == value->raw.p ? inner.count : SIZE_MAX;
		if (count != cases[i].count)
			fail_msg("%s: %zu", cases[i].text, count);
	}
	assert_int_equal(scan_text("{\"value\":{\"a\":1,}}"), RC_DATA);
	assert_int_equal(scan_text("{\"a\":1}"), 0);
	assert_null(json.inner_at);
	json.inner = NULL;
	rc_json_free(&inner);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_repeated_names),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_bad_line_has_no_members),
		cmocka_unit_test(test_many_members),
		cmocka_unit_test(test_nested_names),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_deep_elements),
		cmocka_unit_test(test_inner),
	};

	return cmocka_run_group_tests(tests, NULL, close_all);
}
