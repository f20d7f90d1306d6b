#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "base/write.h"

#define MAX_LINKS 40  /* one after the other, as in Linux */
#define TRIES     100 /* random names, each of which would have to be taken */

/* make_new: a new file in dir beside the one of that name.  Nobody can have put a file or a link
 * there beforehand: its own name, into tmp, is random, and it is another if that is taken. */
static int
make_new(int dir, const char *name, char tmp[NAME_MAX + 1], mode_t mode)
{
	uint64_t random;
	int fd = -1;

	errno = ENAMETOOLONG;
	for (int i = 0; i < TRIES && fd == -1 && strlen(name) <= NAME_MAX; i++) {
		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return -1;
		snprintf(tmp, NAME_MAX + 1, ".%.*s.%016" PRIx64, NAME_MAX - 18, name, random);
		fd = openat(dir, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
		if (fd == -1 && errno != EEXIST)
			return -1;
	}
	return fd;
}

/* write_new: the bytes into a new file in dir, synced; its name into tmp, or "". */
static int
write_new(int dir, const char *name, char tmp[NAME_MAX + 1], const char *p, size_t n, mode_t mode,
    int *status)
{
	int fd, bad;

	*status = RC_CANTCREATE;
	if ((fd = make_new(dir, name, tmp, mode)) == -1) {
		*tmp = '\0';
		return -1;
	}
	*status = RC_IO;
	bad = rc_write_all(fd, p, n) == -1 || fsync(fd) == -1;
	if (bad) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return close(fd);
}

/* write_device: into a file that must not be replaced: one that is not regular, or that /dev/stdout
 * and the like stand for. */
static int
write_device(const char *path, const char *p, size_t n)
{
	int fd, bad;

	if ((fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)) == -1) {
		rc_log_errno("%s: cannot be written", path);
		return RC_CANTCREATE;
	}
	bad = rc_write_all(fd, p, n) == -1;
	if (bad)
		rc_log_errno("%s: cannot be written", path);
	if (close(fd) == -1 && !bad) {
		rc_log_errno("%s: cannot be written", path);
		bad = 1;
	}
	return bad ? RC_IO : RC_OK;
}

/* may_follow: whether the link at path may be followed.  As Linux does with protected_symlinks:
 * where anybody can make files, not one that is another's. */
static int
may_follow(const char *path)
{
	char folder[PATH_MAX + 2];
	struct stat link, in;
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path) + 1;

	memcpy(folder, path, n);
	memcpy(folder + n, ".", 2);
	if (lstat(path, &link) == -1 || stat(folder, &in) == -1)
		return 0;
	if ((in.st_mode & (S_ISVTX | S_IWOTH)) != (S_ISVTX | S_IWOTH) || link.st_uid == geteuid() ||
	    link.st_uid == in.st_uid)
		return 1;
	errno = EACCES;
	return 0;
}

/* resolve: where path leads, into real: a link's target is replaced, not the link,
 * even where the target is not there yet. */
static int
resolve(const char *path, char real[PATH_MAX])
{
	char target[PATH_MAX];
	const char *slash;
	ssize_t n;
	int len;

	len = snprintf(real, PATH_MAX, "%s", path);
	for (int links = 0; len >= 0 && len < PATH_MAX; links++) {
		n = links < MAX_LINKS ? readlink(real, target, sizeof(target) - 1) : -1;
		if (n == -1)
			return links < MAX_LINKS ? 0 : (errno = ELOOP, -1);
		if (!may_follow(real))
			return -1;
		target[n] = '\0';
		slash = strrchr(real, '/');
		if (*target == '/' || slash == NULL)
			len = snprintf(real, PATH_MAX, "%s", target);
		else if ((slash - real) + 1 + n < PATH_MAX)
			memcpy(real + (slash - real) + 1, target, (size_t)n + 1);
		else
			break;
	}
	errno = ENAMETOOLONG;
	return -1;
}

