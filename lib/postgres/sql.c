#include "postgres/sql.h"
#include "base/status.h"
#include "postgres/pg.h"

void
rc_sql_add(struct rc_sql *s, const char *text)
{
	s->status = s->status != 0 ? s->status : rc_buf_adds(s->out, text);
}

void
rc_sql_name(struct rc_sql *s, const char *name)
{
	s->status = s->status != 0 ? s->status : rc_pg_put_name(s->out, name);
}

int
rc_sql_end(struct rc_sql *s)
{
	return s->status != 0 ? s->status : rc_buf_text(s->out) == NULL ? RC_OSERR : 0;
}
