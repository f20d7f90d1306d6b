/* Print COUNT names, a line each, that all belong into one slot of a table of 2^BITS slots where
 * the slot is taken from the unkeyed FNV-1a, its high half folded into the low one: what anybody
 * can compute who knows the function. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t
add(uint64_t h, unsigned char c)
{
	return (h ^ c) * UINT64_C(1099511628211);
}

int
main(int argc, char **argv)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	unsigned long left = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	uint64_t mask = argc == 3 ? (UINT64_C(1) << strtoul(argv[2], NULL, 10)) - 1 : 0;

	for (uint64_t i = 0; left > 0; i++) {
		uint64_t start = UINT64_C(14695981039346656037), h;
		char name[8] = "";

		for (int k = 0; k < 6; k++) {
			name[k] = letters[i >> 6 * k & 63];
			start = add(start, (unsigned char)name[k]);
		}
		for (int k = 0; k < 64 && left > 0; k++) {
			h = add(start, (unsigned char)letters[k]);
			if (((h ^ h >> 32) & mask) != 0)
				continue;
			name[6] = letters[k];
			puts(name);
			left--;
		}
	}
	return fflush(stdout) == EOF;
}
