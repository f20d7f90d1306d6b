/* store.h - where a dataset's position is kept between runs.  Tested by tests/rc-state.t. */
#ifndef RC_STORE_H
#define RC_STORE_H

#include "base/buf.h"
#include "dataset/dataset.h"

struct rc_store; /* opaque */

/* rc_store_ddl, rc_store_version: the statements that make the table of a store in PostgreSQL, and
 * say which version it is. */
const char *rc_store_ddl(void);
const char *rc_store_version(void);
/* rc_store_open: a store called "file:PATH" or "postgres:[CONNINFO]"; NULL is a
 * file under the user's state folder (XDG_STATE_HOME), one for each dataset.
 * A file that name gives says whose position it has: another dataset's is RC_CONFIG.
 * d and name are borrowed; timeout_ms is for the server (pg.h).  RC_USAGE: neither; else as
 * rc_pg_open(). */
int rc_store_open(
    struct rc_store **sp, const char *name, const struct rc_dataset *d, int timeout_ms);
/* rc_store_has_password: whether name, of a store, has a password in it. */
int rc_store_has_password(const char *name);
/* rc_store_get: append the stored position to out, as JSON; nothing where there
 * is none.  RC_DATA: what is stored is no position; RC_IO; as rc_pg_exec(). */
int rc_store_get(struct rc_store *s, struct rc_buf *out);
/* rc_store_set: store the position in days (date.h), durably and at once as a
 * whole.  RC_CANTCREATE; RC_IO; as rc_pg_exec(). */
int rc_store_set(struct rc_store *s, long days);
/* rc_store_forget: from now on nothing is stored; as rc_store_set(). */
int rc_store_forget(struct rc_store *s);
/* rc_store_close: NULL is fine. */
void rc_store_close(struct rc_store *s);

#endif
