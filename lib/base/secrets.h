/* secrets.h - mask texts that must not be shown in messages of a library, which may quote them.
 *
 * Tested by tests/unit/base/secrets.c. */
#ifndef RC_SECRETS_H
#define RC_SECRETS_H

#include "base/buf.h"

struct rc_secrets {         /* start as { 0 } */
	struct rc_buf list; /* one behind the other, each with a NUL */
};

/* rc_secrets_add: mask text from now on, if it has 3 bytes or more.  RC_OSERR: no memory. */
int rc_secrets_add(struct rc_secrets *s, struct rc_span text);
/* rc_secrets_add_url: mask what an address has before its last "@", and the password in that, as
 * written and with %XX decoded. */
int rc_secrets_add_url(struct rc_secrets *s, const char *url);
/* rc_secrets_mask: put text into the room > 0 bytes at out, with *** in place of each of them, and
 * a NUL; what does not fit is left out. */
void rc_secrets_mask(const struct rc_secrets *s, const char *text, char *out, size_t room);
/* rc_secrets_free: release what s owns. */
void rc_secrets_free(struct rc_secrets *s);

#endif
