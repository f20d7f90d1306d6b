/* portal.h - requests to a portal, which may fail, and trying them again.
 *
 * One try is rc_portal_ask().  Where it failed in a way that another try may
 * help, or its caller finds that so (rc_portal_blame()), rc_portal_again() waits
 * as long as it should, or gives up.  It gives up after a number of tries in a
 * row without progress, of which only the caller knows (rc_portal_progress()).
 *
 * Tested by tests/rc-fetch.t. */
#ifndef RC_PORTAL_H
#define RC_PORTAL_H

#include "base/span.h"
#include "portal/http.h"

struct rc_portal; /* opaque */

struct rc_portal_conf {      /* borrowed until rc_portal_close() */
	const char *url;     /* "https://host": rc_address_check(); slashes at its
			      * end do not count */
	const char *api_key; /* or NULL */
	int timeout_ms;      /* silence at most, in the first try; two thirds of it later */
	int tries;           /* in a row without progress; > 0 */
	int backoff_ms;      /* the first wait at most; it doubles, up to 30 s */
	int has_where;       /* a request that is refused as malformed is the user's: RC_USAGE */
};

#define RC_PORTAL_CONF_INIT                                                                        \
	{                                                                                          \
		.timeout_ms = 30000, .tries = 5, .backoff_ms = 500                                 \
	}

enum rc_portal_end {
	RC_PORTAL_DONE,   /* the answer came whole, or sink wanted no more of it */
	RC_PORTAL_AGAIN,  /* it failed, and rc_portal_again() knows why */
	RC_PORTAL_ABSENT, /* there is nothing of that path (404, 410) */
	RC_PORTAL_STOP    /* a stop was requested (stop.h) */
};

/* rc_portal_open: RC_CONFIG: the key is no header's value; RC_OSERR: libcurl cannot
 * be set up. */
int rc_portal_open(struct rc_portal **pp, const struct rc_portal_conf *conf);
/* rc_portal_ask: try once to get path, which starts with a slash; as
 * rc_http_get().  Failures that no other try can help: RC_UNREACHABLE: the
 * certificate is not accepted; RC_DENIED; RC_USAGE, RC_CONFIG: the request is
 * refused. */
int rc_portal_ask(
    struct rc_portal *p, const char *path, rc_http_sink *sink, void *to, enum rc_portal_end *end);
/* rc_portal_absent: report that there is nothing, and return RC_CONFIG; from then on
 * rc_portal_is_absent() until there is something. */
int rc_portal_absent(struct rc_portal *p);
int rc_portal_is_absent(const struct rc_portal *p);
/* rc_portal_blame: what came was not what it should be; say so if it is tried
 * again or given up. */
void rc_portal_blame(struct rc_portal *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* rc_portal_progress: the next try is a first one. */
void rc_portal_progress(struct rc_portal *p);
/* rc_portal_again: wait before the next try, or until a stop was requested.
 * RC_UNREACHABLE, RC_TEMPFAIL: there is none. */
int rc_portal_again(struct rc_portal *p);
/* rc_portal_timeout_ms: how long it may be silent. */
int rc_portal_timeout_ms(const struct rc_portal *p);
/* rc_portal_asked_s: for how many seconds the portal wanted to be left alone when
 * it failed last; 0: it did not say. */
long rc_portal_asked_s(const struct rc_portal *p);
/* rc_portal_url: for messages. */
const char *rc_portal_url(const struct rc_portal *p);
/* rc_portal_close: NULL is fine. */
void rc_portal_close(struct rc_portal *p);

#endif
