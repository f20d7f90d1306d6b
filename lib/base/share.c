#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/share.h"

int
rc_share_read(const char *text, uint64_t all, uint64_t *most)
{
	size_t digits = strspn(text, "0123456789");
	double per_cent;
	char *end;

	errno = 0;
	if (digits > 0 && text[digits] == '\0') {
		*most = strtoull(text, &end, 10);
		return errno == 0 ? 0 : -1;
	}
	if (digits == 0 || strspn(text, "0123456789.") + 1 != strlen(text))
		return -1;
	per_cent = strtod(text, &end);
	if (strcmp(end, "%") != 0 || !(per_cent > 0) || per_cent > 100)
		return -1;
	*most = (uint64_t)((double)all * per_cent / 100);
	if (*most == 0)
		*most = 1;
	return 0;
}
