/* home.h - the table of positions that belongs to a table: rc_positions, in the same schema.
 *
 * Positions are of use only together with their table: a schema that is dropped, renamed or
 * restored takes both, and two tables of one name in two schemas have separate positions.  Releases
 * before 0.2 created it in the first schema of the search path; a consumer's positions there are
 * moved, unless that schema has a table of the same name, which they may belong to.
 *
 * Tested by tests/rc-load-positions.t. */
#ifndef RC_HOME_H
#define RC_HOME_H

#include "base/out.h"
#include "postgres/pg.h"

enum rc_home_table {
	RC_HOME_MISSING,
	RC_HOME_EMPTY,
	RC_HOME_EMPTIED,  /* though rc_runs has records that were loaded */
	RC_HOME_UNLOGGED, /* and empty */
	RC_HOME_FILLED
};

/* The timestamp of a position, a row of that name: only where it was stored with that offset, for
 * an earlier release moves the offset alone, or has no such column. */
#define RC_HOME_TIMESTAMP(row)                                                                     \
	"CASE WHEN COALESCE((to_jsonb(" row ") ->> 'timestamp_offset')::bigint, next_offset) = "   \
	"next_offset THEN (to_jsonb(" row ") ->> 'last_timestamp')::bigint END"

/* The offset of a position, a row of that name; -1: a group's loader has claimed the partition, and
 * nothing of it was ever stored: its timestamp_offset is null, or -1, where it was added beside
 * others that had positions, and that these were at their ends has not been seen yet. */
#define RC_HOME_OFFSET(row)                                                                        \
	"CASE WHEN next_offset = 0 AND COALESCE((to_jsonb(" row                                    \
	") ->> 'timestamp_offset')::bigint, -1) < 0 AND (to_jsonb(" row                            \
	") ->> 'epoch')::bigint > 0 THEN -1 ELSE next_offset END"

struct rc_home_conf {      /* borrowed */
	const char *table; /* SCHEMA.TABLE or TABLE */
	const char *consumer;
	const char *dataset; /* as rc_runs has it */
};

struct rc_home {            /* start as { 0 } */
	struct rc_buf name; /* of the table of positions, as SQL has it, NUL-terminated */
	struct rc_buf from; /* of the one that has them as yet; empty: none has */
	int there, whole;   /* it is, with all its columns */
	int has;            /* the consumer has positions, in from */
	enum rc_home_table table;
};

/* rc_home_find: for a table that need not be there.  RC_CONFIG: there is no schema for it; else as
 * rc_commit(). */
int rc_home_find(struct rc_home *h, struct rc_pg *pg, const struct rc_home_conf *conf);
/* rc_home_check: RC_DATA, reported: the consumer has positions but its table is lost: it is
 * missing, or unlogged and empty, as a crash leaves it, or it was emptied.  If it is empty for
 * another reason, there is a warning. */
int rc_home_check(const struct rc_home *h, const struct rc_home_conf *conf);
/* rc_home_make: create the table of positions, or add the columns that it lacks, and move the
 * consumer's positions to it.  As rc_commit(). */
int rc_home_make(struct rc_home *h, struct rc_pg *pg, const struct rc_home_conf *conf);
/* rc_home_print_ddl: print the statement that makes it for a table, as a line.  RC_CONFIG: a name
 * is too long; RC_IO; RC_PIPE. */
int rc_home_print_ddl(const char *table, struct rc_out *out);
/* rc_home_free: release what h owns. */
void rc_home_free(struct rc_home *h);

#endif
