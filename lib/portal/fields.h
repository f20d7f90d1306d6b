/* fields.h - compare the portal's own list of a dataset's fields with the description.
 *
 * Tested by tests/rc-fetch.t. */
#ifndef RC_FIELDS_H
#define RC_FIELDS_H

#include "base/stats.h"
#include "dataset/dataset.h"
#include "portal/portal.h"

/* rc_fields_check: ask portal for d's fields (Explore API, /catalog/datasets/ID).
 * RC_CONFIG: a field that d names is missing; each is reported, with the column that is made of
 * it, and with the portal's new fields; or the cursor has a time only there, or only in d.  With
 * -v, fields that d does not use are reported. Returns as rc_portal_ask() and rc_portal_again()
 * otherwise; 0 also after a stop request (stop.h). */
int rc_fields_check(struct rc_portal *portal, const struct rc_dataset *d, struct rc_stats *stats);

#endif
