/* Unit tests of inflight, against what its header says, done the slow way. */
#include "kafka/inflight.h"
#include "kafka/message.h"
#include "unit/unit.h"

enum { WAITING, ACKED, FAILED };

enum { NONE = -9999999 }; /* no position */

static struct rc_inflight *f;

static int
open_one(void **state)
{
	(void)state;
	return rc_inflight_open(&f, 1);
}

static int
close_one(void **state)
{
	(void)state;
	rc_inflight_close(f);
	rc_inflight_close(NULL);
	return 0;
}

static uint64_t
add(long date, uint64_t line)
{
	uint64_t number = UINT64_MAX;

	assert_int_equal(rc_inflight_add(f, date, line, &number), 0);
	return number;
}

static void
position_is(long want)
{
	long days = NONE;
	int found = rc_inflight_position(f, &days);

	if (found != (want != NONE) || (found && days != want))
		fail_msg("there %d, day %ld, want %ld", found, days, want);
}

static void
test_in_order(void **state)
{
	uint64_t a, b, c;

	(void)state;
	position_is(NONE);
	assert_int_equal(rc_inflight_left(f), 0);
	a = add(100, 1);
	b = add(101, 2);
	c = add(103, 3);
	assert_true(a != b && b != c && a != c);
	assert_int_equal(rc_inflight_left(f), 3);
	position_is(NONE);
	rc_inflight_done(f, a, 1);
	position_is(99);
	rc_inflight_done(f, b, 1);
	position_is(100);
	rc_inflight_done(f, c, 1);
	position_is(102);
	assert_int_equal(rc_inflight_left(f), 0);
	assert_int_equal(rc_inflight_acked(f), 3);
	assert_int_equal(rc_inflight_failed(f), 0);
}

static void
test_out_of_order(void **state)
{
	uint64_t a = add(100, 1), b = add(110, 2), c = add(120, 3), d = add(130, 4);

	(void)state;
	rc_inflight_done(f, d, 1);
	rc_inflight_done(f, b, 1);
	position_is(NONE); /* a is missing */
	rc_inflight_done(f, a, 1);
	position_is(109); /* not 129: c is missing */
	rc_inflight_done(f, c, 1);
	position_is(129);
}

static void
test_failure_holds_it(void **state)
{
	uint64_t a = add(100, 1), b = add(110, 7), c = add(120, 9), d = add(125, 5);

	(void)state;
	rc_inflight_done(f, a, 1);
	rc_inflight_done(f, c, 0);
	rc_inflight_done(f, b, 0);
	rc_inflight_done(f, d, 1);
	position_is(99);
	assert_int_equal(rc_inflight_left(f), 0);
	assert_int_equal(rc_inflight_acked(f), 2);
	assert_int_equal(rc_inflight_failed(f), 2);
	assert_int_equal(rc_inflight_first_failed(f), 7);
	rc_inflight_done(f, add(130, 3), 0); /* a lower line, later */
	assert_int_equal(rc_inflight_first_failed(f), 3);
	rc_inflight_done(f, add(999, 99), 1);
	position_is(99);
}

/* Records do not always come oldest first. */
static void
test_unsorted_dates(void **state)
{
	uint64_t a = add(200, 1), b = add(150, 2), c = add(100, 3), d = add(300, 4);

	(void)state;
	rc_inflight_done(f, a, 1);
	position_is(99); /* below c, which is still on its way */
	rc_inflight_done(f, c, 1);
	position_is(149); /* below b */
	rc_inflight_done(f, b, 1);
	position_is(199); /* the newest counts; d is above it */
	rc_inflight_done(f, d, 0);
	position_is(199);
	rc_inflight_done(f, add(40, 5), 0);
	position_is(39);
}

/* The day of a record that is not there is fetched again. */
static void
test_same_day(void **state)
{
	uint64_t a = add(100, 1), b = add(99, 2);

	(void)state;
	rc_inflight_done(f, a, 1);
	position_is(98);
	rc_inflight_done(f, b, 1);
	position_is(99);
	b = add(100, 3);
	position_is(99);
	rc_inflight_done(f, b, 0);
	position_is(99);
}

