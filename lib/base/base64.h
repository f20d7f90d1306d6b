/* base64.h - bytes that are no text, as text (RFC 4648, section 4). */
#ifndef RC_BASE64_H
#define RC_BASE64_H

#include "base/buf.h"

/* rc_base64_put: append the bytes in Base64, padded.  RC_OSERR: no memory. */
int rc_base64_put(struct rc_buf *out, struct rc_span bytes);
/* rc_base64_get: append the bytes that text stands for.  RC_DATA: it is not
 * padded Base64 (nothing is printed); RC_OSERR: no memory. */
int rc_base64_get(struct rc_buf *out, struct rc_span text);

#endif
