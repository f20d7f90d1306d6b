/* Unit tests of file, in folders where others make files, too. */
#include <fcntl.h>
#include <sys/random.h>

#include "base/file.h"
#include "base/status.h"
#include "unit/unit.h"

static int same; /* how many more times the random bytes are those of before */

/* getrandom: in the system's place, so that a test knows the name of a temporary file. */
ssize_t
getrandom(void *to, size_t n, unsigned flags)
{
	static unsigned long count;

	(void)flags;
	count += same-- > 0 ? 0 : 1;
	memset(to, 0, n);
	memcpy(to, &count, n < sizeof(count) ? n : sizeof(count));
	return (ssize_t)n;
}

static int
empty(void **state)
{
	(void)state;
	folder_empty(folder);
	return 0;
}

/* holds: the file at path is this. */
static void
holds(const char *path, const char *want)
{
	struct rc_buf content = { 0 };
	int found;

	assert_int_equal(rc_file_read(path, 100, &content, &found), 0);
	assert_int_equal(found, 1);
	assert_string_equal(rc_buf_text(&content), want);
	rc_buf_free(&content);
}

/* refused: nothing can be put at path, and that is said once. */
static void
refused(const char *path)
{
	struct said said;
	int status;

	said_begin(&said);
	status = rc_file_replace(path, "x", 1, 0600);
	said_end(&said);
	assert_int_equal(status, RC_CANTCREATE);
	assert_int_equal(lines_said(&said), 1);
}

/* kept_out: nothing can be appended at path, and what is said has these words. */
static void
kept_out(const char *path, const char *words)
{
	struct said said;
	int fd;

	said_begin(&said);
	fd = rc_file_append_own(path, "rejects");
	said_end(&said);
	assert_int_equal(fd, -1);
	assert_int_equal(lines_said(&said), 1);
	assert_non_null(strstr(said.text, path));
	assert_non_null(strstr(said.text, words));
}

/* What somebody has put where the new file is to be is left alone. */
static void
test_name_is_taken(void **state)
{
	char name[64];
	unsigned long count;

	(void)state;
	same = 1;
	assert_int_equal(getrandom(&count, sizeof(count), 0), sizeof(count));
	write_file("victim", "mine", 4);
	snprintf(name, sizeof(name), ".f.%016lx", count);
	assert_int_equal(symlink("victim", name), 0);
	same = 3;
	assert_int_equal(rc_file_replace("f", "new", 3, 0600), 0);
	assert_true(same < 1); /* it was tried */
	holds("victim", "mine");
	holds("f", "new");
	assert_int_equal(files_in("."), 3);
	same = 1000; /* and it ends */
	snprintf(name, sizeof(name), ".f.%016lx", count + 1);
	assert_int_equal(symlink("victim", name), 0);
	refused("f");
	same = 0;
	holds("victim", "mine");
	holds("f", "new");
}

/* A link that another has put where anybody can make files. */
static void
test_link_of_another(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can make it */
	assert_int_equal(mkdir("sub", 0777), 0);
	assert_int_equal(chmod("sub", 01777), 0);
	write_file("victim", "mine", 4);
	assert_int_equal(symlink("../victim", "sub/f"), 0);
	assert_int_equal(rc_file_replace("sub/f", "one", 3, 0600), 0); /* one's own */
	assert_int_equal(lchown("sub/f", 1, 1), 0);
	refused("sub/f");
	kept_out("sub/f", "Permission denied");
	holds("victim", "one");
	assert_int_equal(chmod("sub", 0755), 0);
	assert_int_equal(rc_file_replace("sub/f", "two", 3, 0600), 0);
	holds("victim", "two");
}

static void
test_append(void **state)
{
	struct stat st;
	int fd;

	(void)state;
	umask(0);
	for (int i = 0; i < 2; i++) {
		fd = rc_file_append_own("f", "rejects");
		assert_true(fd != -1);
		assert_int_equal(write(fd, "ab", 2), 2);
		assert_int_equal(close(fd), 0);
	}
	holds("f", "abab");
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(symlink("f", "link"), 0);
	fd = rc_file_append_own("link", "rejects");
	assert_true(fd != -1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(chmod("f", 0660), 0); /* a group that was let in */
	fd = rc_file_append_own("f", "rejects");
	assert_true(fd != -1);
	assert_int_equal(close(fd), 0);
	for (mode_t mode = 2; mode < 8; mode++) {
		if ((mode & S_IWOTH) == 0)
			continue;
		assert_int_equal(chmod("f", 0600 | mode), 0);
		kept_out("f", "anybody could change rejects there: chmod o-w it");
	}
	assert_int_equal(chmod("f", 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown("f", 1, 1), 0);
		kept_out("f", "belongs to another user");
	}
	holds("f", "abab");
	kept_out("no/f", "No such file");
	fd = rc_file_append_own("/dev/null", "rejects");
	assert_true(fd != -1);
	assert_int_equal(close(fd), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_name_is_taken, empty),
		cmocka_unit_test_teardown(test_link_of_another, empty),
		cmocka_unit_test_teardown(test_append, empty),
	};

	return cmocka_run_group_tests(tests, folder_enter, folder_leave);
}
