/* producer.h - send messages to Kafka and know that they arrived.
 *
 * The producer is idempotent and waits for all in-sync replicas: within a run a
 * record is in its topic once, in the order of the input for each key.
 *
 * Tested by tests/rc-produce.t. */
#ifndef RC_PRODUCER_H
#define RC_PRODUCER_H

#include "base/out.h"
#include "dataset/dataset.h"
#include "kafka/message.h"
#include "kafka/sender.h"
#include "record/rejects.h"

struct rc_producer; /* opaque; belongs to one thread */

struct rc_producer_conf {             /* its texts and rejects are borrowed until close */
	struct rc_sender_conf sender; /* with a transactional_id, the run is one transaction */
	const char *topic;            /* all messages go there; NULL: each to its own */
	struct rc_rejects *rejects;   /* for records that the broker refuses */
};

/* rc_producer_open: connect, and find the topic where one is named.  d is
 * borrowed.  RC_CONFIG: no such topic, a property that is refused;
 * RC_UNREACHABLE: no broker within the time; RC_DENIED; RC_USAGE; RC_IO. */
int rc_producer_open(
    struct rc_producer **pp, const struct rc_producer_conf *conf, const struct rc_dataset *d);
/* rc_producer_send: copy the message into the queue, waiting while that is full;
 * its headers are read with reader.  0 means queued, not delivered.
 * RC_DATA with *reason set: this message cannot be sent (it is above the topic's
 * max.message.bytes, say), nothing was printed, and others can.  Any other
 * status: no more can be sent; rc_producer_finish() says why. */
int rc_producer_send(struct rc_producer *p, const struct rc_message *m,
    struct rc_envelope_reader *reader, const char **reason);
/* rc_producer_finish: end the run, which had this status so far: wait until each
 * message is acknowledged or has failed, and say how many have, and why; where it
 * is a transaction, commit it if all went well, else abort it.  The first
 * failure is returned; RC_TEMPFAIL where a newer producer has fenced this one. */
int rc_producer_finish(struct rc_producer *p, int status);
/* rc_producer_poll: take in the acknowledgements that have come, and send again what came back.  As
 * rc_resend(); RC_DATA in a transaction: rc_producer_finish() says why. */
int rc_producer_poll(struct rc_producer *p);
/* rc_producer_put_position: append to out how far the acknowledged messages
 * reach, as a line of JSON, where that is known and has changed since the last
 * call, and set *changed.  While a transaction is open it is not known.  RC_OSERR: no memory. */
int rc_producer_put_position(struct rc_producer *p, struct rc_buf *out, int *changed);
/* rc_producer_acked: messages that Kafka has acknowledged. */
uint64_t rc_producer_acked(const struct rc_producer *p);
/* rc_producer_close: what was not finished may be lost.  NULL is fine. */
void rc_producer_close(struct rc_producer *p);

#endif
