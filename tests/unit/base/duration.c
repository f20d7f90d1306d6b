/* Unit tests of duration. */
#include "base/duration.h"
#include "unit/unit.h"

static void
test_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t unit_ms, ms; /* ms -1: it is none */
	} cases[] = { { "500ms", 0, 500 }, { "30s", 0, 30000 }, { "5m", 1, 300000 },
		{ "36h", 0, 129600000 }, { "3d", 0, 259200000 }, { "007", 1, 7 },
		{ "7", RC_DURATION_DAY, 604800000 }, { "0", 1000, 0 }, { "0s", 0, 0 },
		{ "999999999d", 0, 999999999 * RC_DURATION_DAY }, { "1000000000", 1, -1 },
		{ "7", 0, -1 }, { "", 1, -1 }, { "s", 1, -1 }, { "3w", 1, -1 }, { "3 s", 1, -1 },
		{ " 3s", 1, -1 }, { "-3s", 1, -1 }, { "1.5h", 1, -1 }, { "3S", 1, -1 },
		{ "3sm", 1, -1 }, { "3mss", 1, -1 } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t ms = -1;
		int status = rc_duration_read(cases[i].text, cases[i].unit_ms, &ms);

		if (status != (cases[i].ms == -1 ? -1 : 0) || (status == 0 && ms != cases[i].ms))
			fail_msg("%s: %d, %lld", cases[i].text, status, (long long)ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_durations) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
