/* shell.h - statements that a shell evaluates, whatever the values have in them.
 *
 * Tested by tests/rc-settings.t. */
#ifndef RC_SHELL_H
#define RC_SHELL_H

#include "base/buf.h"

/* rc_shell_quote: append text as one word.  RC_OSERR: no memory. */
int rc_shell_quote(struct rc_buf *out, const char *text);
/* rc_shell_assign: append what gives name that value, with ("export ") or "" before it.  RC_OSERR:
 * no memory. */
int rc_shell_assign(struct rc_buf *out, const char *before, const char *name, const char *value);

#endif
