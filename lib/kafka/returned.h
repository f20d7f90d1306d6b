/* returned.h - messages that came back from librdkafka undelivered, to be sent again: those of a
 * batch in which the broker refuses a record, and what stood behind it.
 *
 * Tested by tests/rc-produce-refused.t. */
#ifndef RC_RETURNED_H
#define RC_RETURNED_H

#include <librdkafka/rdkafka.h>

#include "base/buf.h"
#include "kafka/message.h"

struct rc_returned_one {
	uint64_t number;           /* inflight.h */
	rd_kafka_resp_err_t err;   /* why it is back */
	int32_t partition;         /* that it was for */
	struct rc_message message; /* without headers; its spans point into bytes */
	rd_kafka_headers_t *headers;
	struct rc_buf bytes, raw; /* raw: what is to be set aside of it, an envelope or the value */
};

struct rc_returned { /* start as { 0 } */
	struct rc_returned_one *list;
	size_t count;
	size_t room;
};

/* rc_returned_add: keep a copy of what a delivery report is about, which tells no time: timestamp
 * is that with which it was queued; envelope: it was read as one.  RC_OSERR: no memory. */
int rc_returned_add(struct rc_returned *r, const rd_kafka_message_t *m, uint64_t number,
    uint64_t line, int64_t timestamp, int envelope);
/* rc_returned_move: take one of another list over, where it is empty then.  RC_OSERR: no memory. */
int rc_returned_move(struct rc_returned *r, struct rc_returned_one *one);
/* rc_returned_sort: into the order in which they were sent first. */
void rc_returned_sort(struct rc_returned *r);
/* rc_returned_clear: release what r owns. */
void rc_returned_clear(struct rc_returned *r);

#endif
