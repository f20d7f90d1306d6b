/* message.h - what a record is as a Kafka message: its key, value and date.
 *
 * Tested by tests/rc-produce.t. */
#ifndef RC_MESSAGE_H
#define RC_MESSAGE_H

#include <limits.h>

#include "dataset/dataset.h"
#include "record/envelope.h"
#include "record/input.h"

#define RC_MESSAGE_NO_DATE LONG_MIN

struct rc_message {
	struct rc_span topic;   /* p is NULL: not said */
	struct rc_span key;     /* p is NULL: none */
	struct rc_span value;   /* p is NULL: a tombstone */
	int64_t timestamp;      /* milliseconds since 1970; -1: now */
	struct rc_span headers; /* for rc_envelope_next_header() */
	long date;              /* of publication (date.h), or RC_MESSAGE_NO_DATE; one that
				 * is still to come moves no position, and counts as none */
	uint64_t line;          /* of the input */
};

struct rc_message_maker; /* opaque */

/* rc_message_open: make messages of d's rows, keyed by key_field where it is not
 * NULL, else by d's key; or, where envelopes, of messages as rc-consume -e
 * writes them.  d and key_field are borrowed.  RC_OSERR: no memory. */
int rc_message_open(
    struct rc_message_maker **mp, const struct rc_dataset *d, const char *key_field, int envelopes);
/* rc_message_make: the message for a record.  Its spans point into rec and into
 * the maker, until its next use.  *found is 0 where an envelope is but a
 * position.  RC_DATA: it cannot be one, *field and *reason say why, nothing was
 * printed; RC_OSERR: no memory. */
int rc_message_make(struct rc_message_maker *m, const struct rc_record *rec, struct rc_message *msg,
    int *found, const char **field, const char **reason);
/* rc_message_future: how many messages had a date after today (UTC).  The first of them
 * was warned about. */
uint64_t rc_message_future(const struct rc_message_maker *m);
/* rc_message_reader: for the headers of a message that was made. */
struct rc_envelope_reader *rc_message_reader(struct rc_message_maker *m);
/* rc_message_close: NULL is fine. */
void rc_message_close(struct rc_message_maker *m);

#endif
