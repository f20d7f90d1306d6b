/* http_options.h - what every request has in common, as libcurl's options.
 *
 * Tested by tests/rc-fetch-proxy.t. */
#ifndef RC_HTTP_OPTIONS_H
#define RC_HTTP_OPTIONS_H

#include <curl/curl.h>

#include "base/secrets.h"
#include "portal/http_conf.h"

/* rc_http_options_set: of c, as conf says; what is put into *headers has to live as long, and is
 * the caller's to free; secrets gets what libcurl's messages may quote.  RC_CONFIG: the
 * authorization is no header's value; RC_OSERR: libcurl cannot be set up, or there is no memory. */
int rc_http_options_set(CURL *c, const struct rc_http_conf *conf, struct curl_slist **headers,
    struct rc_secrets *secrets);

#endif
