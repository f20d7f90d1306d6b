/* Unit tests of file. */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/status.h"
#include "unit/unit.h"

static struct rc_buf content;

static int
empty(void **state)
{
	(void)state;
	rc_buf_free(&content);
	folder_empty(folder);
	return 0;
}

/* holds: the file at path is this, and has this mode. */
static void
holds(const char *path, struct rc_span want, mode_t mode)
{
	struct stat st;
	int found;

	content.len = 0;
	assert_int_equal(rc_file_read(path, 1 << 20, &content, &found), 0);
	assert_int_equal(found, 1);
	span_is(path, rc_buf_span(&content), want);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

/* fails: it must fail with this status and one line that names the path. */
static void
fails(const char *path, const char *p, size_t n, int want)
{
	struct said said;
	int status;

	said_begin(&said);
	status = rc_file_replace(path, p, n, 0600);
	said_end(&said);
	if (status != want)
		fail_msg("%s: status %d, not %d: %s", path, status, want, said.text);
	assert_int_equal(lines_said(&said), 1);
	assert_non_null(strstr(said.text, path));
}

static void
test_replace(void **state)
{
	(void)state;
	umask(022);
	assert_int_equal(rc_file_replace("f", "one\n", 4, 0600), 0);
	holds("f", SPAN("one\n"), 0600);
	assert_int_equal(rc_file_replace("f", "a longer text", 13, 0600), 0);
	holds("f", SPAN("a longer text"), 0600);
	assert_int_equal(rc_file_replace("f", "\0", 1, 0600), 0);
	holds("f", SPAN("\0"), 0600);
	assert_int_equal(rc_file_replace("f", "", 0, 0600), 0);
	holds("f", SPAN(""), 0600);
	assert_int_equal(rc_file_replace("g", "x", 1, 0644), 0);
	holds("g", SPAN("x"), 0644);
	assert_int_equal(chmod("g", 0666), 0);
	assert_int_equal(rc_file_replace("g", "y", 1, 0600), 0); /* a new file */
	holds("g", SPAN("y"), 0600);
	assert_int_equal(files_in("."), 2);
}

/* Who has the old file open goes on reading the old file. */
static void
test_replace_is_atomic(void **state)
{
	char old[8];
	int fd;

	(void)state;
	write_file("f", "old", 3);
	fd = open("f", O_RDONLY);
	assert_true(fd != -1);
	assert_int_equal(rc_file_replace("f", "new", 3, 0600), 0);
	assert_int_equal(read(fd, old, sizeof(old)), 3);
	assert_memory_equal(old, "old", 3);
	close(fd);
	holds("f", SPAN("new"), 0600);
}

static void
test_paths(void **state)
{
	char path[600];

	(void)state;
	snprintf(path, sizeof(path), "%s/f", folder);
	assert_int_equal(rc_file_replace(path, "1", 1, 0600), 0);
	holds("f", SPAN("1"), 0600);
	assert_int_equal(rc_file_replace("./f", "2", 1, 0600), 0);
	holds("f", SPAN("2"), 0600);
	assert_int_equal(mkdir("sub", 0700), 0);
	assert_int_equal(rc_file_replace("sub/f", "3", 1, 0600), 0);
	holds("sub/f", SPAN("3"), 0600);
	assert_int_equal(rc_file_replace("sub/../f", "4", 1, 0600), 0);
	holds("f", SPAN("4"), 0600);
	assert_int_equal(files_in("sub"), 1);
	assert_int_equal(files_in("."), 2);
}

/* is_link: what is at path is still a symbolic link. */
static void
is_link(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void
test_links(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	write_file("sub/f", "old", 3);
	assert_int_equal(symlink("sub/f", "link"), 0);
	assert_int_equal(symlink("link", "link2"), 0);
	assert_int_equal(rc_file_replace("link2", "new", 3, 0600), 0);
	is_link("link2");
	is_link("link");
	holds("sub/f", SPAN("new"), 0600);
	assert_int_equal(files_in("sub"), 1);
	assert_int_equal(files_in("."), 3);
}

/* Links to what is not there yet, as somebody makes them before the first run. */
static void
test_link_to_nothing(void **state)
{
	char path[600];

	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	assert_int_equal(mkdir("sub/sub", 0700), 0);
	assert_int_equal(symlink("sub/link", "link"), 0);
	assert_int_equal(symlink("sub/../link2", "sub/link"), 0); /* of sub, not of here */
	assert_int_equal(symlink("f", "sub/link2"), 0);
	assert_int_equal(rc_file_replace("link", "new", 3, 0600), 0);
	is_link("link");
	is_link("sub/link");
	is_link("sub/link2");
	holds("sub/f", SPAN("new"), 0600);
	snprintf(path, sizeof(path), "%s/sub/g", folder);
	assert_int_equal(symlink(path, "absolute"), 0);
	assert_int_equal(rc_file_replace("./absolute", "new", 3, 0600), 0);
	is_link("absolute");
	holds("sub/g", SPAN("new"), 0600);
	assert_int_equal(symlink("no/f", "nowhere"), 0);
	fails("nowhere", "x", 1, RC_CANTCREATE);
	assert_int_equal(files_in("sub"), 5);
	assert_int_equal(files_in("."), 4);
}

static void
test_link_to_itself(void **state)
{
	(void)state;
	assert_int_equal(symlink("link", "link"), 0);
	fails("link", "x", 1, RC_CANTCREATE);
	is_link("link");
	assert_int_equal(files_in("."), 1);
}

static void
test_no_place(void **state)
{
	char name[NAME_MAX + 2];

	(void)state;
	fails("no/f", "x", 1, RC_CANTCREATE);
	write_file("f", "old", 3);
	fails("f/g", "x", 1, RC_CANTCREATE);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	fails(name, "x", 1, RC_CANTCREATE);
	if (geteuid() != 0) { /* root may write anywhere */
		assert_int_equal(mkdir("sub", 0500), 0);
		fails("sub/f", "x", 1, RC_CANTCREATE);
		assert_int_equal(rmdir("sub"), 0);
	}
	holds("f", SPAN("old"), 0644);
	assert_int_equal(files_in("."), 1);
}

/* The last step fails: nothing is left of the ones before. */
static void
test_over_a_folder(void **state)
{
	struct said said;
	int status;

	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	said_begin(&said);
	status = rc_file_replace("sub", "x", 1, 0600);
	said_end(&said);
	assert_true(status == RC_IO || status == RC_CANTCREATE);
	assert_int_equal(lines_said(&said), 1);
	assert_int_equal(files_in("sub"), 0);
	assert_int_equal(files_in("."), 1);
}

/* The file system takes no more in the middle of it. */
static void
test_cannot_write(void **state)
{
	static char big[100000];
	struct rlimit old, small;

	(void)state;
	write_file("f", "old", 3);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 50000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	fails("f", big, sizeof(big), RC_IO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	holds("f", SPAN("old"), 0644);
	assert_int_equal(files_in("."), 1);
}

static void
test_devices(void **state)
{
	char text[16];
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(rc_file_replace("/dev/null", "x", 1, 0600), 0);
	fails("/dev/full", "x", 1, RC_IO);
	fails("/dev/no/such/device", "x", 1, RC_CANTCREATE);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(mkfifo("fifo", 0600), 0);
	fd = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_true(fd != -1);
	assert_int_equal(rc_file_replace("fifo", "text", 4, 0600), 0);
	assert_int_equal(read(fd, text, sizeof(text)), 4);
	assert_memory_equal(text, "text", 4);
	close(fd);
	assert_int_equal(stat("fifo", &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(symlink("/dev/full", "link"), 0);
	fails("link", "x", 1, RC_IO);
	is_link("link");
	assert_int_equal(files_in("."), 2);
}

static void
test_read(void **state)
{
	static char big[10000];
	struct said said;
	int found = 77, status;

	(void)state;
	assert_int_equal(rc_buf_adds(&content, "a"), 0);
	assert_int_equal(rc_file_read("f", 10, &content, &found), 0);
	assert_int_equal(found, 0);
	span_is("not there", rc_buf_span(&content), SPAN("a"));
	write_file("f", "0\n23456789", 10);
	assert_int_equal(rc_file_read("f", 10, &content, &found), 0);
	assert_int_equal(found, 1);
	span_is("read", rc_buf_span(&content), SPAN("a0\n23456789")); /* it appends */
	said_begin(&said);
	status = rc_file_read("f", 9, &content, &found);
	said_end(&said);
	assert_int_equal(status, RC_IO);
	assert_int_equal(lines_said(&said), 1);
	assert_non_null(strstr(said.text, "f: "));
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)('a' + i % 26);
	for (size_t n = 4090; n <= sizeof(big); n += n < 4100 ? 1 : 1000) {
		write_file("f", big, n);
		content.len = 0;
		assert_int_equal(rc_file_read("f", n, &content, &found), 0);
		span_is("big", rc_buf_span(&content), (struct rc_span){ big, n });
	}
	write_file("f", "", 0);
	content.len = 0;
	assert_int_equal(rc_file_read("f", 0, &content, &found), 0);
	assert_true(found == 1 && content.len == 0);
}

static void
test_cannot_read(void **state)
{
	static const char *const paths[] = { ".", "/dev/zero", "f/g" };
	struct said said;
	int found, status;

	(void)state;
	write_file("f", "x", 1);
	for (size_t i = 0; i < COUNT(paths); i++) {
		content.len = 0;
		said_begin(&said);
		status = rc_file_read(paths[i], 100000, &content, &found);
		said_end(&said);
		assert_int_equal(status, RC_IO);
		assert_int_equal(lines_said(&said), 1);
		assert_non_null(strstr(said.text, paths[i]));
		assert_true(content.len < 1000000);
	}
}

static void
test_make_folders(void **state)
{
	struct said said;
	struct stat st;
	char path[600];
	int status;

	(void)state;
	umask(0);
	assert_int_equal(rc_file_make_folders("f"), 0);
	assert_int_equal(files_in("."), 0);
	assert_int_equal(rc_file_make_folders("a/b/c/f"), 0);
	assert_int_equal(stat("a/b/c", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(files_in("a/b/c"), 0); /* f itself is not made */
	assert_int_equal(rc_file_make_folders("a/b/c/f"), 0);
	snprintf(path, sizeof(path), "%s/d//e/f", folder);
	assert_int_equal(rc_file_make_folders(path), 0);
	assert_int_equal(stat("d/e", &st), 0);
	write_file("f", "", 0);
	said_begin(&said);
	status = rc_file_make_folders("f/a/b");
	said_end(&said);
	assert_int_equal(status, RC_CANTCREATE);
	assert_int_equal(lines_said(&said), 1);
	umask(022);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_replace, empty),
		cmocka_unit_test_teardown(test_replace_is_atomic, empty),
		cmocka_unit_test_teardown(test_paths, empty),
		cmocka_unit_test_teardown(test_links, empty),
		cmocka_unit_test_teardown(test_link_to_nothing, empty),
		cmocka_unit_test_teardown(test_link_to_itself, empty),
		cmocka_unit_test_teardown(test_no_place, empty),
		cmocka_unit_test_teardown(test_over_a_folder, empty),
		cmocka_unit_test_teardown(test_cannot_write, empty),
		cmocka_unit_test_teardown(test_devices, empty),
		cmocka_unit_test_teardown(test_read, empty),
		cmocka_unit_test_teardown(test_cannot_read, empty),
		cmocka_unit_test_teardown(test_make_folders, empty),
	};

	return cmocka_run_group_tests(tests, folder_enter, folder_leave);
}
