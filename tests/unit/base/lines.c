/* Unit tests of lines. */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/stop.h"
#include "unit/base/lines_pipe.h"

static void
feed(const char *p, size_t n)
{
	assert_int_equal(write(ends[1], p, n), n);
}

static void
feed_text(const char *text)
{
	feed(text, strlen(text));
}

/* line_is: the next line, which must be there already. */
static void
line_is(uint64_t number, struct rc_span want)
{
	struct rc_line line;

	assert_int_equal(next(0, &line), RC_EVENT_LINE);
	assert_int_equal(line.number, number);
	assert_non_null(line.text.p);
	span_is("line", line.text, want);
}

static void
no_line(enum rc_event want)
{
	struct rc_line line;

	assert_int_equal(next(0, &line), want);
	assert_int_equal(next(0, &line), want); /* and so it stays */
}

static void
test_pieces(void **state)
{
	(void)state;
	assert_string_equal(rc_lines_name(l), "input");
	no_line(RC_EVENT_IDLE);
	feed_text("{\"a\"");
	no_line(RC_EVENT_IDLE);
	feed_text(":1}");
	no_line(RC_EVENT_IDLE);
	feed_text("\n");
	line_is(1, SPAN("{\"a\":1}"));
	no_line(RC_EVENT_IDLE);
	feed_text("b\nc\nd");
	line_is(2, SPAN("b"));
	line_is(3, SPAN("c"));
	no_line(RC_EVENT_IDLE);
	feed_text("d\n\n\ne\n");
	line_is(4, SPAN("dd"));
	line_is(5, SPAN(""));
	line_is(6, SPAN(""));
	line_is(7, SPAN("e"));
	no_line(RC_EVENT_IDLE);
	feed_end();
	no_line(RC_EVENT_END);
	assert_int_equal(rc_lines_bytes(l), strlen("{\"a\":1}\nb\nc\ndd\n\n\ne\n"));
}

static void
test_no_lf_at_end(void **state)
{
	(void)state;
	feed_text("a\nlast");
	line_is(1, SPAN("a"));
	no_line(RC_EVENT_IDLE);
	feed_end();
	line_is(2, SPAN("last"));
	no_line(RC_EVENT_END);
	assert_int_equal(rc_lines_bytes(l), 6);
}

static void
test_empty(void **state)
{
	(void)state;
	feed_end();
	no_line(RC_EVENT_END);
	assert_int_equal(rc_lines_bytes(l), 0);
}

static void
test_only_lf(void **state)
{
	(void)state;
	feed_text("\n");
	feed_end();
	line_is(1, SPAN(""));
	no_line(RC_EVENT_END);
}

static void
test_bytes_are_kept(void **state)
{
	static const char text[] = "a\r\n\0\nb\0c\r\r\n\xFF\xC3\n \t\v\f\n\r";

	(void)state;
	feed(text, sizeof(text) - 1);
	feed_end();
	line_is(1, SPAN("a\r"));
	line_is(2, SPAN("\0"));
	line_is(3, SPAN("b\0c\r\r"));
	line_is(4, SPAN("\xFF\xC3"));
	line_is(5, SPAN(" \t\v\f"));
	line_is(6, SPAN("\r"));
	no_line(RC_EVENT_END);
}

static void
test_waiting(void **state)
{
	struct timespec before, after;
	struct rc_line line;
	long ms;

	(void)state;
	feed_text("half a line");
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(next(60, &line), RC_EVENT_IDLE);
	clock_gettime(CLOCK_MONOTONIC, &after);
	ms = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
	assert_true(ms >= 55);
	feed_text("\n");
	assert_int_equal(next(-1, &line), RC_EVENT_LINE);
	span_is("line", line.text, SPAN("half a line"));
	feed_end();
	assert_int_equal(next(-1, &line), RC_EVENT_END);
}

