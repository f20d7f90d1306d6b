/* Put before a program by LD_PRELOAD: of the allocations that the program's own code asks for,
 * not those of libraries, the one numbered FAIL_AT fails, and all after it.  How many there were
 * is written to the file ALLOCATIONS. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t count, size_t n);
extern void *__libc_realloc(void *p, size_t n);

static unsigned long asked, fail_at;
static void *program; /* where it is loaded */

static int
first(struct dl_phdr_info *info, size_t size, void *to)
{
	(void)size;
	*(void **)to = (void *)info->dlpi_addr;
	return 1; /* the program comes first */
}

__attribute__((constructor)) static void
begin(void)
{
	const char *text = getenv("FAIL_AT");

	dl_iterate_phdr(first, &program);
	fail_at = text != NULL ? strtoul(text, NULL, 10) : 0;
	asked = 0;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("ALLOCATIONS");
	FILE *fp = path != NULL ? fopen(path, "w") : NULL;

	if (fp != NULL) {
		fprintf(fp, "%lu\n", asked);
		fclose(fp);
	}
}

/* fails: whether the allocation that caller asks for is to. */
static int
fails(void *caller)
{
	Dl_info info;

	if (program == NULL || dladdr(caller, &info) == 0 || info.dli_fbase != program ||
	    ++asked < fail_at || fail_at == 0)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

void *
calloc(size_t count, size_t n)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, n);
}

void *
realloc(void *p, size_t n)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n);
}
