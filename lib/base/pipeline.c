#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/pipeline.h"

#define LINK_MAX  64 /* bytes of "pipe:[123]" or "/dev/pts/3"; a longer one is a file's */
#define STEPS_MAX 32 /* programs behind this one */

/* Programs of ours that count what passes, so that they have something to draw; and those whose
 * output is positions. */
static const char *const draw[] = { "rc-consume", "rc-fetch", "rc-load", "rc-produce", "rc-rejects",
	"rc-transform", NULL };
static const char *const report[] = { "rc-load", "rc-produce", "rc-state", NULL };

struct process {
	char name[32];
	char fds[3][LINK_MAX];
};

static int
is_one_of(const char *name, const char *const *names)
{
	while (*names != NULL && strcmp(name, *names) != 0)
		names++;
	return *names != NULL;
}

/* look_at: a process of this session; -1: it is none, or cannot be looked at. */
static int
look_at(const char *pid, struct process *p)
{
	char path[64], stat[512], *end;
	int session, fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	n = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	stat[n > 0 ? n : 0] = '\0';
	/* proc(5): pid (name) state parent group session; the name may have blanks and brackets */
	if ((end = strrchr(stat, ')')) == NULL || sscanf(end, ") %*c %*d %*d %d", &session) != 1 ||
	    session != getsid(0))
		return -1;
	*end = '\0';
	snprintf(p->name, sizeof(p->name), "%.31s", strchr(stat, '(') + 1);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "/proc/%.20s/fd/%d", pid, i);
		if ((n = readlink(path, p->fds[i], LINK_MAX - 1)) == -1)
			n = 0;
		p->fds[i][n] = '\0';
	}
	return 0;
}

/* find_reader: of the pipe of that name; -1: nobody who can be seen. */
static int
find_reader(const char *pipe, struct process *reader)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	int found = -1;

	while (all != NULL && found == -1 && (entry = readdir(all)) != NULL)
		if (*entry->d_name >= '0' && *entry->d_name <= '9' &&
		    look_at(entry->d_name, reader) == 0 && strcmp(reader->fds[0], pipe) == 0)
			found = 0;
	if (all != NULL)
		closedir(all);
	return found;
}

int
rc_pipeline_is(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

int
rc_pipeline_reports(const char *name)
{
	return is_one_of(name, report);
}

int
rc_pipeline_draws(void)
{
	struct process p = { .name = "" };

	if (look_at("self", &p) == -1 || strcmp(p.fds[1], p.fds[2]) == 0)
		return 0;
	for (int i = 0; i < STEPS_MAX && strncmp(p.fds[1], "pipe:", 5) == 0; i++) {
		struct process next = { .name = "" };

		if (find_reader(p.fds[1], &next) == -1)
			return 0;
		if (next.fds[1][0] == '\0')
			return 0;
		if (strcmp(next.fds[1], p.fds[2]) == 0)
			return rc_pipeline_reports(next.name);
		if (is_one_of(next.name, draw) && strcmp(next.fds[2], p.fds[2]) == 0)
			return 0;
		memcpy(next.fds[2], p.fds[2], LINK_MAX); /* the terminal that is drawn on */
		p = next;
	}
	return 1;
}

void
rc_pipeline_tell(uint64_t records)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = (off_t)records };

	if (records > 0 && records < INT64_MAX / 2 && rc_pipeline_is(STDOUT_FILENO))
		fcntl(STDOUT_FILENO, F_OFD_SETLK, &lock);
}

uint64_t
rc_pipeline_told(void)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	if (!rc_pipeline_is(STDIN_FILENO) || fcntl(STDIN_FILENO, F_OFD_GETLK, &lock) == -1 ||
	    lock.l_type != F_WRLCK)
		return 0;
	return (uint64_t)lock.l_len;
}
