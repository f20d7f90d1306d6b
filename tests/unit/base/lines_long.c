/* Unit tests of lines: those that are too long. */
#include <signal.h>
#include <sys/wait.h>

#include "unit/base/lines_pipe.h"

/* Lines at and above the limit; each is of the one letter. */
static const struct {
	char letter;
	size_t n;
} longs[] = { { 'a', 1 }, { 'b', RC_LINES_MAX }, { 'c', 2 }, { 'd', RC_LINES_MAX + 1 }, { 'e', 3 },
	{ 'f', 2 * RC_LINES_MAX + 12345 }, { 'g', 0 }, { 'h', RC_LINES_MAX + 2 },
	{ 'i', RC_LINES_MAX - 1 }, { 'j', 7 }, { 'k', RC_LINES_MAX + 5 } /* without LF */ };

static void
longs_are_given(void)
{
	uint64_t bytes = 0;
	struct rc_line line;

	rc_lines_pass_long(l);
	for (size_t i = 0; i < COUNT(longs); i++) {
		assert_int_equal(next(-1, &line), RC_EVENT_LINE);
		assert_int_equal(line.number, i + 1);
		assert_int_equal(line.text.n, longs[i].n);
		bytes += longs[i].n + 1;
		if ((line.text.p == NULL) != (longs[i].n > RC_LINES_MAX))
			fail_msg("a line of %zu bytes is %s", line.text.n,
			    line.text.p == NULL ? "passed over" : "given out");
		for (size_t k = 0; line.text.p != NULL && k < longs[i].n; k++)
			if (line.text.p[k] != longs[i].letter)
				fail_msg("line %zu is damaged", i + 1);
	}
	assert_int_equal(next(-1, &line), RC_EVENT_END);
	assert_int_equal(rc_lines_bytes(l), bytes - 1);
}

/* write_longs: to fd; 0 if all went well. */
static int
write_longs(int fd)
{
	static char block[1 << 16];

	for (size_t i = 0; i < COUNT(longs); i++) {
		memset(block, longs[i].letter, sizeof(block));
		for (size_t left = longs[i].n; left > 0;) {
			size_t n = left < sizeof(block) ? left : sizeof(block);
			ssize_t wrote = write(fd, block, n);

			if (wrote <= 0)
				return -1;
			left -= (size_t)wrote;
		}
		if (i + 1 < COUNT(longs) && write(fd, "\n", 1) != 1)
			return -1;
	}
	return 0;
}

static void
test_too_long(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		signal(SIGPIPE, SIG_DFL);
		close(ends[0]);
		_exit(write_longs(ends[1]) == 0 ? 0 : 1);
	}
	assert_true(pid > 0);
	feed_end();
	longs_are_given();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The same of a file, whose reads are as large as there is room for; it has
 * holes for the letters, so that it takes no space. */
static void
test_too_long_in_a_file(void **state)
{
	FILE *fp = tmpfile();
	off_t at = 0;
	struct rc_line line;

	(void)state;
	assert_non_null(fp);
	for (size_t i = 0; i + 1 < COUNT(longs); i++) {
		at += (off_t)longs[i].n;
		assert_int_equal(pwrite(fileno(fp), "\n", 1, at++), 1);
	}
	assert_int_equal(ftruncate(fileno(fp), at + (off_t)longs[COUNT(longs) - 1].n), 0);
	rc_lines_close(l);
	assert_int_equal(rc_lines_open(&l, fileno(fp), "file"), 0);
	rc_lines_pass_long(l);
	for (size_t i = 0; i < COUNT(longs); i++) {
		assert_int_equal(next(-1, &line), RC_EVENT_LINE);
		assert_int_equal(line.number, i + 1);
		assert_int_equal(line.text.n, longs[i].n);
		if ((line.text.p == NULL) != (longs[i].n > RC_LINES_MAX))
			fail_msg("a line of %zu bytes is %s", line.text.n,
			    line.text.p == NULL ? "passed over" : "given out");
	}
	assert_int_equal(next(-1, &line), RC_EVENT_END);
	fclose(fp);
}

/* Who does not ask for them gets none. */
static void
test_too_long_to_be_read(void **state)
{
	FILE *fp = tmpfile();
	enum rc_event event;
	struct rc_line line;

	(void)state;
	assert_non_null(fp);
	assert_int_equal(pwrite(fileno(fp), "a\n", 2, 0), 2);
	assert_int_equal(ftruncate(fileno(fp), (off_t)(2 + RC_LINES_MAX + 1)), 0);
	rc_lines_close(l);
	assert_int_equal(rc_lines_open(&l, fileno(fp), "file"), 0);
	assert_int_equal(next(-1, &line), RC_EVENT_LINE);
	assert_int_equal(rc_lines_next(l, -1, &event, &line), RC_DATA);
	fclose(fp);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_too_long, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_too_long_in_a_file, open_one, close_one),
		cmocka_unit_test_setup_teardown(test_too_long_to_be_read, open_one, close_one),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
