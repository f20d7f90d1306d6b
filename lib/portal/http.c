#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/secrets.h"
#include "base/status.h"
#include "base/stop.h"
#include "portal/http.h"
#include "portal/http_options.h"

#define TEXT_MAX  ((size_t)64 << 10)
#define MAX_HEADS 20 /* of redirects, and of codes below 200 */
#define POLL_MS   1000
#define RETRY_MAX 1000000000L /* s, which are 31 years */
#define TOO_LARGE 100         /* CURLE_TOO_LARGE, which libcurl has since 8.6 */

struct rc_http {
	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers;
	struct rc_secrets secrets;          /* which those may quote */
	char error[CURL_ERROR_SIZE];        /* libcurl's words */
	char shown[CURL_ERROR_SIZE];        /* without secrets */
	char strange[CURL_ERROR_SIZE + 64]; /* ours, with libcurl's */
	/* of the request under way */
	rc_http_sink *sink;
	void *to;
	struct rc_http_answer *answer;
	double last; /* when something came, or the sink was done with it */
	int heads;   /* status lines that came */
	int no_head; /* one of them is none */
	int full;    /* of an answer other than 200 there is enough */
	int status;  /* of the sink */
};

/* status_line: is it one?  "HTTP/1.1 " 3DIGIT (RFC 9112, section 4), or, as libcurl writes those
 * of the versions that need TLS, "HTTP/2 " 3DIGIT.  libcurl takes one thing or another for an
 * answer, according to its release. */
static int
status_line(const struct rc_http *h, const char *p, size_t n)
{
	static const char *const versions[] = { "HTTP/1.1 ", "HTTP/1.0 ", "HTTP/2 ", "HTTP/3 " };
	size_t at = 0, digits = 0;
	char *scheme = NULL;

	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions) && at == 0; i++)
		if (n > strlen(versions[i]) && memcmp(p, versions[i], strlen(versions[i])) == 0)
			at = strlen(versions[i]);
	while (at > 0 && at + digits < n && p[at + digits] >= '0' && p[at + digits] <= '9')
		digits++;
	if (digits != 3 || p[at] == '0')
		return 0;
	curl_easy_getinfo(h->easy, CURLINFO_SCHEME, &scheme);
	return p[6] == '.' || (scheme != NULL && strcasecmp(scheme, "https") == 0);
}

/* on_header: p holds a whole line of size * n bytes, its end included. */
static size_t
on_header(char *p, size_t size, size_t n, void *to)
{
	struct rc_http *h = to;

	n *= size;
	if (n <= 5 || memcmp(p, "HTTP/", 5) != 0)
		return n;
	if (!status_line(h, p, n)) {
		h->no_head = 1;
		return CURL_WRITEFUNC_ERROR;
	}
	if (h->heads == 0)
		h->answer->for_good = memcmp(strchr(p, ' ') + 1, "301", 3) == 0 ||
		    memcmp(strchr(p, ' ') + 1, "308", 3) == 0;
	/* a header now and then is no answer; a few status lines may precede one */
	if (h->heads++ < MAX_HEADS)
		h->last = rc_clock_now();
	return n;
}

/* on_body: p holds size * n bytes, and size is 1. */
static size_t
on_body(char *p, size_t size, size_t n, void *to)
{
	struct rc_http *h = to;
	struct rc_buf *text = &h->answer->text;
	long code = 0;

	n *= size;
	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &code);
	if (code == 200) {
		h->status = h->sink(h->to, p, n);
		h->last = rc_clock_now();
	} else { /* all of it within the time for silence */
		h->status =
		    rc_buf_add(text, p, n < TEXT_MAX - text->len ? n : TEXT_MAX - text->len);
		h->full = text->len == TEXT_MAX;
	}
	return h->status == 0 && !h->full ? n : CURL_WRITEFUNC_ERROR;
}

static int
set_callbacks(struct rc_http *h)
{
	CURL *c = h->easy;

	return curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->error) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_HEADERDATA, h) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_WRITEDATA, h) != CURLE_OK;
}

const char *
rc_http_version(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "libcurl %s", curl_version_info(CURLVERSION_NOW)->version);
	return text;
}

