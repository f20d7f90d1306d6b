/* Unit tests of pace. */
#include <time.h>

#include "portal/pace.h"
#include "unit/unit.h"

static void
pass_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static void
test_pace(void **state)
{
	static char text[5000];
	struct rc_pace p;

	(void)state;
	memset(text, 'x', sizeof(text));
	rc_pace_start(&p, 50);
	assert_int_equal(rc_pace_is_slow(&p, text, 0), 0); /* not yet */
	pass_ms(60);
	assert_int_equal(rc_pace_is_slow(&p, "", 0), 1);
	assert_int_equal(rc_pace_is_slow(&p, "\n\r \t", 4), 1);
	assert_int_equal(p.bytes, 0);
	assert_int_equal(rc_pace_is_slow(&p, text, sizeof(text)), 0); /* enough for five seconds */
	rc_pace_start(&p, 50);
	assert_int_equal(p.bytes, 0);
	memset(text, '\n', sizeof(text));
	pass_ms(60);
	assert_int_equal(rc_pace_is_slow(&p, text, sizeof(text)), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_pace) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
