/* address.h - a portal's address.  Tested by tests/rc-fetch.t. */
#ifndef RC_ADDRESS_H
#define RC_ADDRESS_H

#include "base/span.h"

/* rc_address_check: 0 where url, which an option, a variable or a description called name
 * gives, is the address of a portal; else that was reported, and it is `wrong`, a status. */
int rc_address_check(const char *name, const char *url, int wrong);
/* rc_address_host: the host of url, with its port. */
struct rc_span rc_address_host(const char *url);

#endif
