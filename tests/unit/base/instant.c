/* Unit tests of instant. */
#include "base/instant.h"
#include "unit/unit.h"

#define NOW INT64_C(1713400000000)

static void
test_instants(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = { { "2024-04-18", 1713398400000 }, { "2024-04-18T06:00", 1713420000000 },
		{ "2024-04-18T06:00:01.5Z", 1713420001500 }, { "2024-04-18 06:00", 1713420000000 },
		{ "2024-04-18T06:00+02:00", 1713412800000 }, { "1970-01-01", 0 },
		{ "-1h", NOW - 3600000 }, { "-500ms", NOW - 500 }, { "-3d", NOW - 3 * 86400000 },
		{ "1713398400000", 1713398400000 }, { "100000000000", 100000000000 } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *why = "";
		int64_t ms = -1;

		if (rc_instant_read(cases[i].text, NOW, &ms, &why) != 0 || ms != cases[i].ms)
			fail_msg("%s: %lld: %s", cases[i].text, (long long)ms, why);
	}
}

static void
test_none(void **state)
{
	static const char *const none[] = { "", "-", "-1", "-h", "yesterday", "2024-04",
		"2024-02-30", "2024-04-18T", "2024-04-18T25:00", "2024-04-18x", "1h", "+1h", "1.5",
		" 1713398400000" };
	/* another unit */
	static const char *const units[] = { "0", "20240418", "1700000000", "99999999999",
		"100000000000000", "1700000000000000", "1700000000000000000" };
	const char *why;
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++)
		if (rc_instant_read(none[i], NOW, &ms, &why) != -1 ||
		    strstr(why, "not a time") == NULL)
			fail_msg("%s", none[i]);
	for (size_t i = 0; i < COUNT(units); i++)
		if (rc_instant_read(units[i], NOW, &ms, &why) != -1 ||
		    strstr(why, "milliseconds") == NULL)
			fail_msg("%s", units[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_instants),
		cmocka_unit_test(test_none) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
