/* secret_setting.h - which settings have a secret in them, and how they are shown without it.
 *
 * Tested by tests/rc-settings.t. */
#ifndef RC_SECRET_SETTING_H
#define RC_SECRET_SETTING_H

#include "base/buf.h"

/* rc_secret_setting_show: append the value of a setting of that name, with *** in place of what is
 * secret, and no controls.  RC_OSERR: no memory. */
int rc_secret_setting_show(const char *name, const char *value, struct rc_buf *out);
/* rc_secret_setting_is: whether there is a secret in it. */
int rc_secret_setting_is(const char *name, const char *value);

#endif
