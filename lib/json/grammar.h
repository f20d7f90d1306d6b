/* grammar.h - the grammar of JSON (RFC 8259), read from left to right.
 *
 * Each call starts at g->p and moves it behind what it has read.  A call that
 * fails returns -1 with g->p where it failed and g->reason set; nothing is
 * printed. */
#ifndef RC_GRAMMAR_H
#define RC_GRAMMAR_H

#include "json/value.h"

struct rc_grammar {    /* start as { .p = text, .end = its end } */
	const char *p; /* next byte */
	const char *end;
	const char *reason; /* of the failure, a static text */
	int heeds_stop;     /* set it: fail once a stop is requested (stop.h), however long the
			     * text is */
	int stopped;        /* that is why it failed */
};

/* rc_grammar_fail: fail here, for this reason; where the text has ended, that is
 * the reason. */
static inline int
rc_grammar_fail(struct rc_grammar *s, const char *reason)
{
	s->reason = s->p == s->end ? "it ends too early" : reason;
	return -1;
}

/* rc_grammar_go_on: 0, or fail where a stop is requested and is to be heeded. */
int rc_grammar_go_on(struct rc_grammar *s);

/* rc_grammar_space: pass over white space. */
static inline void
rc_grammar_space(struct rc_grammar *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

/* rc_grammar_value: one value of any kind, `outside` levels deep already.  Which
 * of its open levels are objects is a bit each, so hostile nesting costs no
 * stack. */
int rc_grammar_value(struct rc_grammar *s, struct rc_json_value *v, size_t outside);
/* rc_grammar_name: a member's name with its colon, and white space behind it. */
int rc_grammar_name(struct rc_grammar *s, struct rc_json_value *name);
/* rc_grammar_end: nothing but white space up to the end. */
int rc_grammar_end(struct rc_grammar *s);

#endif
