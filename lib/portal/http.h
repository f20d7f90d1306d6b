/* http.h - one HTTP GET at a time, over a connection that is kept.
 *
 * Bodies come decompressed (gzip).  Certificates are always checked; up to 5
 * redirects are followed, none of them from https to http; the authorization is
 * never sent to another host, port or protocol than that of the url.  Proxies are those of
 * libcurl's environment, certificates those of the system, or of SSL_CERT_FILE and SSL_CERT_DIR.
 *
 * Tested by tests/rc-fetch.t. */
#ifndef RC_HTTP_H
#define RC_HTTP_H

#include "base/buf.h"
#include "portal/http_conf.h"

#define RC_HTTP_NO_MORE (-1) /* what a sink returns when it has what it wants */

struct rc_http; /* opaque */

enum rc_http_end {
	RC_HTTP_ANSWERED,    /* an answer came whole */
	RC_HTTP_ENOUGH,      /* the sink wanted no more */
	RC_HTTP_STOPPED,     /* a stop was requested (stop.h) */
	RC_HTTP_SILENT,      /* nothing came for too long */
	RC_HTTP_UNRESOLVED,  /* the host has no address */
	RC_HTTP_UNREACHED,   /* no connection */
	RC_HTTP_PROXY,       /* the proxy refuses; code is its */
	RC_HTTP_UNTRUSTED,   /* the certificate is not accepted */
	RC_HTTP_MISDIRECTED, /* redirected too often, or to where it must not be */
	RC_HTTP_STRANGE,     /* what came is not HTTP, or not as it should be */
	RC_HTTP_BROKEN       /* anything else: the answer is not whole */
};

struct rc_http_answer { /* start as { 0 } and use it again */
	enum rc_http_end end;
	long code;          /* of the answer, or 0: none came */
	const char *why;    /* in words, where end is a failure; until the next get */
	const char *moved;  /* where redirects led, to which the authorization was not sent, if any;
			     * or NULL; until the next get */
	int for_good;       /* the first of them says so */
	struct rc_buf text; /* body of an answer other than 200: its first 64 KiB */
};

/* A receiver of a body with code 200.  Whatever it returns but 0 ends the
 * transfer. */
typedef int rc_http_sink(void *to, const char *p, size_t n);

/* rc_http_version: name and release of the library. */
const char *rc_http_version(void);
/* rc_http_open: RC_CONFIG: the authorization is no header's value; RC_OSERR:
 * libcurl cannot be set up. */
int rc_http_open(struct rc_http **hp, const struct rc_http_conf *conf);
/* rc_http_get: ask for url, hand the body to sink and fill in *answer.  Nothing
 * for silence_ms ends it; the time that sink takes does not count.  Headers alone, and the
 * body of an answer other than 200, have to come whole within it.  Returns 0,
 * also where the answer is a failure, about which nothing was printed; a status
 * that sink returned; RC_IO, RC_BUG: libcurl failed. */
int rc_http_get(struct rc_http *h, const char *url, int silence_ms, rc_http_sink *sink, void *to,
    struct rc_http_answer *answer);
/* rc_http_url_why: why url is none, in words, or NULL. */
const char *rc_http_url_why(const char *url);
/* rc_http_header: a header of the last answer, or NULL; valid until the next
 * get. */
const char *rc_http_header(struct rc_http *h, const char *name);
/* rc_http_retry_after: what Retry-After said, in seconds from then (RFC 9110,
 * section 10.2.3), at most 31 years; 0: nothing. */
long rc_http_retry_after(struct rc_http *h);
/* rc_http_is_web: whether text starts as a web page does, which is what a portal
 * under maintenance, or another server, sends. */
int rc_http_is_web(const char *text);
/* rc_http_close: NULL is fine. */
void rc_http_close(struct rc_http *h);

#endif
