#include "state/shell.h"

int
rc_shell_quote(struct rc_buf *out, const char *text)
{
	int status = rc_buf_addc(out, '\'');

	for (const char *p = text; *p != '\0' && status == 0; p++)
		status = *p == '\'' ? rc_buf_adds(out, "'\\''") : rc_buf_addc(out, *p);
	return status != 0 ? status : rc_buf_addc(out, '\'');
}

int
rc_shell_assign(struct rc_buf *out, const char *before, const char *name, const char *value)
{
	int status = rc_buf_printf(out, "%s%s=", before, name);

	return status != 0 ? status : rc_shell_quote(out, value);
}
