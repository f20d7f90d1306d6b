/* Unit tests of deadline. */
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>

#include "base/clock.h"
#include "base/deadline.h"
#include "base/stop.h"
#include "unit/unit.h"

static void
test_time(void **state)
{
	struct rc_deadline far = rc_deadline_in(HUGE_VAL), near = rc_deadline_in(30);

	(void)state;
	assert_int_equal(rc_deadline_left(far), INT_MAX);
	assert_true(rc_deadline_first(far, near).at == near.at);
	assert_true(rc_deadline_first(near, far).at == near.at);
	assert_true(rc_deadline_left(near) > 0 && rc_deadline_left(near) <= 31);
	assert_int_equal(rc_deadline_end(far), RC_DEADLINE_AHEAD);
	assert_int_equal(rc_deadline_wait(near, -1, POLLIN), 0);
	assert_int_equal(rc_deadline_end(near), RC_DEADLINE_OVER);
	assert_int_equal(rc_deadline_left(near), 0);
}

static void
test_ready(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(rc_deadline_wait(rc_deadline_in(1), ends[0], POLLIN), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(rc_deadline_wait(rc_deadline_in(60000), ends[0], POLLIN), 1);
	/* what is ready is so whatever the time */
	assert_int_equal(rc_deadline_wait(rc_deadline_in(-1), ends[0], POLLIN), 1);
	close(ends[0]);
	close(ends[1]);
}

static void
test_sleep(void **state)
{
	double before = rc_clock_now();

	(void)state;
	rc_deadline_sleep(rc_deadline_in(20), 60000);
	assert_true(rc_clock_now() - before < 30);
	rc_deadline_sleep(rc_deadline_in(60000), 20);
	assert_true(rc_clock_now() - before >= 0.04);
}

/* The last: nothing takes a stop request back. */
static void
test_stop(void **state)
{
	struct rc_deadline far = rc_deadline_in(60000);
	double before = rc_clock_now();

	(void)state;
	assert_int_equal(rc_stop_setup(), 0);
	raise(SIGTERM);
	assert_int_equal(rc_deadline_end(far), RC_DEADLINE_AHEAD); /* what was begun may end */
	assert_true(
	    rc_deadline_left(far) > 0 && rc_deadline_left(far) <= RC_STOP_GRACE_S * 1000 + 1);
	rc_deadline_sleep(far, 60000); /* nothing is begun */
	assert_int_equal(rc_deadline_wait(far, -1, POLLIN), -1);
	assert_true(rc_clock_now() - before >= RC_STOP_GRACE_S && rc_clock_now() - before < 30);
	assert_int_equal(rc_deadline_end(far), RC_DEADLINE_STOPPED);
	assert_int_equal(rc_deadline_end(rc_deadline_in(-1)), RC_DEADLINE_STOPPED);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_sleep),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
