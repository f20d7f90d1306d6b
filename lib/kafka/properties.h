/* properties.h - librdkafka's properties out of a file and the command line: those that are the
 * user's, and those that are not, for a guarantee rests on them.
 *
 * Tested by tests/rc-produce-properties.t. */
#ifndef RC_PROPERTIES_H
#define RC_PROPERTIES_H

#include <librdkafka/rdkafka.h>

#include "base/opt.h"

/* rc_properties_set: set one property of conf, which librdkafka knows.  RC_CONFIG: refused. */
int rc_properties_set(rd_kafka_conf_t *conf, const char *name, const char *value);
/* rc_properties_apply: set those of the file, NULL: none, and then those of -X, which are
 * "name=value".  What an option of ours names is left out (rc_properties_find()), and so is what
 * agrees with a guarantee.  RC_CONFIG: one contradicts it, or the file has one that is none;
 * RC_USAGE: -X has; RC_OSERR: no memory. */
int rc_properties_apply(rd_kafka_conf_t *conf, const char *file, const struct rc_opt_list *props);
/* rc_properties_find: put the value that the file, or else -X, gives to bootstrap.servers (or
 * metadata.broker.list), or group.id, into the room bytes at value; "" where neither does.
 * As rc_properties_apply(). */
int rc_properties_find(
    const char *file, const struct rc_opt_list *props, const char *name, char *value, size_t room);

#endif
