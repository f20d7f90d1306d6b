/* resend.h - what to do with messages that came back (returned.h): those of a refused batch are
 * sent one by one, so that the broker says which it refuses, and then what stood behind them.
 *
 * Tested by tests/rc-produce-refused.t. */
#ifndef RC_RESEND_H
#define RC_RESEND_H

#include "kafka/sender.h"
#include "record/rejects.h"

/* rc_resend: wait until the sender has no message pending, start its client again, and send what
 * came back.  What is refused alone goes to rejects; where that ends the run, the others are sent
 * all the same.  As rc_rejects_add() and rc_delivery_result(); RC_TEMPFAIL: the broker refuses the
 * time of now. */
int rc_resend(struct rc_sender *s, struct rc_rejects *rejects);
/* rc_resend_blame: after a transaction that ended because of a refused batch: find, in one that is
 * aborted, which record is refused, and say so: RC_DATA.  RC_TEMPFAIL: none is, alone. */
int rc_resend_blame(struct rc_sender *s, struct rc_rejects *rejects);

#endif
