#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/status.h"

#define LEAST 128 /* slots */

int
rc_hash_slots_clear(struct rc_hash_slots *s, size_t count)
{
	size_t room = LEAST;

	while (room < count * 2)
		room *= 2;
	if (room > s->room) {
		uint32_t *at = realloc(s->at, room * sizeof(*at));

		if (at == NULL) {
			rc_log_errno("no memory for a table of %zu", count);
			return RC_OSERR;
		}
		s->at = at;
		s->room = room;
	}
	memset(s->at, 0, room * sizeof(*s->at));
	s->mask = room - 1;
	return 0;
}

void
rc_hash_slots_free(struct rc_hash_slots *s)
{
	free(s->at);
	*s = (struct rc_hash_slots){ 0 };
}