static void
test_no_dates(void **state)
{
	uint64_t a = add(RC_MESSAGE_NO_DATE, 1), b = add(100, 2), c = add(RC_MESSAGE_NO_DATE, 3);

	(void)state;
	rc_inflight_done(f, a, 1);
	position_is(NONE);
	rc_inflight_done(f, b, 1);
	position_is(99);
	rc_inflight_done(f, c, 0);
	position_is(99);
}

static void
test_forget(void **state)
{
	uint64_t a = add(100, 1), b;

	(void)state;
	add(50, 2);
	rc_inflight_forget(f);
	assert_int_equal(rc_inflight_left(f), 1);
	rc_inflight_done(f, a, 1);
	position_is(99); /* not held by what was not sent */
	add(50, 2);
	rc_inflight_forget(f);
	b = add(101, 3);
	rc_inflight_done(f, b, 1);
	position_is(100);
	assert_int_equal(rc_inflight_left(f), 0);
}

static void
test_overlap(void **state)
{
	static const int overlaps[] = { 0, 1, 7, 100 };

	(void)state;
	for (size_t i = 0; i < COUNT(overlaps); i++) {
		rc_inflight_close(f);
		assert_int_equal(rc_inflight_open(&f, overlaps[i]), 0);
		rc_inflight_done(f, add(1000, 1), 1);
		position_is(1000 - overlaps[i]);
		add(1000 - overlaps[i], 2); /* on the position's day: it must be below */
		position_is(1000 - overlaps[i] - 1);
	}
}

/* The model: all records that were ever added. */
static struct {
	long date;
	uint64_t line, number;
	int state;
} all[6000];

static void
test_model(void **state)
{
	enum { ROUNDS = 30 };
	uint64_t seed = random_seed();

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t added = 0, ahead = 1 + random_below(&seed, round % 3 == 0 ? 5000 : 20);
		size_t fail_one_in = round % 2 == 0 ? 0 : 500, acked = 0, failed = 0;
		uint64_t first_failed = 0;

		rc_inflight_close(f);
		assert_int_equal(rc_inflight_open(&f, 1), 0);
		for (int step = 0; step < 8000; step++) {
			size_t open = 0, oldest = 0, pick;
			long want = NONE;

			if (added - acked - failed < ahead && added < COUNT(all)) {
				all[added].date = random_below(&seed, 20) == 0
				    ? RC_MESSAGE_NO_DATE
				    : 10000 + step / 10 - (long)random_below(&seed, 30);
				all[added].line = added + 1;
				all[added].state = WAITING;
				all[added].number = add(all[added].date, added + 1);
				if (random_below(&seed, 10) == 0)
					rc_inflight_forget(f);
				else
					added++;
			}
			if (random_below(&seed, 2) == 0 && added > 0) {
				pick = added - 1 - random_below(&seed, added < 30 ? added : 30);
				if (random_below(&seed, 3) == 0) /* the oldest */
					for (pick = 0; pick < added && all[pick].state != WAITING;)
						pick++;
				if (pick < added && all[pick].state == WAITING) {
					all[pick].state =
					    fail_one_in > 0 && random_below(&seed, fail_one_in) == 0
					    ? FAILED
					    : ACKED;
					rc_inflight_done(
					    f, all[pick].number, all[pick].state == ACKED);
					acked += all[pick].state == ACKED;
					failed += all[pick].state == FAILED;
					if (all[pick].state == FAILED &&
					    (first_failed == 0 || all[pick].line < first_failed))
						first_failed = all[pick].line;
				}
			}
			assert_int_equal(rc_inflight_left(f), added - acked - failed);
			if (step % 50 != 0)
				continue;
			for (; oldest < added && all[oldest].state == ACKED; oldest++)
				if (all[oldest].date != RC_MESSAGE_NO_DATE &&
				    (want == NONE || all[oldest].date - 1 > want))
					want = all[oldest].date - 1;
			for (open = oldest; open < added && want != NONE; open++)
				if (all[open].state != ACKED &&
				    all[open].date != RC_MESSAGE_NO_DATE && all[open].date <= want)
					want = all[open].date - 1;
			position_is(want);
		}
		assert_int_equal(rc_inflight_acked(f), acked);
		assert_int_equal(rc_inflight_failed(f), failed);
		if (failed > 0)
			assert_int_equal(rc_inflight_first_failed(f), first_failed);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_in_order, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_out_of_order, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_failure_holds_it, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_unsorted_dates, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_same_day, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_no_dates, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_forget, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_overlap, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_model, open_one, close_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
