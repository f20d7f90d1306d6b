/* keep.h - where what is kept from run to run is by default: a folder for each dataset under the
 * user's state folder.
 *
 * Tested by tests/rc-settings.t. */
#ifndef RC_KEEP_H
#define RC_KEEP_H

#include "base/buf.h"

/* rc_keep_path: append $XDG_STATE_HOME/rappelconso/DATASET/FILE, else that under ~/.local/state, to
 * out.  RC_CONFIG: neither XDG_STATE_HOME nor HOME is set, which is not reported; RC_OSERR: no
 * memory. */
int rc_keep_path(const char *dataset, const char *file, struct rc_buf *out);

#endif
