#include <stdlib.h>

#include "base/status.h"
#include "state/keep.h"

int
rc_keep_path(const char *dataset, const char *file, struct rc_buf *out)
{
	const char *folder = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int status;

	if (folder != NULL && *folder == '/')
		status = rc_buf_adds(out, folder);
	else if (home != NULL && *home == '/')
		status = rc_buf_printf(out, "%s/.local/state", home);
	else
		return RC_CONFIG;
	return status != 0 ? status : rc_buf_printf(out, "/rappelconso/%s/%s", dataset, file);
}
