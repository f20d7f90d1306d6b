/* retry.h - when a server says that it may be asked again. */
#ifndef RC_RETRY_H
#define RC_RETRY_H

#include <time.h>

/* rc_retry_until: seconds from now until the time that text is: seconds since
 * 1970, or an ISO 8601 date and time, by default in UTC; 0 if it is neither, or
 * past. */
long rc_retry_until(const char *text, time_t now);

#endif
