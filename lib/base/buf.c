#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/status.h"

int
rc_buf_grow(struct rc_buf *b, size_t n)
{
	size_t room = b->room < 256 ? 256 : b->room;
	char *data;

	if (n > SIZE_MAX / 4 || b->len > SIZE_MAX / 4) {
		rc_log_error("a buffer of %zu + %zu bytes: too large", b->len, n);
		return RC_OSERR;
	}
	while (room - b->len < n)
		room *= 2;
	if ((data = realloc(b->data, room)) == NULL) {
		rc_log_errno("no memory for a buffer of %zu bytes", room);
		return RC_OSERR;
	}
	b->data = data;
	b->room = room;
	return 0;
}

void
rc_buf_free(struct rc_buf *b)
{
	free(b->data);
	*b = (struct rc_buf){ 0 };
}

int
rc_buf_printf(struct rc_buf *b, const char *fmt, ...)
{
	va_list ap;
	int n, status;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		rc_log_errno("cannot format a text");
		return RC_BUG;
	}
	if ((status = rc_buf_reserve(b, (size_t)n + 1)) != 0)
		return status;
	va_start(ap, fmt);
	n = vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

int
rc_buf_addi(struct rc_buf *b, int64_t n)
{
	char text[24], *p = text + sizeof(text);
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (n < 0)
		*--p = '-';
	return rc_buf_add(b, p, (size_t)(text + sizeof(text) - p));
}
