/* wire.h - what a message takes in Kafka's record batches (KIP-98). */
#ifndef RC_WIRE_H
#define RC_WIRE_H

#include <librdkafka/rdkafka.h>

#include "kafka/message.h"

struct rc_wire_headers {
	rd_kafka_headers_t *list; /* NULL: none; the caller's, until librdkafka has it */
	uint64_t bytes;           /* in a record */
	uint64_t count;
};

/* rc_wire_read_headers: the headers of m, read with reader.  RC_DATA with
 * *reason set: they are no list of [NAME,VALUE], nothing was printed; RC_IO. */
int rc_wire_read_headers(const struct rc_message *m, struct rc_envelope_reader *reader,
    struct rc_wire_headers *headers, const char **reason);
/* rc_wire_batch_size: bytes of a batch of this one message, uncompressed. */
uint64_t rc_wire_batch_size(const struct rc_message *m, const struct rc_wire_headers *headers);
/* rc_wire_free_headers: release the list, if there is one. */
void rc_wire_free_headers(struct rc_wire_headers *headers);

#endif
