#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "base/status.h"
#include "postgres/hosts.h"

#define HOST_MS 10000 /* for one of several, where connect_timeout is not set */

/* item: the i'th of a list with commas. */
static struct rc_span
item(const char *list, size_t i)
{
	size_t n = strcspn(list, ",");

	for (; i > 0 && list[n] == ','; i--, n = strcspn(list, ","))
		list += n + 1;
	return (struct rc_span){ list, i == 0 ? n : 0 };
}

static int
read_option(const PQconninfoOption *o, struct rc_buf *to)
{
	int status = o->val != NULL ? rc_buf_adds(to, o->val) : 0;

	return status == 0 && rc_buf_text(to) == NULL ? RC_OSERR : status;
}

int
rc_hosts_read(struct rc_hosts *h, PGconn *conn)
{
	PQconninfoOption *all;
	double seconds = -1;
	int status = 0;

	if (h->count > 0)
		return 0;
	if ((all = PQconninfo(conn)) == NULL)
		return RC_OSERR;
	for (const PQconninfoOption *o = all; o->keyword != NULL && status == 0; o++) {
		if (strcmp(o->keyword, "host") == 0)
			status = read_option(o, &h->host);
		else if (strcmp(o->keyword, "hostaddr") == 0)
			status = read_option(o, &h->hostaddr);
		else if (strcmp(o->keyword, "port") == 0)
			status = read_option(o, &h->port);
		else if (strcmp(o->keyword, "connect_timeout") == 0 && o->val != NULL &&
		    *o->val != '\0')
			seconds = strtod(o->val, NULL);
	}
	PQconninfoFree(all);
	h->count = 1;
	for (size_t i = 0; status == 0 && (i < h->host.len || i < h->hostaddr.len); i++)
		h->count += (h->hostaddr.len > 0 ? h->hostaddr : h->host).data[i] == ',';
	h->limit_ms = seconds > 0 ? seconds * 1000 : HUGE_VAL;
	if (seconds == -1 && h->count > 1)
		h->limit_ms = HOST_MS;
	return status;
}

/* is_at: whether the i'th host is the one that conn is at. */
static int
is_at(const struct rc_hosts *h, const PGconn *conn, size_t i)
{
	struct rc_span host = item(h->host.data, i), addr = item(h->hostaddr.data, i);
	struct rc_span port = item(h->port.data, strchr(h->port.data, ',') != NULL ? i : 0);

	return rc_span_is(host.n > 0 ? host : addr, PQhost(conn)) &&
	    (port.n == 0 || rc_span_is(port, PQport(conn)));
}

/* drop: the i'th of a list.  A port may be one for all. */
static int
drop(struct rc_buf *list, size_t i)
{
	struct rc_span it = item(list->data, i);
	size_t at = (size_t)(it.p - list->data), n = it.n;

	if (strchr(list->data, ',') == NULL)
		return 0;
	if (list->data[at + n] == ',')
		n++;
	else if (at > 0) {
		at--;
		n++;
	}
	memmove(list->data + at, list->data + at + n, list->len - at - n);
	list->len -= n;
	return rc_buf_text(list) == NULL ? -1 : 0;
}

int
rc_hosts_drop(struct rc_hosts *h, const PGconn *conn, struct rc_buf *why)
{
	size_t i = 0;

	while (i < h->count && !is_at(h, conn, i))
		i++;
	if (h->count <= 1 || i == h->count)
		return 0;
	if (rc_buf_printf(why, "\"%s\", port %s: no answer within %.0f ms; ", PQhost(conn),
		PQport(conn), h->limit_ms) != 0 ||
	    drop(&h->host, i) != 0 || drop(&h->hostaddr, i) != 0 || drop(&h->port, i) != 0)
		return -1;
	h->count--;
	return 1;
}

void
rc_hosts_free(struct rc_hosts *h)
{
	rc_buf_free(&h->host);
	rc_buf_free(&h->hostaddr);
	rc_buf_free(&h->port);
}