/* A writer that takes its time, and a reader that waits for ever. */
static void
test_slow_writer(void **state)
{
	struct timespec pause = { 0, 20000000 };
	struct rc_line line;
	int status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		for (int i = 0; i < 6; i++) {
			nanosleep(&pause, NULL);
			if (write(ends[1], i % 2 == 0 ? "ab" : "c\n", 2) != 2)
				_exit(1);
		}
		_exit(0);
	}
	assert_true(pid > 0);
	feed_end();
	for (uint64_t i = 1; i <= 3; i++) {
		assert_int_equal(next(-1, &line), RC_EVENT_LINE);
		assert_int_equal(line.number, i);
		span_is("line", line.text, SPAN("abc"));
	}
	assert_int_equal(next(-1, &line), RC_EVENT_END);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Any lines, in any pieces. */
static void
test_random(void **state)
{
	enum { SIZE = 3000000 };
	uint64_t seed = random_seed(), number = 0;
	char *text = malloc(SIZE);
	size_t fed = 0, given = 0, until = 0;
	struct rc_line line;
	enum rc_event event;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < SIZE; i++) {
		if (until == 0) /* lines that are longer than a read, too */
			until =
			    1 + random_below(&seed, random_below(&seed, 50) == 0 ? 400000 : 100);
		text[i] = --until == 0 ? '\n' : (char)('a' + i % 26);
	}
	for (;;) {
		size_t n = 1 + random_below(&seed, 60000);

		if (n > SIZE - fed)
			n = SIZE - fed;
		if (n > 0)
			feed(text + fed, n);
		fed += n;
		if (fed == SIZE && ends[1] != -1)
			feed_end();
		while ((event = next(0, &line)) == RC_EVENT_LINE) {
			assert_int_equal(line.number, ++number);
			assert_true(given + line.text.n <= fed);
			assert_memory_equal(line.text.p, text + given, line.text.n);
			assert_null(memchr(line.text.p, '\n', line.text.n));
			given += line.text.n;
			assert_true(given == SIZE || text[given] == '\n');
			given += given < SIZE;
		}
		if (event == RC_EVENT_END)
			break;
	}
	assert_int_equal(given, SIZE);
	assert_int_equal(rc_lines_bytes(l), SIZE);
	free(text);
}

static void
test_unreadable(void **state)
{
	struct rc_line line;
	enum rc_event event;
	struct said said;
	int status, fd = open("/", O_RDONLY);

	(void)state;
	assert_true(fd != -1);
	rc_lines_close(l);
	assert_int_equal(rc_lines_open(&l, fd, "folder"), 0);
	said_begin(&said);
	status = rc_lines_next(l, -1, &event, &line);
	said_end(&said);
	assert_int_equal(status, RC_IO);
	assert_int_equal(lines_said(&said), 1);
	assert_non_null(strstr(said.text, "folder: line 1: "));
	close(fd);
}

static void
test_watched(void **state)
{
	enum rc_event event = (enum rc_event)77;
	struct rc_line line;
	int output[2];

	(void)state;
	assert_int_equal(pipe(output), 0);
	rc_lines_watch(l, output[1]);
	no_line(RC_EVENT_IDLE);
	feed_text("a\n");
	line_is(1, SPAN("a"));
	close(output[0]);
	assert_int_equal(rc_lines_next(l, -1, &event, &line), RC_PIPE);
	close(output[1]);
}

/* Last, for what is asked here is not taken back. */
static void
test_stop(void **state)
{
	struct rc_line line;

	(void)state;
	assert_int_equal(rc_stop_setup(), 0);
	feed_text("a\nb\n");
	line_is(1, SPAN("a"));
	raise(SIGTERM);
	assert_int_equal(next(-1, &line), RC_EVENT_END); /* b was not dealt with, nor is it */
	assert_int_equal(rc_stop_signal(), SIGTERM);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pieces, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_no_lf_at_end, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_empty, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_only_lf, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_bytes_are_kept, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_waiting, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_slow_writer, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_random, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_unreadable, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_watched, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_stop, open_one, close_one),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
