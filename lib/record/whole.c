#include "record/whole.h"
#include "base/status.h"
#include "json/looks.h"

int
rc_whole_check(
    struct rc_whole *w, const struct rc_json *row, const char **field, const char **reason)
{
	enum rc_looks looks;

	if (row->shape == w->shape)
		return 0;
	for (size_t i = 0; i < w->count; i++) {
		struct rc_json_hint hint = { 0 };

		if (rc_json_get(row, w->columns[i], &hint) != NULL)
			continue;
		*field = w->columns[i].p;
		*reason = "the row lacks this column, which would blank it in the table";
		looks = rc_looks_at(row, w->portal_key, w->row_key);
		if (looks != RC_LOOKS_UNKNOWN && looks != RC_LOOKS_ROW)
			*reason = rc_looks_advice(looks);
		return RC_DATA;
	}
	w->shape = row->shape;
	return 0;
}
