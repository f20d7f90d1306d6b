/* Unit tests of retry. */
#include <limits.h>

#include "portal/retry.h"
#include "unit/unit.h"

#define NOW 1713398400 /* 2024-04-18 00:00:00 UTC */

static void
test_times(void **state)
{
	(void)state;
	assert_int_equal(rc_retry_until("1713398460", NOW), 60);
	assert_int_equal(rc_retry_until("2024-04-18T00:01:00", NOW), 60);
	assert_int_equal(rc_retry_until("2024-04-18 00:01:00+00:00", NOW), 60);
	assert_int_equal(rc_retry_until("2024-04-18T02:01:00+02:00", NOW), 60);
	assert_int_equal(rc_retry_until("2024-04-17T22:31:00-0130", NOW), 60);
	assert_int_equal(rc_retry_until("2024-04-19", NOW), 86400);
	assert_int_equal(rc_retry_until(" 1713398460 ", NOW), 60);
	assert_true(rc_retry_until("9223372036854775807", NOW) == LONG_MAX - NOW);
}

static void
test_none(void **state)
{
	static const char *const none[] = { "", "soon", "2024-04-18", "2024-04-17", "1713398399",
		"2024-13-01", "-5", "1713398460 or so", "1e10", "1713398460.5",
		"9223372036854775808" };

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++)
		assert_int_equal(rc_retry_until(none[i], NOW), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
