/* Unit tests of json: what it refuses, the reasons it gives, and how deep it goes. */
#include "unit/json/scan.h"

/* What is well-formed is not always a record. */
static void
test_records_are_objects(void **state)
{
	static const char *const others[] = { "null", "true", "0", "\"\"", "\"{}\"", "[]", "[{}]",
		" [{\"a\":1}]\r", "" };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		assert_int_equal(scan_text(others[i]), RC_DATA);
	assert_int_equal(scan_text("{}"), 0);
	assert_int_equal(json.count, 0);
	assert_int_equal(scan_text("\r\n\t {\t} \r"), 0);
}

static void
test_reasons(void **state)
{
	static const struct {
		const char *text, *reason;
		size_t at;
	} cases[] = {
		{ "", "it ends too early", 0 },
		{ "  ", "it ends too early", 2 },
		{ "{", "it ends too early", 1 },
		{ "{\"a\":1", "it ends too early", 6 },
		{ "{\"a\":\"b", "it ends too early", 7 },
		{ "{\"a\":[1,", "it ends too early", 8 },
		{ "{\"a\":{\"b\"", "it ends too early", 9 },
		{ "{\"a\":\"\\", "it ends too early", 7 },
		{ "\xEF\xBB\xBF{}", "a byte order mark", 0 },
		{ "[]", "expected a JSON object", 0 },
		{ " 1", "expected a JSON object", 1 },
		{ "{1", "expected a name in quotes", 1 },
		{ "{\"a\":1,}", "expected a name in quotes", 7 },
		{ "{\"a\" 1}", "expected ':'", 5 },
		{ "{\"a\":}", "expected a value", 5 },
		{ "{\"a\":tru}", "expected a value", 5 },
		{ "{\"a\":[1,]}", "expected a value", 8 },
		{ "{\"a\":1 2}", "expected ',' or '}'", 7 },
		{ "{\"a\":{\"b\":1]}", "expected ',' or '}'", 11 },
		{ "{\"a\":[1}", "expected ',' or ']'", 7 },
		{ "{\"a\":-}", "expected a digit", 6 },
		{ "{\"a\":1.}", "expected a digit", 7 },
		{ "{\"a\":1e}", "expected a digit", 7 },
		{ "{\"a\":01}", "a number with a leading zero", 6 },
		{ "{\"a\":\"\n\"}", "a control character in a string", 6 },
		{ "{\"a\":\"b\xE9\"}", "invalid UTF-8", 7 },
		{ "{\"a\":\"\\x\"}", "no such escape in a string", 7 },
		{ "{\"a\":\"\\u12\"}", "\\u without four hexadecimal digits", 7 },
		{ "{\"a\":\"\\uDC00\"}", "a lone surrogate", 7 },
		{ "{\"a\":\"\\uD800\"}", "a lone surrogate", 12 },
		{ "{} {", "more behind the value", 3 },
	};
	const char *reason;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(scan_text(cases[i].text), RC_DATA);
		if (strcmp(json.reason, cases[i].reason) != 0 || json.at != cases[i].at)
			fail_msg("%s: \"%s\" at %zu", cases[i].text, json.reason, json.at);
		reason = check(cases[i].text, strlen(cases[i].text));
		if (cases[i].text[0] == '{' &&
		    (reason == NULL || strcmp(reason, cases[i].reason) != 0))
			fail_msg(
			    "%s: checked: \"%s\"", cases[i].text, reason != NULL ? reason : "good");
	}
}

/* nest: append levels of open, then a value, then as many of close. */
static void
nest(struct rc_buf *b, size_t levels, const char *const open[2], const char *value,
    const char *const close[2])
{
	for (size_t i = 0; i < levels; i++)
		assert_int_equal(rc_buf_adds(b, open[i % 2]), 0);
	assert_int_equal(rc_buf_adds(b, value), 0);
	for (size_t i = levels; i-- > 0;)
		assert_int_equal(rc_buf_adds(b, close[i % 2]), 0);
}

