#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "portal/http_options.h"

#define MAX_REDIRECTS 5L

/* set_authorization: as a header of our own.  libcurl leaves one of this name
 * out where a redirect leads to another host, port or protocol. */
static int
set_authorization(CURL *c, const char *value, struct curl_slist **headers)
{
	struct rc_buf line = { 0 };
	const char *text = NULL;
	int status = RC_OK;

	for (const char *p = value; *p != '\0'; p++)
		if (*p < ' ' || *p == 0x7f) {
			rc_log_error("the key for the portal holds a character that no header can "
				     "have: check RC_API_KEY");
			return RC_CONFIG;
		}
	if ((status = rc_buf_printf(&line, "Authorization: %s", value)) == 0 &&
	    ((text = rc_buf_text(&line)) == NULL ||
		(*headers = curl_slist_append(NULL, text)) == NULL ||
		curl_easy_setopt(c, CURLOPT_HTTPHEADER, *headers) != CURLE_OK)) {
		rc_log_error("no memory for a request");
		status = RC_OSERR;
	}
	rc_buf_free(&line);
	return status;
}

/* set_by_variable: an option to what a variable of the environment says, if it says anything. */
static CURLcode
set_by_variable(CURL *c, CURLoption option, const char *name)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0' ? CURLE_OK : curl_easy_setopt(c, option, value);
}

/* set_options: one after the other; 0 once they all are. */
static int
set_options(CURL *c, const struct rc_http_conf *conf)
{
	return curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != CURLE_OK ||
	    /* a name server that is silent is not waited for in the end */
	    curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_USERAGENT, conf->user_agent) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip") != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)conf->connect_ms) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_MAXREDIRS, MAX_REDIRECTS) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_UNRESTRICTED_AUTH, 0L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) != CURLE_OK ||
	    set_by_variable(c, CURLOPT_CAPATH, "SSL_CERT_DIR") != CURLE_OK ||
	    set_by_variable(c, CURLOPT_CAINFO, "SSL_CERT_FILE") != CURLE_OK;
}

/* add_secrets: what libcurl knows of its environment, and may quote. */
static int
add_secrets(struct rc_secrets *secrets, const struct rc_http_conf *conf)
{
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY" };
	int status = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && status == 0; i++)
		if (getenv(names[i]) != NULL)
			status = rc_secrets_add_url(secrets, getenv(names[i]));
	if (status == 0 && conf->authorization != NULL)
		status = rc_secrets_add(
		    secrets, (struct rc_span){ conf->authorization, strlen(conf->authorization) });
	return status;
}

int
rc_http_options_set(CURL *c, const struct rc_http_conf *conf, struct curl_slist **headers,
    struct rc_secrets *secrets)
{
	int status;

	if (set_options(c, conf) != 0) {
		rc_log_error("libcurl cannot be set up: no memory, or it is older than 7.87 or "
			     "has no TLS");
		return RC_OSERR;
	}
	if ((status = add_secrets(secrets, conf)) != 0 || conf->authorization == NULL)
		return status;
	return set_authorization(c, conf->authorization, headers);
}
