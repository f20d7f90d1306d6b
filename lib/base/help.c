#include <stdio.h>

#include "base/help.h"
#include "base/out.h"
#include "base/status.h"

/* put_line: end a line of which the making had that status. */
static int
put_line(struct rc_out *out, int status)
{
	return status != 0 ? status : rc_out_end_line(out);
}

static int
put_usage(struct rc_out *out, const struct rc_help *h)
{
	int status =
	    put_line(out, rc_buf_printf(&out->buf, "%s: %s (man %s)", h->name, h->what, h->name));

	if (status == 0)
		status = rc_buf_printf(&out->buf, "usage: %s [option]...%s%s", h->name,
		    h->operands != NULL ? " " : "", h->operands != NULL ? h->operands : "");
	if (status == 0 && h->about != NULL) /* they follow, a line each */
		status = rc_buf_adds(&out->buf, " COMMAND");
	for (int i = 0;
	     status == 0 && h->about == NULL && h->commands != NULL && h->commands[i] != NULL; i++)
		status = rc_buf_printf(&out->buf, "%s%s", i == 0 ? " " : "|", h->commands[i]);
	status = put_line(out, status);
	for (int i = 0;
	     status == 0 && h->commands != NULL && h->about != NULL && h->commands[i] != NULL; i++)
		status = put_line(
		    out, rc_buf_printf(&out->buf, "  %-17s %s", h->commands[i], h->about[i]));
	return status;
}

static int
put_rows(struct rc_out *out, const struct rc_opt *opts)
{
	int status = 0;

	for (const struct rc_opt *o = opts; o->name != NULL && status == 0; o++) {
		char left[64];

		if (o->help == NULL)
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", o->name, o->arg != NULL ? " " : "",
		    o->arg != NULL ? o->arg : "");
		status = o->letter != 0
		    ? rc_buf_printf(&out->buf, "  -%c, %-24s %s", o->letter, left, o->help)
		    : rc_buf_printf(&out->buf, "      %-24s %s", left, o->help);
		status = put_line(out, status);
	}
	return status;
}

int
rc_help_print(const struct rc_help *h)
{
	struct rc_out out = RC_OUT_INIT;
	int status = put_usage(&out, h);

	for (size_t i = 0; i < 2 && h->tables[i] != NULL && status == 0; i++)
		status = put_rows(&out, h->tables[i]);
	if (status == 0 && h->example != NULL)
		status = put_line(&out, rc_buf_printf(&out.buf, "example: %s", h->example));
	return rc_status_first(status, rc_out_close(&out));
}

int
rc_help_version(const char *name, const char *(*const *libraries)(void), size_t count)
{
	struct rc_out out = RC_OUT_INIT;
	int status =
	    put_line(&out, rc_buf_printf(&out.buf, "%s (rappelconso) %s", name, RC_VERSION));

	for (size_t i = 0; i < count; i++)
		if (status == 0 && libraries[i] != NULL)
			status = put_line(&out, rc_buf_adds(&out.buf, libraries[i]()));
	return rc_status_first(status, rc_out_close(&out));
}

static int
list_option(struct rc_out *out, const struct rc_opt *o)
{
	int status = rc_buf_printf(&out->buf, "%s\t%c\t%s\t%s\t",
	    o->set == rc_opt_collect ? "options" : "option", o->letter != 0 ? o->letter : ' ',
	    o->name, o->arg != NULL ? o->arg : "");

	if (o->set == rc_opt_word)
		for (const char *const *w = ((const struct rc_opt_word *)o->to)->words;
		     status == 0 && *w != NULL; w++)
			status = rc_buf_printf(&out->buf, "%s%s",
			    w == ((const struct rc_opt_word *)o->to)->words ? "" : " ", *w);
	if (status == 0)
		status = rc_buf_printf(&out->buf, "\t%s", o->help);
	return put_line(out, status);
}

int
rc_help_list(const struct rc_help *h)
{
	struct rc_out out = RC_OUT_INIT;
	int status = 0;

	for (int i = 0; status == 0 && h->commands != NULL && h->commands[i] != NULL; i++)
		status = put_line(&out,
		    rc_buf_printf(&out.buf, "command\t%s\t%s", h->commands[i],
			h->about != NULL ? h->about[i] : ""));
	for (size_t i = 0; i < 2 && h->tables[i] != NULL; i++)
		for (const struct rc_opt *o = h->tables[i]; o->name != NULL && status == 0; o++)
			if (o->help != NULL)
				status = list_option(&out, o);
	return rc_status_first(status, rc_out_close(&out));
}
