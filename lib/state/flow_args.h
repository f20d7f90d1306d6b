/* flow_args.h - the command line of rc-flow, whose script is left its order of things.
 *
 * Tested by tests/rc-flow.t. */
#ifndef RC_FLOW_ARGS_H
#define RC_FLOW_ARGS_H

#include "base/help.h"
#include "base/out.h"

extern const struct rc_help rc_flow_args_help; /* what rc-flow says of itself */

/* rc_flow_args_put: write what argv, rc-flow's arguments behind a first one, says as statements for
 * its script: command, config, full, dry ('' or 1), pass (options of each program) and show (those
 * of rc-runs); where it asks for help or the version, one that has rc-settings show that.
 * RC_USAGE, which was reported. */
int rc_flow_args_put(struct rc_out *out, int argc, char **argv);

#endif
