/* Unit tests of buf and span. */
#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "unit/unit.h"

static void
test_grows(void **state)
{
	struct rc_buf b = { 0 };

	(void)state;
	for (int i = 0; i < 5000; i++)
		assert_int_equal(rc_buf_addc(&b, (char)('a' + i % 26)), 0);
	assert_int_equal(b.len, 5000);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(b.data[i], 'a' + i % 26);
	assert_true(b.room >= b.len);
	rc_buf_free(&b);
	assert_null(b.data);
	assert_int_equal(b.len + b.room, 0);
}

static void
test_appends(void **state)
{
	struct rc_buf b = { 0 };

	(void)state;
	assert_int_equal(rc_buf_add(&b, NULL, 0), 0);
	assert_int_equal(rc_buf_adds(&b, "ab"), 0);
	assert_int_equal(rc_buf_printf(&b, "%d-%s", 17, "x"), 0);
	assert_int_equal(rc_buf_add(&b, "\0c", 2), 0);
	span_is("appended", rc_buf_span(&b), SPAN("ab17-x\0c"));
	assert_string_equal(rc_buf_text(&b) + 7, "c");
	assert_int_equal(b.len, 8);
	rc_buf_free(&b);
}

static void
test_long_printf(void **state)
{
	struct rc_buf b = { 0 };
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(rc_buf_printf(&b, "<%s>", text), 0);
	assert_int_equal(b.len, sizeof(text) + 1);
	assert_int_equal(b.data[b.len - 1], '>');
	rc_buf_free(&b);
}

static void
test_numbers(void **state)
{
	struct rc_buf b = { 0 };

	(void)state;
	assert_int_equal(rc_buf_addi(&b, 0), 0);
	assert_int_equal(rc_buf_addi(&b, -1), 0);
	assert_int_equal(rc_buf_addi(&b, 1713398400000), 0);
	assert_int_equal(rc_buf_addi(&b, INT64_MAX), 0);
	assert_int_equal(rc_buf_addi(&b, INT64_MIN), 0);
	span_is("numbers", rc_buf_span(&b),
	    SPAN("0-117133984000009223372036854775807-9223372036854775808"));
	rc_buf_free(&b);
}

static void
test_too_large(void **state)
{
	struct rc_buf b = { 0 };

	(void)state;
	assert_int_equal(rc_buf_adds(&b, "kept"), 0);
	assert_int_equal(rc_buf_grow(&b, SIZE_MAX), RC_OSERR);
	assert_int_equal(rc_buf_grow(&b, SIZE_MAX / 2), RC_OSERR);
	span_is("after a failure", rc_buf_span(&b), SPAN("kept"));
	rc_buf_free(&b);
}

static void
test_spans(void **state)
{
	(void)state;
	span_is("trimmed", rc_span_trim(SPAN(" \t\r\na b\n ")), SPAN("a b"));
	span_is("nothing left", rc_span_trim(SPAN(" \n")), SPAN(""));
	span_is("no white space of JSON", rc_span_trim(SPAN("\v\f")), SPAN("\v\f"));
	assert_true(rc_span_is(SPAN("null"), "null"));
	assert_false(rc_span_is(SPAN("nul"), "null"));
	assert_false(rc_span_is(SPAN("null\0"), "null"));
	assert_true(rc_span_is((struct rc_span){ NULL, 0 }, ""));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_long_printf),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
