/* transaction.h - Kafka transactions, and what their errors mean (KIP-98, and
 * librdkafka's transactional producer API, rdkafka.h).
 *
 * Tested by tests/rc-produce.t. */
#ifndef RC_TRANSACTION_H
#define RC_TRANSACTION_H

#include "kafka/kafka.h"

/* rc_transaction_begin: take the client's transactional id, which fences every
 * other producer that has it and aborts what that one has open, and begin.
 * RC_TEMPFAIL: fenced meanwhile; RC_UNREACHABLE; RC_DENIED; RC_CONFIG.  Below, too, RC_TEMPFAIL
 * is a stop request whose time is over (stop.h). */
int rc_transaction_begin(struct rc_kafka *k);
/* rc_transaction_commit: 0 only if all of it is to be seen.  RC_TEMPFAIL: it was
 * aborted, or a newer producer of that id has fenced this one; RC_UNREACHABLE. */
int rc_transaction_commit(struct rc_kafka *k);
/* rc_transaction_abort: none of it is to be seen.  What fails is only reported with
 * -v: an abort that does not arrive happens by itself, when the time of the
 * transaction is over or its id is used again. */
void rc_transaction_abort(struct rc_kafka *k);
/* rc_transaction_is_fenced: whether a newer producer has taken the id over; if
 * so, it has been reported. */
int rc_transaction_is_fenced(const struct rc_kafka *k);

#endif
