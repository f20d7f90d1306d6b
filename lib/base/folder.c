#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/log.h"
#include "base/status.h"

/* empty: remove the files in it, but no folder.  -1 and errno. */
static int
empty(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), bad = 0, saved;
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	for (errno = 0; !bad && (entry = readdir(dir)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			bad = unlinkat(fd, entry->d_name, 0) == -1;
	bad = bad || errno != 0;
	saved = errno;
	closedir(dir);
	errno = saved;
	return bad ? -1 : 0;
}

int
rc_folder_make(const char *path)
{
	struct stat st;
	int bad = mkdir(path, 0700) == -1;

	if (bad && errno == EEXIST && lstat(path, &st) == 0) {
		bad = !S_ISDIR(st.st_mode) || st.st_uid != geteuid();
		errno = EEXIST;
		bad = bad || empty(path) == -1;
	}
	if (!bad)
		return 0;
	rc_log_errno("%s: cannot be made", path);
	return RC_CANTCREATE;
}

int
rc_folder_remove(const char *path)
{
	if (empty(path) == 0 && rmdir(path) == 0)
		return 0;
	rc_log_errno("%s: cannot be removed", path);
	return RC_IO;
}
