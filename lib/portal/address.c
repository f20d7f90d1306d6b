#include <string.h>

#include "base/log.h"
#include "portal/address.h"
#include "portal/http.h"

int
rc_address_check(const char *name, const char *url, int wrong)
{
	const char *host = strncmp(url, "https://", 8) == 0 ? url + 8
	    : strncmp(url, "http://", 7) == 0               ? url + 7
							    : "";
	size_t n = strlen(url);
	const char *why;

	if (strcspn(host, "/") == 0)
		rc_log_error("%s: not the address of a portal, which starts with https://", name);
	else if (strchr(host, '@') != NULL) /* not shown: it may be a password */
		rc_log_error("%s: an address with a user in it: give the key in RC_API_KEY", name);
	else if (strstr(host, "/api/") != NULL || strcmp(url + n - 4, "/api") == 0 ||
	    strpbrk(host, "?# ") != NULL)
		rc_log_error(
		    "%s %.*s: give the portal's address without /api and what follows, and "
		    "the key in RC_API_KEY",
		    name, (int)strcspn(url, "?# "), url); /* a query may have the key */
	else if ((why = rc_http_url_why(url)) != NULL)
		rc_log_error("%s %s: not the address of a portal: %s", name, url, why);
	else
		return 0;
	return wrong;
}

struct rc_span
rc_address_host(const char *url)
{
	const char *start = strstr(url, "://");

	start = start != NULL ? start + 3 : url;
	return (struct rc_span){ start, strcspn(start, "/?#") };
}
