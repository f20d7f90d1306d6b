/* Unit tests of dedup. */
#include "base/dedup.h"
#include "unit/unit.h"

static enum rc_dedup_when
add(struct rc_dedup *s, int n)
{
	enum rc_dedup_when when;
	char text[16];
	uint64_t *note;

	snprintf(text, sizeof(text), "%d", n);
	assert_int_equal(rc_dedup_add(s, text, strlen(text), &when, &note), 0);
	assert_int_equal(*note, when == RC_DEDUP_NEVER ? 0 : n + 1);
	*note = (uint64_t)n + 1;
	assert_true(rc_dedup_has(s, text, strlen(text)));
	return when;
}

static void
test_rounds(void **state)
{
	const int many = 20000;
	struct rc_dedup s = { 0 };

	(void)state;
	for (int i = 0; i < many; i++)
		assert_int_equal(add(&s, i), RC_DEDUP_NEVER);
	for (int i = 0; i < many; i++)
		assert_int_equal(add(&s, i), RC_DEDUP_AGAIN);
	assert_int_equal(s.count, many);
	rc_dedup_next_round(&s);
	for (int i = many - 1; i >= 0; i--)
		assert_int_equal(add(&s, i), RC_DEDUP_EARLIER);
	assert_int_equal(add(&s, 0), RC_DEDUP_AGAIN);
	assert_int_equal(add(&s, many), RC_DEDUP_NEVER);
	rc_dedup_free(&s);
	assert_int_equal(add(&s, 0), RC_DEDUP_NEVER);
	rc_dedup_free(&s);
}

static void
test_many_rounds(void **state) /* more than the number of a round can count */
{
	struct rc_dedup s = { 0 };

	(void)state;
	assert_int_equal(add(&s, 1), RC_DEDUP_NEVER);
	for (long i = 0; i < 140000; i++) {
		rc_dedup_next_round(&s);
		assert_int_equal(add(&s, 1), RC_DEDUP_EARLIER);
		assert_int_equal(add(&s, 1), RC_DEDUP_AGAIN);
	}
	rc_dedup_free(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_many_rounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
