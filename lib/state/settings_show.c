#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/log.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "state/keep.h"
#include "state/secret_setting.h"
#include "state/settings.h"
#include "state/shell.h"

extern char **environ;

struct names {
	char **list; /* owned, as each of them */
	size_t count;
};

static int
add_name(struct names *all, const char *name, size_t n)
{
	char **list = realloc(all->list, (all->count + 1) * sizeof(*list));

	if (list != NULL)
		all->list = list;
	if (list == NULL || (list[all->count] = strndup(name, n)) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	all->count++;
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* add_names: those of the file, and those of the environment that are for the programs. */
static int
add_names(const struct rc_settings *s, struct names *all)
{
	int status = 0;

	for (size_t i = 0; i < s->count && status == 0; i++)
		status = add_name(all, s->list[i].name, strlen(s->list[i].name));
	for (char **p = environ; *p != NULL && status == 0; p++)
		if (strncmp(*p, "RC_", 3) == 0 || strncmp(*p, "PG", 2) == 0 ||
		    strncmp(*p, "POSTGRES_", 9) == 0)
			status = add_name(all, *p, strcspn(*p, "="));
	if (all->count > 1)
		qsort(all->list, all->count, sizeof(*all->list), by_text);
	return status;
}

static int
show_one(const struct rc_settings *s, const char *name, struct rc_out *out)
{
	const char *value = rc_settings_get(s, name);
	struct rc_buf shown = { 0 };
	int status;

	status = rc_secret_setting_show(name, value != NULL ? value : "", &shown);
	if (status == 0)
		status = rc_buf_printf(
		    &out->buf, "%s=%.*s", name, (int)shown.len, shown.len > 0 ? shown.data : "");
	if (status == 0)
		status = rc_out_end_line(out);
	rc_buf_free(&shown);
	return status;
}

int
rc_settings_show(const struct rc_settings *s, struct rc_out *out)
{
	struct names all = { 0 };
	int status = add_names(s, &all);

	if (status == 0 && s->path != NULL &&
	    (status = rc_buf_printf(&out->buf, "# %s", s->path)) == 0)
		status = rc_out_end_line(out);
	for (size_t i = 0; i < all.count; i++) {
		if (status == 0 && (i == 0 || strcmp(all.list[i], all.list[i - 1]) != 0))
			status = show_one(s, all.list[i], out);
	}
	for (size_t i = 0; i < all.count; i++)
		free(all.list[i]);
	free(all.list);
	return status;
}

/* put_export: a statement that sets the variable. */
static int
put_export(struct rc_out *out, const char *name, const char *value)
{
	int status = rc_shell_assign(&out->buf, "export ", name, value);

	return status != 0 ? status : rc_out_end_line(out);
}

/* dataset_of: the name or path of the description. */
static const char *
dataset_of(const struct rc_settings *s)
{
	const char *dataset = rc_settings_get(s, "RC_DATASET");

	return dataset != NULL && *dataset != '\0' ? dataset : "rappelconso-v2";
}

/* export_lock: where the lock is, one for each dataset, whose name may be given as a path. */
static int
export_lock(const struct rc_settings *s, struct rc_out *out)
{
	const char *lock = rc_settings_get(s, "RC_FLOW_LOCK");
	const char *dataset = dataset_of(s), *slash;
	struct rc_buf name = { 0 }, path = { 0 };
	int status;

	if (lock != NULL && *lock != '\0')
		return 0;
	if ((slash = strrchr(dataset, '/')) != NULL)
		dataset = slash + 1;
	if ((status = rc_buf_adds(&name, dataset)) == 0) {
		if (name.len > 5 && memcmp(name.data + name.len - 5, ".json", 5) == 0)
			name.len -= 5;
		status = rc_buf_addc(&name, '\0');
	}
	if (status == 0 && (status = rc_keep_path(name.data, "flow.lock", &path)) == RC_CONFIG)
		rc_log_error(
		    "no place for the lock: neither XDG_STATE_HOME nor HOME is set: set one, or "
		    "RC_FLOW_LOCK");
	if (status == 0)
		status = rc_buf_text(&path) == NULL ? RC_OSERR
						    : put_export(out, "RC_FLOW_LOCK", path.data);
	rc_buf_free(&name);
	rc_buf_free(&path);
	return status;
}

/* export_delay: in seconds, for the shell. */
static int
export_delay(const struct rc_settings *s, struct rc_out *out)
{
	const char *value = rc_settings_get(s, "RC_FLOW_RETRY_DELAY");
	char seconds[32];
	int64_t ms;

	if (value == NULL || rc_duration_read(value, RC_DURATION_SECOND, &ms) == -1)
		return 0;
	snprintf(seconds, sizeof(seconds), "%" PRId64, ms / RC_DURATION_SECOND);
	return put_export(out, "RC_FLOW_RETRY_DELAY", seconds);
}

/* export_refresh: whether a run deletes what the portal no longer has. */
static int
export_refresh(const struct rc_settings *s, struct rc_out *out)
{
	const char *folder = rc_settings_get(s, "RC_DATASETS");
	struct rc_dataset *d = NULL;
	int status;

	if (folder != NULL && setenv("RC_DATASETS", folder, 1) == -1) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	if ((status = rc_dataset_open(&d, dataset_of(s))) != 0)
		return status;
	if (d->replaces && (status = rc_shell_assign(&out->buf, "", "refresh", "replace")) == 0)
		status = rc_out_end_line(out);
	rc_dataset_free(d);
	return status;
}

int
rc_settings_export(const struct rc_settings *s, struct rc_out *out)
{
	int status = 0;

	for (size_t i = 0; i < s->count && status == 0; i++)
		status = put_export(out, s->list[i].name, s->list[i].value);
	if (status == 0 && (status = export_delay(s, out)) == 0)
		status = export_refresh(s, out);
	return status != 0 ? status : export_lock(s, out);
}
