/* columns.h - a description's columns.  Tested by tests/unit/dataset/dataset.c. */
#ifndef RC_COLUMNS_H
#define RC_COLUMNS_H

#include "dataset/column.h"
#include "dataset/reading.h"

/* rc_columns_read: read the list of them. */
void rc_columns_read(struct rc_reading *r, json_t *list, struct rc_columns *columns);
/* rc_columns_find: index of the one called name, or -1. */
long rc_columns_find(const struct rc_columns *columns, const char *name);
/* rc_columns_free: release what columns owns. */
void rc_columns_free(struct rc_columns *columns);

#endif