/* is_device: whether path names what is not to be replaced. */
static int
is_device(const char *path)
{
	struct stat st;

	return strncmp(path, "/dev/std", 8) == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
	    strncmp(path, "/proc/", 6) == 0 ||
	    (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

/* part: resolve path into real, and that into its folder and its name. */
static int
part(const char *path, char real[PATH_MAX], const char **folder, const char **name)
{
	char *slash;

	if (resolve(path, real) == -1)
		return -1;
	*folder = ".";
	*name = real;
	if ((slash = strrchr(real, '/')) != NULL) {
		*slash = '\0';
		*folder = slash == real ? "/" : real;
		*name = slash + 1;
	}
	return 0;
}

int
rc_file_can_replace(const char *path)
{
	const char *folder, *name;
	char real[PATH_MAX];
	struct stat st;
	int fine;

	if (is_device(path))
		fine = access(path, W_OK) == 0;
	else if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		fine = (errno = EISDIR, 0);
	else
		fine = part(path, real, &folder, &name) == 0 && access(folder, W_OK | X_OK) == 0;
	if (!fine)
		rc_log_errno("%s: cannot be written", path);
	return fine ? 0 : RC_CANTCREATE;
}

int
rc_file_replace(const char *path, const char *p, size_t n, mode_t mode)
{
	char real[PATH_MAX], tmp[NAME_MAX + 1] = "";
	const char *folder, *name;
	int dir = -1, status = RC_CANTCREATE;

	if (is_device(path))
		return write_device(path, p, n);
	if (part(path, real, &folder, &name) == -1)
		goto out;
	if ((dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		goto out;
	if (write_new(dir, name, tmp, p, n, mode, &status) == 0) {
		status = RC_IO;
		if (renameat(dir, tmp, dir, name) == 0 && fsync(dir) == 0)
			status = RC_OK;
	}
	if (status != RC_OK && *tmp != '\0') {
		int saved = errno;

		unlinkat(dir, tmp, 0);
		errno = saved;
	}
out:
	if (status != RC_OK)
		rc_log_errno("%s: cannot be written", path);
	if (dir != -1)
		close(dir);
	return status;
}

/* keep_name: have the folder of a file written, whose name stays there whatever happens then. */
static int
keep_name(const char *path)
{
	const char *folder, *name;
	char real[PATH_MAX];
	int dir, kept, saved;

	if (part(path, real, &folder, &name) != 0 ||
	    (dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return -1;
	kept = fsync(dir) == 0 || errno == EINVAL || errno == EROFS ? 0 : -1;
	saved = errno;
	close(dir);
	errno = saved;
	return kept;
}

/* open_to_append: the file that path leads to.  It is opened twice, so that one descriptor is
 * enough. */
static int
open_to_append(const char *path)
{
	int flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC, fd;
	char real[PATH_MAX];

	if (resolve(path, real) != 0 || (fd = open(real, flags | O_CREAT, 0644)) == -1)
		return -1;
	close(fd);
	return keep_name(path) == 0 ? open(real, flags) : -1;
}

int
rc_file_append_own(const char *path, const char *what)
{
	struct stat st;
	int fd;

	if (is_device(path))
		fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	else
		fd = open_to_append(path);
	if (fd == -1 || fstat(fd, &st) == -1)
		rc_log_errno("%s: cannot be opened for %s", path, what);
	else if (S_ISREG(st.st_mode) && st.st_uid != geteuid())
		rc_log_error("%s: belongs to another user, who could change %s: name a file of "
			     "your own",
		    path, what);
	else if (S_ISREG(st.st_mode) && (st.st_mode & S_IWOTH) != 0)
		rc_log_error("%s: anybody could change %s there: chmod o-w it, or name another "
			     "file",
		    path, what);
	else
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

int
rc_file_make_folders(const char *path)
{
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part)) {
		errno = ENAMETOOLONG;
		goto failed;
	}
	memcpy(part, path, strlen(path) + 1);
	for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0700) == -1 && errno != EEXIST)
			goto failed;
		*slash = '/';
	}
	return 0;
failed:
	rc_log_errno("%s: cannot make its folder", path);
	return RC_CANTCREATE;
}

int
rc_file_read(const char *path, size_t max, struct rc_buf *out, int *found)
{
	ssize_t n = -1;
	int fd, status = RC_IO;
	size_t before = out->len;

	*found = 1;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1) {
		if (errno == ENOENT) {
			*found = 0;
			return 0;
		}
		rc_log_errno("%s: cannot be read", path);
		return RC_IO;
	}
	do {
		if ((status = rc_buf_reserve(out, 4096)) != 0)
			break;
		if ((n = read(fd, out->data + out->len, out->room - out->len)) == -1) {
			if (errno == EINTR)
				continue;
			rc_log_errno("%s: cannot be read", path);
			status = RC_IO;
			break;
		}
		out->len += (size_t)n;
		if (out->len - before > max) {
			rc_log_error("%s: larger than %zu bytes: is it the right file?", path, max);
			status = RC_IO;
			break;
		}
	} while (n != 0);
	close(fd);
	return status;
}