int
rc_http_open(struct rc_http **hp, const struct rc_http_conf *conf)
{
	struct rc_http *h = NULL;
	int status = RC_OSERR;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (h = calloc(1, sizeof(*h))) == NULL || (h->multi = curl_multi_init()) == NULL ||
	    (h->easy = curl_easy_init()) == NULL || set_callbacks(h) != 0)
		rc_log_error("libcurl cannot be set up: no memory");
	else
		status = rc_http_options_set(h->easy, conf, &h->headers, &h->secrets);
	if (status != 0) {
		rc_http_close(h);
		return status;
	}
	*hp = h;
	return 0;
}

/* run: let the transfer go on until it ends, a stop was requested, or
 * nothing came for silence_ms. */
static int
run(struct rc_http *h, int silence_ms, enum rc_http_end *end)
{
	struct curl_waitfd stop = { .fd = rc_stop_fd(), .events = CURL_WAIT_POLLIN };
	CURLMcode failed;
	double left_ms;
	int running;

	*end = RC_HTTP_ANSWERED;
	for (;;) {
		if ((failed = curl_multi_perform(h->multi, &running)) != CURLM_OK)
			break;
		if (running == 0)
			return 0;
		left_ms = silence_ms - (rc_clock_now() - h->last) * 1000;
		*end = rc_stop_signal() != 0 ? RC_HTTP_STOPPED
		    : left_ms <= 0           ? RC_HTTP_SILENT
					     : RC_HTTP_ANSWERED;
		if (*end != RC_HTTP_ANSWERED)
			return 0;
		/* a millisecond more, so as not to wake just too early */
		if ((failed = curl_multi_poll(h->multi, &stop, stop.fd != -1,
			 left_ms < POLL_MS ? (int)left_ms + 1 : POLL_MS, NULL)) != CURLM_OK)
			break;
	}
	rc_log_error("libcurl failed: %s", curl_multi_strerror(failed));
	return RC_BUG;
}

/* why_strange: what is wrong with an answer: the kind in words of our own, which are the same with
 * each release of libcurl, and libcurl's where they are true and say more. */
static const char *
why_strange(struct rc_http *h, CURLcode result)
{
	const char *kind = h->heads == 0 ? "its status line is none" : "a header that is none";

	if (h->no_head)
		return "its status line is none";
	switch ((int)result) {
	case CURLE_BAD_CONTENT_ENCODING:
		return "its body is neither plain nor whole gzip";
	case CURLE_WRITE_ERROR: /* and the sink took all */
		return "more follows behind the end of its compressed body";
	case CURLE_OUT_OF_MEMORY: /* that is what an older libcurl says */
	case TOO_LARGE:
		return "a header that is too long";
	default:
		if (h->shown[0] == '\0')
			return kind;
		snprintf(h->strange, sizeof(h->strange), "%s (%s)", kind, h->shown);
		return h->strange;
	}
}

