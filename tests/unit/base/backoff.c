/* Unit tests of backoff. */
#include "base/backoff.h"
#include "unit/unit.h"

static void
test_bounds(void **state) /* 100, 200, ... 25600, then 30000 */
{
	struct rc_backoff b;
	long most = 100, largest = 0, wait;

	(void)state;
	rc_backoff_start(&b, most);
	for (int i = 0; i < 2000; i++) {
		wait = rc_backoff_next(&b);
		assert_in_range(wait, 0, most);
		most = most * 2 < 30000 ? most * 2 : 30000;
		largest = wait > largest ? wait : largest;
	}
	assert_true(largest > 25600); /* chance: once in e^300 */
	rc_backoff_reset(&b);
	for (int i = 0; i < 100; i++) {
		assert_in_range(rc_backoff_next(&b), 0, 100);
		rc_backoff_reset(&b);
	}
}

static void
test_long_first(void **state)
{
	struct rc_backoff b;

	(void)state;
	rc_backoff_start(&b, 60000);
	for (int i = 0; i < 100; i++)
		assert_in_range(rc_backoff_next(&b), 0, 60000);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_long_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
