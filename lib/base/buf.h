/* buf.h - a byte buffer that grows and is used again. */
#ifndef RC_BUF_H
#define RC_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"

struct rc_buf {     /* start as { 0 } */
	char *data; /* owned; NULL while room is 0 */
	size_t len;
	size_t room;
};

/* rc_buf_grow: make room for at least n more bytes behind len, at least
 * doubling.  RC_OSERR: no memory. */
int rc_buf_grow(struct rc_buf *b, size_t n);
/* rc_buf_free: release what b owns and empty it. */
void rc_buf_free(struct rc_buf *b);
/* rc_buf_printf: append a formatted text (without its NUL).  RC_OSERR: no memory. */
int rc_buf_printf(struct rc_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* rc_buf_addi: append a number in decimal; many times as fast as rc_buf_printf().  RC_OSERR: no
 * memory. */
int rc_buf_addi(struct rc_buf *b, int64_t n);

/* rc_buf_reserve: as rc_buf_grow(), where there is not room already. */
static inline int
rc_buf_reserve(struct rc_buf *b, size_t n)
{
	return b->room - b->len >= n ? 0 : rc_buf_grow(b, n);
}

/* rc_buf_add: append n bytes.  RC_OSERR: no memory, and nothing was appended. */
static inline int
rc_buf_add(struct rc_buf *b, const char *p, size_t n)
{
	int status;

	if ((status = rc_buf_reserve(b, n)) != 0)
		return status;
	if (n > 0) /* p may be NULL where there is nothing to copy */
		memcpy(b->data + b->len, p, n);
	b->len += n;
	return 0;
}

/* rc_buf_adds: append a NUL-terminated text. */
static inline int
rc_buf_adds(struct rc_buf *b, const char *text)
{
	return rc_buf_add(b, text, strlen(text));
}

/* rc_buf_addc: append one byte. */
static inline int
rc_buf_addc(struct rc_buf *b, char c)
{
	return rc_buf_add(b, &c, 1);
}

/* rc_buf_text: the content as a C string, NUL-terminated and not counted in
 * len; NULL when out of memory. */
static inline const char *
rc_buf_text(struct rc_buf *b)
{
	if (rc_buf_reserve(b, 1) != 0)
		return NULL;
	b->data[b->len] = '\0';
	return b->data;
}

/* rc_buf_span: the content; valid until b changes. */
static inline struct rc_span
rc_buf_span(const struct rc_buf *b)
{
	return (struct rc_span){ b->data, b->len };
}

#endif
