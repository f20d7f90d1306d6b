/* Unit tests of odsql. */
#include "portal/odsql.h"
#include "base/status.h"
#include "unit/unit.h"

static void
test_fields(void **state)
{
	struct rc_buf out = { 0 };

	(void)state;
	assert_int_equal(rc_odsql_field(&out, "date_publication"), 0);
	assert_int_equal(rc_odsql_field(&out, "a b"), 0);
	assert_int_equal(rc_odsql_field(&out, "1a"), 0);
	span_is("fields", rc_buf_span(&out), SPAN("date_publication`a b``1a`"));
	assert_int_equal(rc_odsql_field(&out, "a`b"), RC_CONFIG);
	rc_buf_free(&out);
}

static void
test_dates(void **state)
{
	struct rc_buf out = { 0 };

	(void)state;
	assert_true(rc_odsql_is_date(SPAN("2024-04-18")));
	assert_true(rc_odsql_is_date(SPAN("2024-04-18T05:06:07+00:00")));
	assert_false(rc_odsql_is_date(SPAN("")));
	assert_false(rc_odsql_is_date(SPAN("2024-04-18' OR 1=1")));
	assert_false(rc_odsql_is_date(SPAN("soon")));
	assert_int_equal(rc_odsql_date(&out, SPAN("2024-04-18")), 0);
	span_is("date", rc_buf_span(&out), SPAN("date'2024-04-18'"));
	rc_buf_free(&out);
}

static void
test_encoding(void **state) /* RFC 3986, section 2.3: what is unreserved stays */
{
	struct rc_buf out = { 0 };

	(void)state;
	assert_int_equal(rc_odsql_encode(&out, SPAN("aZ09-._~")), 0);
	assert_int_equal(rc_odsql_encode(&out, SPAN(" /?#&=+%é\0")), 0);
	span_is("encoded", rc_buf_span(&out), SPAN("aZ09-._~%20%2F%3F%23%26%3D%2B%25%C3%A9%00"));
	rc_buf_free(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_encoding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
