#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "portal/address.h"
#include "portal/portal.h"
#include "portal/retry.h"
#include "portal/said.h"

#define CONNECT_MS   10000
#define ASKED_MAX_S  300L /* a longer wait is for whoever starts this, not for us */
#define LOOKUP_MAX_S 8    /* for a name without an address: a typing error, mostly */
#define SAID_MAX     300  /* bytes of what the portal says that are shown */

struct failure { /* of the last try */
	int status;
	char what[512];
	const char *todo; /* for when it is given up */
	long asked_s;     /* the wait that the portal asked for; 0: none */
	int lookup;       /* the name has no address */
};

struct rc_portal {
	const struct rc_portal_conf *conf;
	struct rc_http *http;
	struct rc_http_answer answer;
	char *name;        /* its address, without a slash at its end */
	struct rc_buf url; /* of the request */
	struct failure failure;
	struct rc_backoff backoff;
	int absent;
	int said_moved, said_no_key;
	int tries;      /* since the last progress */
	double started; /* the first of them */
};

int
rc_portal_open(struct rc_portal **pp, const struct rc_portal_conf *conf)
{
	struct rc_http_conf http = { .user_agent = "rappelconso/" RC_VERSION };
	size_t n = strlen(conf->url);
	struct rc_buf key = { 0 };
	struct rc_portal *p;
	int status = 0;

	while (n > 0 && conf->url[n - 1] == '/')
		n--;
	if ((p = calloc(1, sizeof(*p))) == NULL || (p->name = strndup(conf->url, n)) == NULL) {
		rc_log_errno("no memory for the portal");
		free(p);
		return RC_OSERR;
	}
	p->conf = conf;
	rc_backoff_start(&p->backoff, conf->backoff_ms);
	http.connect_ms = conf->timeout_ms < CONNECT_MS ? conf->timeout_ms : CONNECT_MS;
	if (conf->api_key != NULL && strncmp(p->name, "http://", 7) == 0)
		rc_log_warn(
		    "%s: the key in RC_API_KEY is sent in clear there: use https://", p->name);
	if (conf->api_key != NULL &&
	    (status = rc_buf_printf(&key, "Apikey %s", conf->api_key)) == 0 &&
	    (http.authorization = rc_buf_text(&key)) == NULL)
		status = RC_OSERR;
	if (status == 0)
		status = rc_http_open(&p->http, &http);
	rc_buf_free(&key);
	if (status != 0) {
		rc_portal_close(p);
		return status;
	}
	*pp = p;
	return 0;
}

static void __attribute__((format(printf, 5, 0))) set_failure(
    struct rc_portal *p, int status, long asked_s, const char *todo, const char *fmt, va_list ap)
{
	p->failure = (struct failure){ .status = status, .asked_s = asked_s, .todo = todo };
	vsnprintf(p->failure.what, sizeof(p->failure.what), fmt, ap);
}

static void __attribute__((format(printf, 5, 6)))
failed(struct rc_portal *p, int status, long asked_s, const char *todo, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_failure(p, status, asked_s, todo, fmt, ap);
	va_end(ap);
}

void
rc_portal_blame(struct rc_portal *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_failure(p, RC_TEMPFAIL, 0, "try again later", fmt, ap);
	va_end(ap);
}

/* asked_wait: how many seconds the portal wants to be left alone; 0: it does not
 * say.  Besides Retry-After it has a header, or a member, that says when a
 * quota's new period begins; on answers other than 429 that means nothing. */
static long
asked_wait(struct rc_portal *p)
{
	long seconds = rc_http_retry_after(p->http);
	const char *reset;
	char text[64];

	if (seconds > 0 || p->answer.code != 429)
		return seconds;
	if ((reset = rc_http_header(p->http, "X-RateLimit-Reset")) != NULL &&
	    (seconds = rc_retry_until(reset, time(NULL))) > 0)
		return seconds;
	rc_said_member(&p->answer.text, "reset_time", text, sizeof(text));
	return rc_retry_until(text, time(NULL));
}

/* refused: an answer that is none: either it may be another next time, or it is
 * said why not. */
