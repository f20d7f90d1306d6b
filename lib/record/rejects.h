/* rejects.h - records that cannot be handled: the end of the run, or set aside.
 *
 * Without a file a reject is an error that ends the run with RC_DATA.  With one
 * it is appended there as one JSON object (see rappelconso(7)), and the run goes
 * on, up to a number of them.  A reject that is already in the file is counted, but not
 * appended again.
 *
 * Tested by tests/rejects.t. */
#ifndef RC_REJECTS_H
#define RC_REJECTS_H

#include <stdint.h>

#include "base/opt.h"
#include "base/out.h"
#include "base/span.h"
#include "base/stats.h"

struct rc_rejects; /* opaque */

struct rc_rejects_conf {
	const char *path; /* borrowed; NULL: the first reject ends the run */
	uint64_t max;     /* how many may be set aside; UINT64_MAX: any number */
};

#define RC_REJECTS_CONF_INIT                                                                       \
	{                                                                                          \
		.max = UINT64_MAX                                                                  \
	}

/* The options for it, rows of a table of struct rc_opt. */
#define RC_REJECTS_OPTIONS(conf)                                                                   \
	{ 0, "rejects", "FILE", "set bad records aside in FILE and go on", rc_opt_text,            \
		&(conf).path },                                                                    \
	{                                                                                          \
		0, "max-rejects", "N", "stop at more than N of them", rc_opt_count, &(conf).max    \
	}

struct rc_message_id {        /* where in Kafka a record was found */
	struct rc_span topic; /* p is NULL where that is not known */
	int32_t partition;
	int64_t offset;
};

struct rc_reject {
	const char *input; /* name of what was read, such as "<stdin>" */
	uint64_t line;     /* in it, from 1; 0: not known */
	const char *field; /* or NULL where it is the whole record */
	const char *reason;
	struct rc_span key; /* as JSON; p is NULL where it is not known */
	struct rc_span raw; /* the line or value; p is NULL where it is not to be had */
	int is_json;        /* raw is one JSON value */
	struct rc_message_id id;
};

/* rc_rejects_open: RC_USAGE: a maximum without a file; RC_CANTCREATE: the file
 * cannot be opened.  Rejects are counted in stats, which is borrowed. */
int rc_rejects_open(
    struct rc_rejects **rp, const struct rc_rejects_conf *conf, struct rc_stats *stats);
/* rc_rejects_add: handle one.  0: set aside, go on; RC_DATA: stop (it has
 * been reported); RC_IO: it could not be set aside. */
int rc_rejects_add(struct rc_rejects *r, const struct rc_reject *reject);
/* rc_rejects_refuse: end the run because of one, even where there is a file:
 * RC_DATA. */
int rc_rejects_refuse(struct rc_rejects *r, const struct rc_reject *reject);
/* rc_rejects_sync: make what was set aside durable, before anything that says
 * the record has been processed.  RC_IO. */
int rc_rejects_sync(struct rc_rejects *r);
/* rc_rejects_before: as that, whenever something is to be written to out, which passes
 * the records set aside so far.  r is borrowed until out is closed. */
void rc_rejects_before(struct rc_rejects *r, struct rc_out *out);
/* rc_rejects_on: whether there is a file to set records aside in. */
int rc_rejects_on(const struct rc_rejects *r);
/* rc_rejects_close: sync, say how many there are, release.  NULL is fine. */
int rc_rejects_close(struct rc_rejects *r);

#endif
