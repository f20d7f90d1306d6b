#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "state/settings.h"

#define MAX_FILE ((size_t)1 << 20) /* bytes */

/* --- where it is */

/* find: the file that is to be read, into path; "": there is none. */
static void
find(char path[PATH_MAX])
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n;

	if (base != NULL && *base != '\0')
		n = snprintf(path, PATH_MAX, "%s/rappelconso/flow.env", base);
	else
		n = snprintf(
		    path, PATH_MAX, "%s/.config/rappelconso/flow.env", home != NULL ? home : "");
	if (n < 0 || n >= PATH_MAX || access(path, F_OK) == -1)
		snprintf(path, PATH_MAX, "/etc/rappelconso/flow.env");
	if (access(path, F_OK) == -1)
		*path = '\0';
}

static int
read_file(struct rc_settings *s, const char *path, struct rc_buf *text)
{
	struct stat st;
	int found;

	if (stat(path, &st) == -1) {
		rc_log_errno("%s: cannot be read", path);
		return RC_CONFIG;
	}
	if (S_ISDIR(st.st_mode)) {
		rc_log_error("%s: a folder: name a file of NAME=VALUE lines", path);
		return RC_CONFIG;
	}
	s->open_to_all = (st.st_mode & S_IROTH) != 0;
	if ((s->path = strdup(path)) == NULL)
		return RC_OSERR;
	return rc_file_read(path, MAX_FILE, text, &found) != 0 || !found ? RC_CONFIG : 0;
}

/* --- what it says */

/* unquote: a value as systemd has it, into out; nothing is expanded.  -1: a quote is left open, or
 * stands within the value. */
static int
unquote(const char *text, char *out)
{
	char quote = *text == '\'' || *text == '"' ? *text++ : '\0', c;

	for (; (c = *text) != quote && c != '\0'; text++) {
		if (quote == '\0' && strchr("\"'\\", c) != NULL)
			return -1;
		if (quote == '"' && c == '\\' && (c = *++text) == '\0')
			return -1;
		*out++ = c;
	}
	*out = '\0';
	return quote != '\0' && (*text != quote || text[1] != '\0') ? -1 : 0;
}

static int
is_name(const char *name)
{
	if (!isalpha((unsigned char)*name) && *name != '_')
		return 0;
	while (isalnum((unsigned char)*name) || *name == '_')
		name++;
	return *name == '\0';
}

/* trim: text without space at its ends, of which it is cut. */
static char *
trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	for (n = strlen(text); n > 0 && isspace((unsigned char)text[n - 1]); n--)
		text[n - 1] = '\0';
	return text;
}

static int
add_setting(struct rc_settings *s, const char *name, const char *value)
{
	struct rc_setting *list = realloc(s->list, (s->count + 1) * sizeof(*list));

	if (list != NULL)
		s->list = list;
	if (list == NULL || (list[s->count].name = strdup(name)) == NULL)
		goto no_memory;
	if ((list[s->count].value = strdup(value)) == NULL) {
		free(list[s->count].name);
		goto no_memory;
	}
	s->count++;
	return 0;
no_memory:
	rc_log_errno("no memory");
	return RC_OSERR;
}

static int
take_line(struct rc_settings *s, char *line, size_t number)
{
	char *value = strchr(line, '='), *name;

	if (value != NULL)
		*value++ = '\0';
	name = trim(line);
	if (value == NULL || !is_name(name)) {
		rc_log_error("%s: line %zu: not NAME=VALUE: the file is read, not run as a script",
		    s->path, number);
		return RC_CONFIG;
	}
	value = trim(value);
	if (unquote(value, value) == -1) {
		rc_log_error(
		    "%s: line %zu: %s: a quote is left open, or stands within the value: put "
		    "all of it into quotes",
		    s->path, number, name);
		return RC_CONFIG;
	}
	return add_setting(s, name, value);
}

static int
read_lines(struct rc_settings *s, struct rc_buf *text)
{
	size_t number = 0;
	int status = 0;
	char *line;

	if (rc_buf_text(text) == NULL)
		return RC_OSERR;
	if (memchr(text->data, '\0', text->len) != NULL) {
		rc_log_error("%s: has a NUL: not a file of NAME=VALUE lines", s->path);
		return RC_CONFIG;
	}
	for (char *next = text->data; status == 0 && (line = next) != NULL;) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		number++;
		line = trim(line);
		if (*line != '\0' && *line != '#' && *line != ';')
			status = take_line(s, line, number);
	}
	return status;
}

int
rc_settings_read(struct rc_settings *s, const char *path)
{
	struct rc_buf text = { 0 };
	char found[PATH_MAX];
	int status;

	if (path == NULL && (path = getenv("RC_FLOW_ENV")) != NULL && *path == '\0')
		path = NULL;
	if (path == NULL) {
		find(found);
		path = found;
	}
	if (*path == '\0')
		return 0;
	if ((status = read_file(s, path, &text)) == 0)
		status = read_lines(s, &text);
	rc_buf_free(&text);
	return status;
}

const char *
rc_settings_get(const struct rc_settings *s, const char *name)
{
	const char *value = getenv(name);

	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->list[i].name, name) == 0)
			value = s->list[i].value;
	return value;
}

void
rc_settings_free(struct rc_settings *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->list[i].name);
		free(s->list[i].value);
	}
	free(s->list);
	free(s->path);
	*s = (struct rc_settings){ 0 };
}
