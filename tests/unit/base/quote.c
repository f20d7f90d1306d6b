/* Unit tests of quote. */
#include "base/quote.h"
#include "unit/unit.h"

static void
becomes(int (*put)(struct rc_buf *, struct rc_span), struct rc_span text, const char *want)
{
	struct rc_buf out = { 0 };
	char *copy = exact(text.p, text.n);

	assert_int_equal(rc_buf_adds(&out, ">"), 0);
	assert_int_equal(put(&out, (struct rc_span){ copy, text.n }), 0);
	assert_int_equal(out.data[0], '>'); /* it appends */
	span_is(want, (struct rc_span){ out.data + 1, out.len - 1 },
	    (struct rc_span){ want, strlen(want) });
	free(copy);
	rc_buf_free(&out);
}

static void
test_escapes(void **state) /* RFC 8259, section 7 */
{
	(void)state;
	becomes(rc_quote_put, SPAN(""), "\"\"");
	becomes(rc_quote_put, SPAN("a\"b\\c/"), "\"a\\\"b\\\\c/\"");
	becomes(rc_quote_put, SPAN("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
	becomes(rc_quote_put, SPAN("\0\x01\x1F\x7F"), "\"\\u0000\\u0001\\u001f\x7F\"");
	becomes(rc_quote_put, SPAN("é€\xF0\x9F\x98\x80"), "\"é€\xF0\x9F\x98\x80\"");
}

static void
test_end(void **state) /* at each place of a text longer than what is looked at in one step */
{
	char text[70];

	(void)state;
	for (size_t n = 0; n <= sizeof(text); n++)
		for (size_t at = 0; at < n; at++) {
			char *copy;

			memset(text, 'x', sizeof(text));
			text[at] = '"';
			copy = exact(text, n);
			assert_ptr_equal(rc_quote_end(copy, copy + n), copy + at);
			copy[at] = '\x1F';
			assert_ptr_equal(rc_quote_end(copy, copy + n), copy + at);
			copy[at] = '\xE9'; /* may stand as it is */
			assert_ptr_equal(rc_quote_end(copy, copy + n), copy + n);
			free(copy);
		}
}

static void
test_lossy(void **state)
{
	(void)state;
	becomes(rc_quote_lossy, SPAN("é"), "\"é\"");
	becomes(rc_quote_lossy, SPAN("a\xFF\"\xC3"), "\"a\xEF\xBF\xBD\\\"\xEF\xBF\xBD\"");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_lossy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
