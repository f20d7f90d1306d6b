#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/status.h"
#include "dataset/locate.h"

/* readable: path, allocated, where there is a file that can be read; else NULL. */
static char *
readable(const char *folder, const char *name)
{
	size_t n = strlen(folder) + strlen(name) + sizeof("/.json");
	char *path = malloc(n);

	if (path != NULL) {
		snprintf(path, n, "%s/%s.json", folder, name);
		if (access(path, R_OK) == 0)
			return path;
	}
	free(path);
	return NULL;
}

/* find: where the description called name is, allocated.  From the folder of the
 * program, the source tree is recognised by its lib/dataset. */
static char *
find(const char *name)
{
	static const char *const places[] = { "/../lib/dataset", "/../../lib/dataset",
		"/../share/rappelconso/datasets" };
	const char *folder = getenv("RC_DATASETS");
	char program[PATH_MAX], place[PATH_MAX + 64], *path = NULL, *slash;
	ssize_t n;

	if (folder != NULL && *folder != '\0' && (path = readable(folder, name)) != NULL)
		return path;
	n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	program[n < 0 ? 0 : n] = '\0';
	if ((slash = strrchr(program, '/')) != NULL) {
		*slash = '\0';
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && path == NULL; i++) {
			snprintf(place, sizeof(place), "%s%s", program, places[i]);
			path = readable(place, name);
		}
	}
	if (path == NULL)
		rc_log_error("%s: no description of that name: give a path, or set RC_DATASETS to "
			     "the folder that it is in",
		    name);
	return path;
}

static int
is_path(const char *name)
{
	size_t n = strlen(name);

	return strchr(name, '/') != NULL || (n > 5 && strcmp(name + n - 5, ".json") == 0);
}

int
rc_locate(const char *name, char **path)
{
	if (!is_path(name))
		return (*path = find(name)) != NULL ? 0 : RC_CONFIG;
	if ((*path = strdup(name)) != NULL)
		return 0;
	rc_log_errno("no memory");
	return RC_OSERR;
}
