#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/status.h"
#include "dataset/locate.h"

/* look: for the description called name in a folder: *path, allocated, where there is a file
 * that can be read; else NULL.  RC_OSERR: no memory. */
static int
look(const char *folder, const char *name, char **path)
{
	size_t n = strlen(folder) + strlen(name) + sizeof("/.json");

	if ((*path = malloc(n)) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	snprintf(*path, n, "%s/%s.json", folder, name);
	if (access(*path, R_OK) != 0) {
		free(*path);
		*path = NULL;
	}
	return 0;
}

/* From the folder of the program, the source tree is recognised by its lib/dataset. */
int
rc_locate_name(const char *name, char **path)
{
	static const char *const places[] = { "/../lib/dataset", "/../../lib/dataset",
		"/../share/rappelconso/datasets" };
	const char *folder = getenv("RC_DATASETS");
	char program[PATH_MAX], place[PATH_MAX + 64], *slash;
	int status = 0;
	ssize_t n;

	*path = NULL;
	if (folder != NULL && *folder != '\0')
		status = look(folder, name, path);
	n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	program[n < 0 ? 0 : n] = '\0';
	if ((slash = strrchr(program, '/')) != NULL)
		*slash = '\0';
	for (size_t i = 0; slash != NULL && status == 0 && *path == NULL &&
	     i < sizeof(places) / sizeof(places[0]);
	     i++) {
		snprintf(place, sizeof(place), "%s%s", program, places[i]);
		status = look(place, name, path);
	}
	return status;
}

/* find: the same, or there is none. */
static int
find(const char *name, char **path)
{
	int status = rc_locate_name(name, path);

	if (status != 0 || *path != NULL)
		return status;
	rc_log_error("%s: no description of that name: give a path, or set RC_DATASETS to the "
		     "folder that it is in",
	    name);
	return RC_CONFIG;
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
		return find(name, path);
	if ((*path = strdup(name)) != NULL)
		return 0;
	rc_log_errno("no memory");
	return RC_OSERR;
}
