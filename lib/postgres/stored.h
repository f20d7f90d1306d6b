/* stored.h - the positions of a consumer, as they are stored: to be shown, deleted or moved back by
 * hand.
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
/* rc_stored_rewind: move positions back to those that text has, one a line, and print what is
 * stored then; all or none.  A loader at work for the consumer ends with RC_TEMPFAIL.  RC_DATA: a
 * line is no position, or of a partition of which none is stored, or lies ahead: what is between
 * would be passed over.  As rc_commit() otherwise. */
int rc_stored_rewind(const struct rc_writer_conf *conf, const char *text, struct rc_out *out);

#endif
