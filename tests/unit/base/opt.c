/* Unit tests of opt. */
#include "base/opt.h"
#include "base/status.h"
#include "unit/unit.h"

/* given: what the setter says to arg. */
static int
given(rc_opt_set *set, void *to, const char *arg)
{
	const struct rc_opt opt = { 0, "it", "ARG", "", set, to };

	return set(&opt, arg);
}

static void
test_numbers(void **state)
{
	static const char *const none[] = { "", " 1", "+1", "-1", "1 ", "1x", "0x1", "1e3",
		"99999999999999999999" };
	uint64_t count = 5;
	int number = 5;

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		assert_int_equal(given(rc_opt_count, &count, none[i]), RC_USAGE);
		assert_int_equal(given(rc_opt_int, &number, none[i]), RC_USAGE);
		assert_int_equal(given(rc_opt_ms, &number, none[i]), RC_USAGE);
	}
	assert_int_equal(given(rc_opt_int, &number, "0"), RC_USAGE);
	assert_int_equal(given(rc_opt_int, &number, "2147483648"), RC_USAGE);
	assert_int_equal(count, 5); /* none of these changed it */
	assert_int_equal(number, 5);
	assert_int_equal(given(rc_opt_count, &count, "0"), 0);
	assert_int_equal(count, 0);
	assert_int_equal(given(rc_opt_count, &count, "18446744073709551614"), 0);
	assert_true(count == UINT64_MAX - 1);
	assert_int_equal(given(rc_opt_count, &count, "18446744073709551615"), RC_USAGE);
	assert_int_equal(given(rc_opt_int, &number, "2147483647"), 0);
	assert_int_equal(number, INT32_MAX);
	assert_int_equal(given(rc_opt_ms, &number, "007"), 0);
	assert_int_equal(number, 7);
	assert_int_equal(given(rc_opt_ms, &number, "5m"), 0);
	assert_int_equal(number, 300000);
	assert_int_equal(given(rc_opt_ms, &number, "25d"), RC_USAGE); /* more than an int has */
	assert_int_equal(given(rc_opt_ms, &number, "0s"), RC_USAGE);
	assert_int_equal(given(rc_opt_seconds, &number, "300"), 0);
	assert_int_equal(number, 300);
	assert_int_equal(given(rc_opt_seconds, &number, "2h"), 0);
	assert_int_equal(number, 7200);
	assert_int_equal(given(rc_opt_seconds, &number, "1500ms"), RC_USAGE);
	assert_int_equal(given(rc_opt_days, &number, "7"), 0);
	assert_int_equal(number, 7);
	assert_int_equal(given(rc_opt_days, &number, "48h"), 0);
	assert_int_equal(number, 2);
	assert_int_equal(given(rc_opt_days, &number, "36h"), RC_USAGE);
	assert_int_equal(number, 2);
}

static void
test_ages(void **state)
{
	static const char *const none[] = { "", "3", "d", "0d", "-1d", "1.5d", "3dd", "3 d",
		"1000000d", "3w" };
	int64_t age = 5;

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++)
		assert_int_equal(given(rc_opt_age, &age, none[i]), RC_USAGE);
	assert_int_equal(age, 5);
	assert_int_equal(given(rc_opt_age, &age, "90s"), 0);
	assert_int_equal(age, 90);
	assert_int_equal(given(rc_opt_age, &age, "2m"), 0);
	assert_int_equal(age, 120);
	assert_int_equal(given(rc_opt_age, &age, "36h"), 0);
	assert_int_equal(age, 36 * 3600);
	assert_int_equal(given(rc_opt_age, &age, "999999d"), 0);
	assert_true(age == INT64_C(999999) * 86400);
}

static void
test_words(void **state)
{
	static const char *const words[] = { "update", "skip", "fail", NULL };
	struct rc_opt_word word = { .words = words };

	(void)state;
	assert_int_equal(given(rc_opt_word, &word, "fail"), 0);
	assert_int_equal(word.index, 2);
	assert_int_equal(given(rc_opt_word, &word, "fai"), RC_USAGE);
	assert_int_equal(given(rc_opt_word, &word, "failed"), RC_USAGE);
	assert_int_equal(given(rc_opt_word, &word, ""), RC_USAGE);
	assert_int_equal(word.index, 2);
	assert_int_equal(given(rc_opt_word, &word, "update"), 0);
	assert_int_equal(word.index, 0);
}

static void
test_others(void **state)
{
	struct rc_opt_list list = { 0 };
	const char *text = NULL;
	int flag = 0;

	(void)state;
	assert_int_equal(given(rc_opt_text, &text, "a"), 0);
	assert_string_equal(text, "a");
	assert_int_equal(given(rc_opt_flag, &flag, NULL), 0);
	assert_int_equal(flag, 1);
	assert_int_equal(given(rc_opt_collect, &list, "x=1"), 0);
	assert_int_equal(given(rc_opt_collect, &list, "x=2"), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0], "x=1");
	assert_string_equal(list.items[1], "x=2");
	free(list.items);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
