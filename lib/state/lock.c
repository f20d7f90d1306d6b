#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/status.h"
#include "base/write.h"
#include "state/lock.h"

#define SAID 4096 /* bytes of the file that are read */

/* read_line: one line of the file.  An earlier release has appended the process number of each
 * run. */
static void
read_line(const char *line, struct rc_lock_run *run)
{
	struct rc_lock_run is = { .sequence = run->sequence };

	if (sscanf(line, "%ld %lu %63s %63s %63s", &is.pid, &is.sequence, is.run, is.task,
		is.started) > 0)
		*run = is;
}

static int
read_run(int fd, const char *path, struct rc_lock_run *run)
{
	char text[SAID + 1], *line;
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t n = -1;

	*run = (struct rc_lock_run){ .pid = 0 };
	if (end != -1)
		n = pread(fd, text, SAID, end > SAID ? end - SAID : 0);
	if (n == -1) {
		rc_log_errno("%s: cannot be read", path);
		return RC_IO;
	}
	text[n] = '\0';
	for (char *next = text; (line = next) != NULL;) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		read_line(line, run);
	}
	return 0;
}

int
rc_lock_say(int fd, const char *path, const struct rc_lock_run *run)
{
	char text[4 * RC_RUN_WORD];
	int n = snprintf(text, sizeof(text), "%ld %lu %s %s %s\n", run->pid, run->sequence,
	    run->run, run->task, run->started);

	if (n > 0 && (size_t)n < sizeof(text) && lseek(fd, 0, SEEK_SET) == 0 &&
	    rc_write_all(fd, text, (size_t)n) == 0 && ftruncate(fd, n) == 0 && fsync(fd) == 0)
		return 0;
	rc_log_errno("%s: cannot be written", path);
	return RC_IO;
}

/* whole: the second lock, of all of the file. */
static struct flock
whole(void)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

/* lock: 0, or -1 and errno; EWOULDBLOCK: another has it. */
static int
lock(int fd)
{
	struct flock all = whole();

	return flock(fd, LOCK_EX | LOCK_NB) == -1 || fcntl(fd, F_OFD_SETLK, &all) == -1 ? -1 : 0;
}

static int
cannot_open(const char *path)
{
	if (errno == ELOOP) {
		rc_log_error(
		    "%s: a link, which is not followed: remove it, or set RC_FLOW_LOCK", path);
		return RC_CONFIG;
	}
	rc_log_errno("%s: cannot be opened", path);
	return RC_CANTCREATE;
}

/* cannot_lock: why not, of an open file. */
static int
cannot_lock(const char *path, const struct rc_lock_run *other)
{
	if (errno == EWOULDBLOCK || errno == EACCES) {
		rc_log_error("another run is at work, process %ld: let it end", other->pid);
		return RC_TEMPFAIL;
	}
	rc_log_error("%s: cannot be locked: %s: name a file on a file system that has locks with "
		     "RC_FLOW_LOCK",
	    path, strerror(errno));
	return RC_CONFIG;
}

/* is_at: whether the open file is still what path names: who has cleaned up may have removed it. */
static int
is_at(const char *path, int fd)
{
	struct stat opened, named;

	return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 &&
	    opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

int
rc_lock_take(const char *path, int *fd, struct rc_lock_run *last)
{
	int status;

	for (;;) {
		if ((*fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600)) == -1)
			return cannot_open(path);
		status = lock(*fd) == 0 ? 0 : errno;
		if (status == 0 && !is_at(path, *fd)) {
			close(*fd);
			continue;
		}
		if (read_run(*fd, path, last) != 0)
			status = RC_IO;
		else if (status != 0) {
			errno = status;
			status = cannot_lock(path, last);
		}
		if (status != 0)
			close(*fd);
		return status;
	}
}

enum rc_lock_state
rc_lock_ask(const char *path)
{
	enum rc_lock_state state = RC_LOCK_UNKNOWN;
	struct flock all = whole();
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return errno == ENOENT ? RC_LOCK_FREE : RC_LOCK_UNKNOWN;
	if (fcntl(fd, F_OFD_GETLK, &all) == 0)
		state = all.l_type == F_UNLCK ? RC_LOCK_FREE : RC_LOCK_HELD;
	close(fd);
	return state;
}
