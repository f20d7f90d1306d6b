/* envelope.h - a Kafka message as a line of JSON, and back; see rappelconso(7). */
#ifndef RC_ENVELOPE_H
#define RC_ENVELOPE_H

#include <stdint.h>

#include "json/json.h"

enum rc_envelope_kind {
	RC_ENVELOPE_RECORD,    /* a value */
	RC_ENVELOPE_TOMBSTONE, /* no value: the key is to be deleted */
	RC_ENVELOPE_POSITION,  /* nothing below offset is still to come; it has no value, key
				* or anything else but what says where it is */
	RC_ENVELOPE_CLAIM      /* of a partition that a group assigns */
};

/* What a member of a group, which reads, and its loader tell each other of a partition. */
enum rc_envelope_claim {
	RC_ENVELOPE_ASSIGNED, /* to the loader: it is ours: claim it, and say from where */
	RC_ENVELOPE_CLAIMED,  /* from it: read from offset on; -1: nothing of it was ever loaded */
	RC_ENVELOPE_REVOKED,  /* to it: commit what came of it, and let go */
	RC_ENVELOPE_LOST,     /* to it: it is another's already: drop what came of it */
	RC_ENVELOPE_RELEASED  /* from it: let go at offset */
};

struct rc_envelope {
	enum rc_envelope_kind kind;
	struct rc_span topic;
	int32_t partition; /* -1: not known */
	int64_t offset;    /* -1: not known */
	int64_t timestamp; /* milliseconds since 1970; -1: none; of a position, that of the
			    * last message before it */
	int start;         /* a position: reading starts there */
	int added;         /* a start: it has no position, while others of its topic have one, and
			    * unread messages; a claim: the first of these, the rest is to be found
			    * out */
	int64_t skipped;   /* a position: so many messages before it are gone, and were
			    * to be passed over */
	enum rc_envelope_claim claim; /* of a claim */
	int64_t epoch;                /* of a claim: how often the partition was claimed; 0: not
				       * known */
	int64_t partitions;           /* of "assigned": how many the topic has; 0: not known */
	struct rc_span key;           /* p is NULL: no key */
	struct rc_span value;
	int value_is_json;      /* else bytes of any kind */
	struct rc_span headers; /* rest for rc_envelope_next_header(); n is 0: none */
};

struct rc_envelope_header {
	struct rc_span name;
	struct rc_span value; /* p is NULL: null */
};

struct rc_envelope_reader { /* start as { 0 } */
	struct rc_json_hint hints[19];
	struct rc_buf topic, key, value, name, header, coded;
};

/* rc_envelope_read: what the scanned line json says.  The spans of *e point
 * into the line or into r, until its next use.  RC_DATA: it is no envelope,
 * *field and *reason say why, nothing was printed.  RC_OSERR: no memory. */
int rc_envelope_read(struct rc_envelope_reader *r, const struct rc_json *json,
    struct rc_envelope *e, const char **field, const char **reason);
/* rc_envelope_lacks: of topic, partition and offset, the first that e does not
 * have; NULL: it has them all. */
const char *rc_envelope_lacks(const struct rc_envelope *e);
/* rc_envelope_read_position: scan a line into json and read it as a position.  The line of a
 * message is taken for the position behind it, where whoever has that message goes on, and a claim
 * with an offset for that position. *found is 0 for a blank line, for {} and for another claim.
 * RC_DATA: it is none, *why says so, and *field where ("": the whole line), nothing was printed;
 * RC_OSERR: no memory. */
int rc_envelope_read_position(struct rc_envelope_reader *r, struct rc_json *json,
    struct rc_span line, struct rc_envelope *e, int *found, const char **field, const char **why);
/* rc_envelope_next_header: the next of e->headers.  *found is 0 when there is
 * none.  RC_DATA: it is no [NAME,VALUE], nothing was printed; RC_IO. */
int rc_envelope_next_header(
    struct rc_envelope_reader *r, struct rc_span *rest, struct rc_envelope_header *h, int *found);
/* rc_envelope_reader_free: release what r owns. */
void rc_envelope_reader_free(struct rc_envelope_reader *r);
/* rc_envelope_is_another: whether the last message before the offset `next`, found at
 * offset `at` with timestamp ms, shows that the topic is not the one whose last message
 * before it had the timestamp last_ms (-1: not known): it was deleted and re-created.
 * One further before shows nothing: the last one may have been compacted away, and times need not
 * go forward. */
int rc_envelope_is_another(int64_t next, int64_t at, int64_t ms, int64_t last_ms);

#endif
