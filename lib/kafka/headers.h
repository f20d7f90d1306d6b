/* headers.h - what a message takes in Kafka's record batches (KIP-98).
 *
 * Tested by tests/rc-produce.t. */
#ifndef RC_HEADERS_H
#define RC_HEADERS_H

#include <librdkafka/rdkafka.h>

#include "kafka/message.h"

struct rc_headers {
	rd_kafka_headers_t *list; /* NULL: none; the caller's, until librdkafka has it */
	uint64_t bytes;           /* in a record */
	uint64_t count;
};

/* rc_headers_read: the headers of m, read with reader.  RC_DATA with
 * *reason set: they are no list of [NAME,VALUE], nothing was printed; RC_IO. */
int rc_headers_read(const struct rc_message *m, struct rc_envelope_reader *reader,
    struct rc_headers *headers, const char **reason);
/* rc_headers_batch_size: bytes of a batch of this one message, uncompressed. */
uint64_t rc_headers_batch_size(const struct rc_message *m, const struct rc_headers *headers);
/* rc_headers_free: release the list, if there is one. */
void rc_headers_free(struct rc_headers *headers);

#endif
