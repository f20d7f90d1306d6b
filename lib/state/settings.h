/* settings.h - the settings of the flow: a file of NAME=VALUE lines, as systemd's EnvironmentFile
 * has them, and the environment, which the file overrides.  The file is read, not run.
 *
 * Tested by tests/rc-settings.t. */
#ifndef RC_SETTINGS_H
#define RC_SETTINGS_H

#include <stddef.h>

#include "base/out.h"

struct rc_setting {
	char *name, *value; /* owned */
};

struct rc_settings {             /* start as { 0 } */
	char *path;              /* of the file; NULL: there is none; owned */
	int open_to_all;         /* everybody can read it */
	struct rc_setting *list; /* what the file has, in its order; owned */
	size_t count;
};

/* rc_settings_read: read the file at path; NULL: the one that RC_FLOW_ENV names, or the first that
 * is there, of flow.env in ~/.config/rappelconso and /etc/rappelconso.  RC_CONFIG: it cannot be
 * read, or a line is no setting. */
int rc_settings_read(struct rc_settings *s, const char *path);
/* rc_settings_get: the value of a setting, of the file or the environment; NULL: there is none. */
const char *rc_settings_get(const struct rc_settings *s, const char *name);
/* rc_settings_check: whether all can be taken: RC_CONFIG: a name is known to no program, would
 * change what is run, or has a value that its program would refuse.  That others can read a secret
 * is warned about. */
int rc_settings_check(const struct rc_settings *s);
/* rc_settings_show: write all that is in effect, by name, without secrets.  RC_IO, RC_PIPE. */
int rc_settings_show(const struct rc_settings *s, struct rc_out *out);
/* rc_settings_export: write those of the file as statements that a POSIX shell evaluates, and where
 * the lock is, and refresh=replace, where the description has that.  RC_CONFIG: there is no
 * place for the lock, or the description is bad. */
int rc_settings_export(const struct rc_settings *s, struct rc_out *out);
/* rc_settings_free: release what s owns. */
void rc_settings_free(struct rc_settings *s);

#endif