static int
refused(struct rc_portal *p)
{
	long code = p->answer.code;
	char said[SAID_MAX];

	rc_said_why(&p->answer.text, said, sizeof(said));
	if (code == 408 || code == 425 || code == 429 || code >= 500) {
		failed(p, RC_TEMPFAIL, asked_wait(p), "try again later", "%s (%ld)", said, code);
		return 0;
	}
	if (code == 401 || code == 403) {
		rc_log_error("%s: not permitted: %s (%ld): %s", p->name, said, code,
		    p->conf->api_key == NULL ? "it may want a key, in RC_API_KEY"
					     : "check the key in RC_API_KEY");
		return RC_DENIED;
	}
	if (code == 400 && p->conf->has_where) {
		rc_log_error("%s: the request is refused: %s: check --where", p->name, said);
		return RC_USAGE;
	}
	if (code >= 400)
		rc_log_error(
		    "%s: the request is refused: %s (%ld): check --api, and portal, key and "
		    "cursor in the description",
		    p->name, said, code);
	else
		rc_log_error("%s: answered with status %ld, which means nothing here: check --api",
		    p->name, code);
	return RC_CONFIG;
}

int
rc_portal_absent(struct rc_portal *p)
{
	char said[SAID_MAX];

	rc_said_why(&p->answer.text, said, sizeof(said));
	p->absent = 1;
	rc_log_error(
	    "%s: the request is refused: %s (%ld): check --api, and portal, key and cursor "
	    "in the description",
	    p->name, said, p->answer.code);
	return RC_CONFIG;
}

int
rc_portal_is_absent(const struct rc_portal *p)
{
	return p->absent;
}

/* refused_by_proxy: as refused(). */
static int
refused_by_proxy(struct rc_portal *p)
{
	long code = p->answer.code;

	if (code == 403 || code == 407) {
		rc_log_error("%s: the proxy refuses (%ld): check %s, and user and password in it",
		    p->name, code,
		    strncmp(p->name, "https:", 6) == 0 ? "https_proxy" : "http_proxy");
		return RC_DENIED;
	}
	failed(p, RC_TEMPFAIL, 0, "try again later", "the proxy does not connect (%ld)", code);
	return 0;
}

/* no_answer: as refused(), where no whole answer came. */
static int
no_answer(struct rc_portal *p, int silence_ms)
{
	const struct rc_http_answer *a = &p->answer;

	switch (a->end) {
	case RC_HTTP_PROXY:
		return refused_by_proxy(p);
	case RC_HTTP_UNTRUSTED:
		rc_log_error(
		    "%s: its certificate is not accepted: %s: check --api and the system's "
		    "certificates",
		    p->name, a->why);
		return RC_UNREACHABLE;
	case RC_HTTP_MISDIRECTED:
		rc_log_error("%s: a redirect that is not followed: %s: give the portal's new "
			     "address with --api",
		    p->name, a->why);
		return RC_CONFIG;
	case RC_HTTP_UNRESOLVED:
	case RC_HTTP_UNREACHED:
		failed(p, RC_UNREACHABLE, 0, "check the network, or name another portal with --api",
		    "cannot be reached: %s", a->why);
		p->failure.lookup = a->end == RC_HTTP_UNRESOLVED;
		return 0;
	case RC_HTTP_STRANGE:
		failed(p, RC_TEMPFAIL, 0, "try again later, or check --api",
		    "what answers does not speak HTTP as it should: %s", a->why);
		return 0;
	case RC_HTTP_SILENT:
		failed(p, RC_TEMPFAIL, 0, "try again later, or with a longer --timeout",
		    "nothing came for %d.%d s", silence_ms / 1000, silence_ms % 1000 / 100);
		return 0;
	default:
		failed(p, RC_TEMPFAIL, 0, "try again later", "the answer broke off: %s", a->why);
		return 0;
	}
}

/* tell_moved: once, that redirects were followed, where a person should know. */
static void
tell_moved(struct rc_portal *p)
{
	const char *to = p->answer.moved;
	struct rc_span new = rc_address_host(to), old = rc_address_host(p->name);
	int same = new.n == old.n &&memcmp(new.p, old.p, old.n) == 0;

	if (p->answer.for_good && !p->said_moved)
		rc_log_warn("%s: moved for good to %.*s: change the description, or --api", p->name,
		    (int)strcspn(to, "?#"), to);
	if (!same && p->conf->api_key != NULL && !p->said_no_key)
		rc_log_warn("%s: redirects to %.*s, to which the key in RC_API_KEY is not sent",
		    p->name, (int)new.n, new.p);
	p->said_moved |= p->answer.for_good;
	p->said_no_key |= !same;
}

