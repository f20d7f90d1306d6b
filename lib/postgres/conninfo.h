/* conninfo.h - connection strings: whether one is well formed, and what of it may be shown, for it
 * may have a password in it.
 *
 * A text that is neither a URI nor has a "=" is the name of a database.
 *
 * Tested by tests/rc-load-connect.t. */
#ifndef RC_CONNINFO_H
#define RC_CONNINFO_H

#include "base/buf.h"

/* rc_conninfo_check: whether libpq can take conninfo apart.  RC_CONFIG: not, or as it is not
 * meant: a password that has characters of a URI makes its rest a host; why has the reason, with
 * nothing of conninfo in it but option names, and a NUL that is not counted.  RC_OSERR: no memory.
 */
int rc_conninfo_check(const char *conninfo, struct rc_buf *why);
/* rc_conninfo_mask: append text, one of libpq's, without what is between its first quote and its
 * last, which may be part of a password.  RC_OSERR: no memory. */
int rc_conninfo_mask(const char *text, struct rc_buf *out);
/* rc_conninfo_is_one: whether text is a connection string for libpq, not just a name. */
int rc_conninfo_is_one(const char *text);
/* rc_conninfo_show: append what conninfo says, option by option, with *** in place of secrets; all
 * of it is one where libpq cannot take it apart.  RC_OSERR: no memory. */
int rc_conninfo_show(const char *conninfo, struct rc_buf *out);
/* rc_conninfo_has_password: whether there is one in conninfo. */
int rc_conninfo_has_password(const char *conninfo);

#endif