/* silent: nothing came in time; without a connection, nobody was reached. */
static enum rc_http_end
silent(struct rc_http *h)
{
	curl_off_t connected = 0;

	curl_easy_getinfo(h->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (connected > 0)
		return RC_HTTP_SILENT;
	if (h->error[0] == '\0')
		snprintf(h->error, sizeof(h->error), "no connection in time");
	return RC_HTTP_UNREACHED;
}

/* judge_end: how a transfer ended that libcurl ended. */
static enum rc_http_end
judge_end(struct rc_http *h, CURLcode result)
{
	long code = h->answer->code, of_proxy = 0;

	curl_easy_getinfo(h->easy, CURLINFO_HTTP_CONNECTCODE, &of_proxy);
	if (h->status == RC_HTTP_NO_MORE)
		return RC_HTTP_ENOUGH;
	if (of_proxy >= 400 || code == 407) {
		h->answer->code = of_proxy >= 400 ? of_proxy : code;
		return RC_HTTP_PROXY;
	}
	if (h->full)
		return RC_HTTP_ANSWERED;
	switch ((int)result) {
	case CURLE_OK:
		return RC_HTTP_ANSWERED;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return RC_HTTP_UNRESOLVED;
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
		return RC_HTTP_UNREACHED;
	case CURLE_OPERATION_TIMEDOUT: /* the only limit it knows is for connecting */
		return silent(h);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_CRL_BADFILE:
		return RC_HTTP_UNTRUSTED;
	case CURLE_TOO_MANY_REDIRECTS:
		return RC_HTTP_MISDIRECTED;
	case CURLE_UNSUPPORTED_PROTOCOL: /* of a redirect's target, or of an answer */
	case CURLE_URL_MALFORMAT:
		return code >= 300 && code < 400 ? RC_HTTP_MISDIRECTED : RC_HTTP_STRANGE;
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_WRITE_ERROR:
	case CURLE_OUT_OF_MEMORY:
	case TOO_LARGE:
		return h->status == 0 ? RC_HTTP_STRANGE : RC_HTTP_BROKEN;
	default:
		return RC_HTTP_BROKEN;
	}
}

/* set_moved: where redirects have led. */
static void
set_moved(struct rc_http *h)
{
	char *url = NULL;
	long count = 0;

	curl_easy_getinfo(h->easy, CURLINFO_REDIRECT_COUNT, &count);
	if (count > 0)
		curl_easy_getinfo(h->easy, CURLINFO_EFFECTIVE_URL, &url);
	h->answer->moved = url;
}

int
rc_http_get(struct rc_http *h, const char *url, int silence_ms, rc_http_sink *sink, void *to,
    struct rc_http_answer *answer)
{
	const char *onward = strncmp(url, "https:", 6) == 0 ? "https" : "http,https";
	CURLcode result = CURLE_OK;
	CURLMsg *message;
	int status, left;

	h->sink = sink;
	h->to = to;
	h->answer = answer;
	h->status = h->heads = h->no_head = h->full = 0;
	h->last = rc_clock_now();
	h->error[0] = '\0';
	answer->code = 0;
	answer->for_good = 0;
	answer->moved = NULL;
	answer->text.len = 0;
	if (curl_easy_setopt(h->easy, CURLOPT_URL, url) != CURLE_OK ||
	    curl_easy_setopt(h->easy, CURLOPT_REDIR_PROTOCOLS_STR, onward) != CURLE_OK ||
	    curl_multi_add_handle(h->multi, h->easy) != CURLM_OK) {
		rc_log_error("no memory for a request");
		return RC_OSERR;
	}
	status = run(h, silence_ms, &answer->end);
	while ((message = curl_multi_info_read(h->multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE)
			result = message->data.result;
	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &answer->code);
	if (status == 0 && answer->end == RC_HTTP_ANSWERED)
		answer->end = judge_end(h, result);
	else if (status == 0 && answer->end == RC_HTTP_SILENT && answer->code >= 300)
		answer->end = RC_HTTP_ANSWERED; /* what it says is known; why, as far as it came */
	else if (status == 0 && answer->end == RC_HTTP_SILENT)
		answer->end = silent(h);
	curl_multi_remove_handle(h->multi, h->easy);
	rc_secrets_mask(&h->secrets, h->error, h->shown, sizeof(h->shown));
	answer->why = answer->end == RC_HTTP_STRANGE ? why_strange(h, result)
	    : h->shown[0] != '\0'                    ? h->shown
						     : curl_easy_strerror(result);
	set_moved(h);
	return status != 0 || h->status == RC_HTTP_NO_MORE ? status : h->status;
}

const char *
rc_http_url_why(const char *url)
{
	CURLU *parsed = curl_url();
	CURLUcode code =
	    parsed == NULL ? CURLUE_OUT_OF_MEMORY : curl_url_set(parsed, CURLUPART_URL, url, 0);

	curl_url_cleanup(parsed);
	return code == CURLUE_OK ? NULL : curl_url_strerror(code);
}

const char *
rc_http_header(struct rc_http *h, const char *name)
{
	struct curl_header *header;

	return curl_easy_header(h->easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
	    ? header->value
	    : NULL;
}

long
rc_http_retry_after(struct rc_http *h)
{
	curl_off_t seconds = 0;

	curl_easy_getinfo(h->easy, CURLINFO_RETRY_AFTER, &seconds);
	return seconds < RETRY_MAX ? (long)seconds : RETRY_MAX;
}

int
rc_http_is_web(const char *text)
{
	text += strspn(text, " \t\r\n");
	return *text == '<' &&
	    (text[1] == '!' || (text[1] >= 'a' && text[1] <= 'z') ||
		(text[1] >= 'A' && text[1] <= 'Z'));
}

void
rc_http_close(struct rc_http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->easy);
	curl_multi_cleanup(h->multi);
	curl_slist_free_all(h->headers);
	rc_secrets_free(&h->secrets);
	free(h);
	curl_global_cleanup();
}
