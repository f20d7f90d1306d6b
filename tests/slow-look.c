/* slow-look.c - for LD_PRELOAD: who looks for rc-supervise is told where it is only after half a second, and says first, by
 * the file that SLOW_LOOK names, that it is looking. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
stat(const char *path, struct stat *st)
{
	int (*next)(const char *, struct stat *) = (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, "stat");
	const char *name = strrchr(path, '/'), *file = getenv("SLOW_LOOK");
	int status = next(path, st);

	if (status == 0 && name != NULL && strcmp(name, "/rc-supervise") == 0 && file != NULL && access(file, F_OK) != 0) {
		int fd = open(file, O_WRONLY | O_CREAT, 0600);

		if (fd != -1)
			close(fd);
		for (int i = 0; i < 50; i++)
			usleep(10000);
	}
	return status;
}