static void
test_depth(void **state)
{
	static const struct {
		const char *open[2], *value, *close[2];
		size_t more; /* levels in the innermost one */
	} kinds[] = {
		{ { "[", "[" }, "", { "]", "]" }, 0 },
		{ { "[", "[" }, "\"a\"", { "]", "]" }, 0 },
		{ { "[0,", "[[]," }, "0", { ",[]]", ",{}]" }, 1 },
		{ { "{\"a\":", "{\"a\":" }, "1", { "}", "}" }, 0 },
		{ { "{\"a\":", "{\"a\":" }, "{}", { "}", "}" }, 1 },
		{ { "{\"a\":", "{\"b\":{},\"a\":" }, "[]", { ",\"z\":[]}", "}" }, 1 },
		{ { "{\"a\":", "[" }, "1", { "}", "]" }, 0 },
		{ { "[", "{\"a\":" }, "1", { "]", "}" }, 0 },
		{ { "[{},", "{\"x\":[],\"a\":" }, "1", { ",[]]", ",\"y\":{}}" }, 1 },
	};
	static const size_t depths[] = { 1, 2, 63, 64, 65, 500, 510, 511, 512, 513, 514, 600, 10000,
		1000000 };
	struct rc_buf b = { 0 };
	const char *reason;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (size_t k = 0; k < COUNT(depths); k++) {
			size_t levels = depths[k] + kinds[i].more;

			b.len = 0;
			nest(&b, depths[k], kinds[i].open, kinds[i].value, kinds[i].close);
			reason = check(b.data, b.len);
			if ((reason == NULL) != (levels <= RC_JSON_DEPTH))
				fail_msg("%zu of %s: %s", levels, kinds[i].open[0], reason);
			if (reason != NULL)
				assert_string_equal(reason, "nested too deep");
			/* as a member's value it is one level deeper */
			b.len = 0;
			assert_int_equal(rc_buf_adds(&b, "{\"v\":"), 0);
			nest(&b, depths[k], kinds[i].open, kinds[i].value, kinds[i].close);
			assert_int_equal(rc_buf_addc(&b, '}'), 0);
			if ((scan(b.data, b.len) == 0) != (levels + 1 <= RC_JSON_DEPTH))
				fail_msg("%zu of %s as a member", levels, kinds[i].open[0]);
			if (levels + 1 > RC_JSON_DEPTH)
				assert_string_equal(json.reason, "nested too deep");
			/* never closed */
			b.len = 0;
			for (size_t level = 0; level < depths[k]; level++)
				assert_int_equal(rc_buf_adds(&b, kinds[i].open[level % 2]), 0);
			assert_non_null(check(b.data, b.len));
		}
	rc_buf_free(&b);
}

/* What has a record in it may be a level deeper. */
static void
test_wrapped_depth(void **state)
{
	static const char *const open[2] = { "[", "{\"a\":" }, *const close[2] = { "]", "}" };
	struct rc_buf b = { 0 };

	(void)state;
	for (size_t levels = RC_JSON_DEPTH - 2; levels <= RC_JSON_DEPTH + 2; levels++)
		for (int wraps = 0; wraps <= 1; wraps++) {
			b.len = 0;
			assert_int_equal(rc_buf_adds(&b, "{\"v\":"), 0);
			nest(&b, levels, open, "0", close);
			assert_int_equal(rc_buf_addc(&b, '}'), 0);
			json.wraps = wraps;
			assert_int_equal(scan(b.data, b.len),
			    levels + 1 <= RC_JSON_DEPTH + (size_t)wraps ? 0 : RC_DATA);
		}
	json.wraps = 0;
	rc_buf_free(&b);
}

/* Levels side by side are not counted. */
static void
test_wide_is_not_deep(void **state)
{
	struct rc_buf b = { 0 };

	(void)state;
	assert_int_equal(rc_buf_addc(&b, '['), 0);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(rc_buf_adds(&b, i % 2 == 0 ? "[{}]," : "{\"a\":[]},"), 0);
	assert_int_equal(rc_buf_adds(&b, "0]"), 0);
	judge(b.data, b.len, GOOD);
	rc_buf_free(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_are_objects),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_wrapped_depth),
		cmocka_unit_test(test_wide_is_not_deep),
	};

	return cmocka_run_group_tests(tests, NULL, close_all);
}
