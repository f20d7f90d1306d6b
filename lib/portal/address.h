/* address.h - a portal's address.  Tested by tests/rc-fetch.t. */
#ifndef RC_ADDRESS_H
#define RC_ADDRESS_H

#include "base/span.h"

/* rc_address_check: 0 if url is the address of a portal; otherwise it reports why not, naming where
 * it came from (name: an option, a variable or a description), and returns `wrong`, a status. */
int rc_address_check(const char *name, const char *url, int wrong);
/* rc_address_host: the host of url, with its port. */
struct rc_span rc_address_host(const char *url);

#endif
