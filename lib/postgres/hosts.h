/* hosts.h - the hosts of a connection that are still to be tried.
 *
 * libpq tries the next host after a refusal, but not if a host accepts and is then silent: it has
 * to be told to begin again without that host.
 *
 * Tested by tests/rc-load-connect.t. */
#ifndef RC_HOSTS_H
#define RC_HOSTS_H

#include <libpq-fe.h>

#include "base/buf.h"

struct rc_hosts { /* start as { 0 }: those that libpq makes out of its settings */
	struct rc_buf host, hostaddr, port; /* as libpq's options, NUL-terminated */
	size_t count;                       /* 0: as it starts */
	double limit_ms; /* of each host, of a connection's connect_timeout; HUGE_VAL: none */
};

/* rc_hosts_read: of a connection that has begun, unless they were.  Of several, each gets 10 s
 * where connect_timeout is not set.  RC_OSERR: no memory. */
int rc_hosts_read(struct rc_hosts *h, PGconn *conn);
/* rc_hosts_drop: the host that conn is at, and say so in why, which begins with it then.  1: there
 * are others; 0: there are none; -1: no memory. */
int rc_hosts_drop(struct rc_hosts *h, const PGconn *conn, struct rc_buf *why);
/* rc_hosts_free: release what h owns. */
void rc_hosts_free(struct rc_hosts *h);

#endif
