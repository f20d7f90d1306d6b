/* Unit tests of share. */
#include "base/share.h"
#include "unit/unit.h"

static void
test_numbers(void **state)
{
	uint64_t most;

	(void)state;
	assert_int_equal(rc_share_read("0", 500, &most), 0);
	assert_int_equal(most, 0);
	assert_int_equal(rc_share_read("20", 5, &most), 0);
	assert_int_equal(most, 20);
	assert_int_equal(rc_share_read("18446744073709551615", 5, &most), 0);
	assert_true(most == UINT64_MAX);
}

static void
test_parts(void **state)
{
	uint64_t most;

	(void)state;
	assert_int_equal(rc_share_read("1%", 18204, &most), 0);
	assert_int_equal(most, 182);
	assert_int_equal(rc_share_read("0.5%", 1000, &most), 0);
	assert_int_equal(most, 5);
	assert_int_equal(rc_share_read("1%", 99, &most), 0);
	assert_int_equal(most, 1);
	assert_int_equal(rc_share_read("100%", 7, &most), 0);
	assert_int_equal(most, 7);
}

static void
test_neither(void **state)
{
	static const char *const texts[] = { "", "%", "-1", "1 %", "1%%", "101%", "0%", ".5%",
		"1.5", "1e3", "nan%", "1..2%", "18446744073709551616", " 1", "0x1" };
	uint64_t most;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(rc_share_read(texts[i], 100, &most), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_parts), cmocka_unit_test(test_neither) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
