/* dataset.h - a dataset's description, which drives every stage: what to fetch,
 * how each column is made, the topic, the table.  The format: rc-dataset(5). */
#ifndef RC_DATASET_H
#define RC_DATASET_H

#include <stddef.h>

#include "dataset/column.h"

enum rc_nulls {           /* what becomes of records whose cursor is null */
	RC_NULLS_INCLUDE, /* they come on every run, for no date tells whether they are new */
	RC_NULLS_EXCLUDE, /* they are not asked for */
	RC_NULLS_REJECT   /* they are bad data */
};

struct rc_topic_setting { /* of a topic, such as retention.ms */
	const char *name;
	const char *value;
};

struct rc_dataset { /* everything in it lives until rc_dataset_free() */
	char *path; /* where the description was found */
	const char *name;
	const char *portal; /* "https://host", without a slash at its end */
	const char *id;     /* the dataset's name at the portal */
	const char *where;  /* ODSQL, a condition of every request, or NULL */
	struct {
		const struct rc_path *from; /* the fields of the portal's record */
		size_t count;               /* of them; more than one are its parts */
		const char *field;          /* the first */
		const char *version;        /* another one, or NULL */
		const char *column;         /* that holds it */
	} key;
	struct {
		const char *field;  /* of the portal's record; NULL: there is no cursor */
		const char *column; /* that holds its date, or NULL */
		int has_time;       /* the field is a date and time, not a date */
		int overlap_days;   /* days before the newest date that are asked for again */
		enum rc_nulls nulls;
	} cursor;
	struct rc_columns columns;
	int absent_is_null; /* a field that a record lacks; else that is bad data */
	int replaces;       /* a run of the flow deletes what the portal no longer has */
	struct {
		const char *name;
		int partitions;
		int replication_factor;
		struct rc_topic_setting *settings;
		size_t setting_count;
	} topic;
	const char *table;
	void *json; /* the parsed document, which owns the texts */
};

/* rc_dataset_open: find, read and check a description: name is a path where it
 * has a slash or ends in .json, else a name looked for as rappelconso(7) says.
 * RC_CONFIG: there is none, or it is bad, and where; RC_OSERR: no memory. */
int rc_dataset_open(struct rc_dataset **dp, const char *name);
/* rc_dataset_free: NULL is fine. */
void rc_dataset_free(struct rc_dataset *d);
/* rc_dataset_column: index of the column called name, or -1. */
long rc_dataset_column(const struct rc_dataset *d, const char *name);

#endif
