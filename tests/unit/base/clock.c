/* Unit tests of clock. */
#include <time.h>

#include "base/clock.h"
#include "unit/unit.h"

static void
test_seconds(void **state)
{
	const struct timespec nap = { .tv_nsec = 20000000 };
	double before = rc_clock_now(), after;

	(void)state;
	nanosleep(&nap, NULL);
	after = rc_clock_now();
	assert_true(after - before >= 0.02);
	assert_true(after - before < 60); /* seconds, not something smaller */
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
