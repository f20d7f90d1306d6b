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

	assert_int_equal(rc_inflight_add(f, date, line, (int64_t)line * 10, &number), 0);
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

/* What a right answer is, of what was added and has ended so far. */
struct model {
	uint64_t seed, first_failed;
	size_t added, acked, failed, fail_one_in;
};

static void
model_add(struct model *m, int step)
{
	size_t i = m->added;

	all[i].date = random_below(&m->seed, 20) == 0
	    ? RC_MESSAGE_NO_DATE
	    : 10000 + step / 10 - (long)random_below(&m->seed, 30);
	all[i].line = i + 1;
	all[i].state = WAITING;
	all[i].number = add(all[i].date, i + 1);
	if (random_below(&m->seed, 10) == 0)
		rc_inflight_forget(f);
	else
		m->added++;
}

/* model_end: one of the newest, or the oldest, if it still waits. */
static void
model_end(struct model *m)
{
	size_t pick = m->added - 1 - random_below(&m->seed, m->added < 30 ? m->added : 30);

	if (random_below(&m->seed, 3) == 0)
		for (pick = 0; pick < m->added && all[pick].state != WAITING;)
			pick++;
	if (pick == m->added || all[pick].state != WAITING)
		return;
	all[pick].state = ACKED;
	if (m->fail_one_in > 0 && random_below(&m->seed, m->fail_one_in) == 0)
		all[pick].state = FAILED;
	rc_inflight_done(f, all[pick].number, all[pick].state == ACKED);
	m->acked += all[pick].state == ACKED;
	m->failed += all[pick].state == FAILED;
	if (all[pick].state == FAILED && (m->first_failed == 0 || all[pick].line < m->first_failed))
		m->first_failed = all[pick].line;
}

/* model_position: the newest date of those before which all are acknowledged, less a day, and
 * not beyond what is still to come. */
static long
model_position(const struct model *m)
{
	size_t i = 0;
	long want = NONE;

	for (; i < m->added && all[i].state == ACKED; i++)
		if (all[i].date != RC_MESSAGE_NO_DATE && (want == NONE || all[i].date - 1 > want))
			want = all[i].date - 1;
	for (; i < m->added && want != NONE; i++)
		if (all[i].state != ACKED && all[i].date != RC_MESSAGE_NO_DATE &&
		    all[i].date <= want)
			want = all[i].date - 1;
	return want;
}

static void
test_model(void **state)
{
	enum { ROUNDS = 30 };
	struct model m = { .seed = random_seed() };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t ahead = 1 + random_below(&m.seed, round % 3 == 0 ? 5000 : 20);

		m = (struct model){ .seed = m.seed, .fail_one_in = round % 2 == 0 ? 0 : 500 };
		rc_inflight_close(f);
		assert_int_equal(rc_inflight_open(&f, 1), 0);
		for (int step = 0; step < 8000; step++) {
			if (m.added - m.acked - m.failed < ahead && m.added < COUNT(all))
				model_add(&m, step);
			if (random_below(&m.seed, 2) == 0 && m.added > 0)
				model_end(&m);
			assert_int_equal(rc_inflight_left(f), m.added - m.acked - m.failed);
			if (step % 50 == 0)
				position_is(model_position(&m));
		}
		assert_int_equal(rc_inflight_acked(f), m.acked);
		assert_int_equal(rc_inflight_failed(f), m.failed);
		if (m.failed > 0)
			assert_int_equal(rc_inflight_first_failed(f), m.first_failed);
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
