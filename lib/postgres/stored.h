/* stored.h - show, delete or move back the stored positions of a consumer by hand.
 *
 * Tested by tests/rc-load-positions.t. */
#ifndef RC_STORED_H
#define RC_STORED_H

#include "postgres/writer.h"

/* rc_stored_print: print them, a line each; {}: there is none.  As rc_home_check() and rc_commit().
 */
int rc_stored_print(const struct rc_writer_conf *conf, struct rc_out *out);
/* rc_stored_forget: delete them.  A loader at work for the consumer ends with RC_TEMPFAIL. */
int rc_stored_forget(const struct rc_writer_conf *conf);
/* rc_stored_rewind: move positions back to those in text, one a line, all or none, and print what
 * is stored afterwards.  A loader at work for the consumer ends with RC_TEMPFAIL.  RC_DATA: a line
 * is not a position, belongs to a partition without a stored one, or lies ahead, so that messages
 * would be passed over.  Otherwise as rc_commit(). */
int rc_stored_rewind(const struct rc_writer_conf *conf, const char *text, struct rc_out *out);

#endif