int
rc_portal_ask(
    struct rc_portal *p, const char *path, rc_http_sink *sink, void *to, enum rc_portal_end *end)
{
	/* Two minutes are enough to find that nobody answers: 30 + 4 * 20 s, and the waits. */
	int silence_ms = p->tries == 0 ? p->conf->timeout_ms : p->conf->timeout_ms / 3 * 2 + 1;
	int status;

	*end = RC_PORTAL_AGAIN;
	p->url.len = 0;
	if ((status = rc_buf_printf(&p->url, "%s%s", p->name, path)) != 0)
		return status;
	rc_log_info("asking for %s", rc_buf_text(&p->url));
	if (p->tries++ == 0)
		p->started = rc_clock_now();
	status = rc_http_get(p->http, rc_buf_text(&p->url), silence_ms, sink, to, &p->answer);
	if (status != 0)
		return status;
	if (p->answer.end == RC_HTTP_STOPPED) {
		*end = RC_PORTAL_STOP;
		return 0;
	}
	if (p->answer.end != RC_HTTP_ANSWERED && p->answer.end != RC_HTTP_ENOUGH)
		return no_answer(p, silence_ms);
	if (p->answer.moved != NULL)
		tell_moved(p);
	if (p->answer.code == 404 || p->answer.code == 410) {
		*end = RC_PORTAL_ABSENT;
		return 0;
	}
	if (p->answer.code != 200)
		return refused(p);
	p->absent = 0;
	*end = RC_PORTAL_DONE;
	return 0;
}

void
rc_portal_progress(struct rc_portal *p)
{
	p->tries = 0;
	rc_backoff_reset(&p->backoff);
}

/* too_long: the portal is not to be asked again before a time that is far off. */
static int
too_long(const struct rc_portal *p)
{
	time_t at = time(NULL) + p->failure.asked_s;
	struct tm tm;
	char text[32];

	if (localtime_r(&at, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %Z", &tm) == 0)
		snprintf(text, sizeof(text), "%ld s", p->failure.asked_s);
	rc_log_error("%s: %s: it asks for no request before %s", p->name, p->failure.what, text);
	return RC_TEMPFAIL;
}

/* announce: that there will be another try.  If nobody answers at all, one line at the end
 * says as much as one for each try. */
static void
announce(const struct rc_portal *p, long wait_ms)
{
	void (*say)(const char *, ...) =
	    p->failure.status == RC_UNREACHABLE ? rc_log_info : rc_log_warn;

	if (p->tries == 0) /* the last try did bring something */
		say("%s: %s: trying again", p->name, p->failure.what);
	else
		say("%s: %s: trying again in %ld.%ld s (%d of %d)", p->name, p->failure.what,
		    wait_ms / 1000, wait_ms % 1000 / 100, p->tries + 1, p->conf->tries);
}

int
rc_portal_again(struct rc_portal *p)
{
	const struct failure *f = &p->failure;
	long wait_ms;

	if (f->asked_s > ASKED_MAX_S)
		return too_long(p);
	if (p->tries >= p->conf->tries ||
	    (f->lookup && rc_clock_now() - p->started > LOOKUP_MAX_S)) {
		if (p->tries > 1)
			rc_log_error("%s: %s (%d times): %s", p->name, f->what, p->tries, f->todo);
		else
			rc_log_error("%s: %s: %s", p->name, f->what, f->todo);
		return f->status;
	}
	wait_ms = rc_backoff_next(&p->backoff) + f->asked_s * 1000;
	if (f->lookup && wait_ms > 1000)
		wait_ms = 1000;
	announce(p, wait_ms);
	rc_stop_sleep(wait_ms);
	return 0;
}

int
rc_portal_timeout_ms(const struct rc_portal *p)
{
	return p->conf->timeout_ms;
}

long
rc_portal_asked_s(const struct rc_portal *p)
{
	return p->failure.asked_s;
}

const char *
rc_portal_url(const struct rc_portal *p)
{
	return p->name;
}

void
rc_portal_close(struct rc_portal *p)
{
	if (p == NULL)
		return;
	rc_http_close(p->http);
	rc_buf_free(&p->answer.text);
	rc_buf_free(&p->url);
	free(p->name);
	free(p);
}
