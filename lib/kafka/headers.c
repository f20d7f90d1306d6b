#include "kafka/headers.h"
#include "base/status.h"

#define BATCH_HEADER 61 /* bytes of a record batch, its records apart */

/* varint_size: bytes of n as a zigzag varint (KIP-98). */
static size_t
varint_size(uint64_t n)
{
	size_t size = 1;

	for (n <<= 1; n >= 0x80; n >>= 7)
		size++;
	return size;
}

uint64_t
rc_headers_batch_size(const struct rc_message *m, const struct rc_headers *headers)
{
	uint64_t record = 3; /* attributes, timestamp delta and offset delta */

	record += varint_size(m->key.n) + m->key.n + varint_size(m->value.n) + m->value.n;
	record += varint_size(headers->count) + headers->bytes;
	return BATCH_HEADER + varint_size(record) + record;
}

/* add_header: one header. */
static int
add_header(struct rc_headers *headers, const struct rc_envelope_header *h)
{
	rd_kafka_resp_err_t err;

	if (headers->list == NULL)
		headers->list = rd_kafka_headers_new(8);
	/* -1 as a size would stand for the length of a C string */
	err = rd_kafka_header_add(headers->list, h->name.p, (ssize_t)h->name.n, h->value.p,
	    h->value.p != NULL ? (ssize_t)h->value.n : 0);
	headers->bytes += varint_size(h->name.n) + h->name.n + varint_size(h->value.n) + h->value.n;
	headers->count++;
	return err == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : RC_OSERR;
}

int
rc_headers_read(const struct rc_message *m, struct rc_envelope_reader *reader,
    struct rc_headers *headers, const char **reason)
{
	struct rc_span rest = m->headers;
	struct rc_envelope_header h;
	int status, found = 1;

	*headers = (struct rc_headers){ 0 };
	do {
		status = rc_envelope_next_header(reader, &rest, &h, &found);
		if (status == RC_DATA)
			*reason = "headers: not a list of [NAME,VALUE]";
		if (status == 0 && found && h.name.n > 0 &&
		    memchr(h.name.p, '\0', h.name.n) != NULL) {
			/* librdkafka's consumers would cut it there */
			*reason = "headers: U+0000 is not allowed in a name";
			status = RC_DATA;
		}
		if (status == 0 && found)
			status = add_header(headers, &h);
	} while (status == 0 && found);
	if (status != 0)
		rc_headers_free(headers);
	return status;
}

void
rc_headers_free(struct rc_headers *headers)
{
	if (headers->list != NULL)
		rd_kafka_headers_destroy(headers->list);
	headers->list = NULL;
}
