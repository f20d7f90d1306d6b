#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "state/journal.h"

#define MAX_EVENT ((size_t)1 << 20) /* bytes; one takes about two thousand */

/* is_event: NAME.json; a name that starts with a dot is one that is being written. */
static int
is_event(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && name[0] != '.' && strcmp(name + n - 5, ".json") == 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* add: one more name. */
static int
add(struct rc_journal *j, const char *name)
{
	char **names = realloc(j->names, (j->count + 1) * sizeof(*names));

	if (names != NULL)
		j->names = names;
	if (names == NULL || (names[j->count] = strdup(name)) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	j->count++;
	return 0;
}

int
rc_journal_open(struct rc_journal *j)
{
	struct dirent *entry;
	int status = 0;
	DIR *dir;

	if ((dir = opendir(j->folder)) == NULL) {
		if (errno == ENOENT)
			return 0;
		rc_log_errno("%s: cannot be read", j->folder);
		return RC_IO;
	}
	for (errno = 0; status == 0 && (entry = readdir(dir)) != NULL; errno = 0)
		if (is_event(entry->d_name))
			status = add(j, entry->d_name);
	if (status == 0 && errno != 0) {
		rc_log_errno("%s: cannot be read", j->folder);
		status = RC_IO;
	}
	closedir(dir);
	if (j->count > 1)
		qsort(j->names, j->count, sizeof(*j->names), by_name);
	return status;
}

/* path_of: the i-th file's path with an ending, into path, NUL-terminated. */
static int
path_of(const struct rc_journal *j, size_t i, const char *ending, struct rc_buf *path)
{
	path->len = 0;
	return rc_buf_printf(path, "%s/%s%s%c", j->folder, j->names[i], ending, '\0');
}

int
rc_journal_read(const struct rc_journal *j, size_t i, struct rc_buf *out, int *found)
{
	struct rc_buf path = { 0 };
	int status;

	out->len = 0;
	if ((status = path_of(j, i, "", &path)) == 0)
		status = rc_file_read(path.data, MAX_EVENT, out, found);
	if (status == 0)
		status = rc_buf_addc(out, '\0');
	rc_buf_free(&path);
	return status;
}

int
rc_journal_remove(const struct rc_journal *j, size_t i)
{
	struct rc_buf path = { 0 };
	int status = path_of(j, i, "", &path);

	if (status == 0 && unlink(path.data) == -1 && errno != ENOENT) {
		rc_log_errno("%s: cannot be removed", path.data);
		status = RC_IO;
	}
	rc_buf_free(&path);
	return status;
}

int
rc_journal_set_aside(const struct rc_journal *j, size_t i)
{
	struct rc_buf path = { 0 }, bad = { 0 };
	int status = path_of(j, i, "", &path);

	status = rc_status_first(status, path_of(j, i, ".bad", &bad));
	if (status == 0 && rename(path.data, bad.data) == -1) {
		rc_log_errno("%s: cannot be renamed", path.data);
		status = RC_IO;
	} else if (status == 0) {
		rc_log_notice(
		    "%s: not a record of a run: it is left there, and not read again", bad.data);
	}
	rc_buf_free(&path);
	rc_buf_free(&bad);
	return status;
}

void
rc_journal_close(struct rc_journal *j)
{
	for (size_t i = 0; i < j->count; i++)
		free(j->names[i]);
	free(j->names);
	j->names = NULL;
	j->count = 0;
}
