/* unit.h - what the unit tests share: copies that end where their allocation
 * ends, a folder of their own, what was said on standard error. */
#ifndef RC_UNIT_H
#define RC_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"

#ifdef __clang_analyzer__
/* clang's analyzer takes cmocka's assertions for calls that return, and follows each way on from
 * one that failed; this tells it that a test ends there. */
void _fail(const char *file, const int line) __attribute__((noreturn));
#undef assert_true
#undef assert_false
#undef assert_null
#undef assert_non_null
#undef assert_int_equal
#define assert_true(holds)       ((holds) ? (void)0 : _fail(__FILE__, __LINE__))
#define assert_false(holds)      assert_true(!(holds))
#define assert_null(pointer)     assert_true((pointer) == NULL)
#define assert_non_null(pointer) assert_true((pointer) != NULL)
#define assert_int_equal(a, b)   assert_true((a) == (b))
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A span from a literal, which may hold NUL. */
#define SPAN(literal) ((struct rc_span){ "" literal, sizeof(literal) - 1 })

/* exact: a copy of n bytes that is not one byte longer, so that a sanitizer or
 * valgrind sees a read behind it; for free(). */
static inline char *
exact(const char *p, size_t n)
{
	char *copy = malloc(n);

	if (copy == NULL)
		copy = malloc(1); /* n is 0, and this malloc has nothing of no size */
	assert_non_null(copy);
	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

/* show: the bytes as a C string, cut after 400, for a message; until the next call. */
static inline const char *
show(struct rc_span s)
{
	static char text[4 * 400 + 4];
	size_t at = 0;

	for (size_t i = 0; i < s.n && i < 400; i++) {
		unsigned c = (unsigned char)s.p[i];

		if (c < ' ' || c > '~' || c == '\\')
			at += (size_t)snprintf(text + at, sizeof(text) - at, "\\x%02X", c);
		else
			text[at++] = (char)c;
	}
	memcpy(text + at, s.n > 400 ? "..." : "", s.n > 400 ? 4 : 1);
	return text;
}

/* span_is: fail unless the two are the same bytes; what names the case. */
static inline void
span_is(const char *what, struct rc_span got, struct rc_span want)
{
	if (got.n == want.n && (got.n == 0 || memcmp(got.p, want.p, got.n) == 0))
		return;
	print_error("%s: got  %s\n", what, show(got));
	fail_msg("%s: want %s", what, show(want));
}

/* The same numbers on every machine, from a seed that is not 0 (xorshift64*). */
static inline uint64_t
random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

/* random_below: from 0 to n - 1; n is small. */
static inline size_t
random_below(uint64_t *state, size_t n)
{
	return (size_t)((random_next(state) >> 32) % n);
}

/* from_env: a number that a person may set, for a run that is longer or another. */
static inline uint64_t
from_env(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text != NULL && *text != '\0' ? strtoull(text, NULL, 0) : fallback;
}

/* random_seed: where the random numbers start, said for whom it fails. */
static inline uint64_t
random_seed(void)
{
	uint64_t seed = from_env("RC_SEED", 20240418);

	print_message("RC_SEED=%llu\n", (unsigned long long)seed);
	return seed != 0 ? seed : 1;
}

/* What is written to standard error between said_begin() and said_end().  An
 * assertion that fails between them loses its message. */
struct said {
	int saved;
	FILE *file;
	char text[4096];
};

static inline void
said_begin(struct said *s)
{
	assert_non_null(s->file = tmpfile());
	fflush(stderr);
	s->saved = dup(STDERR_FILENO);
	assert_true(s->saved != -1);
	assert_true(dup2(fileno(s->file), STDERR_FILENO) != -1);
}

static inline void
said_end(struct said *s)
{
	size_t n;

	fflush(stderr);
	dup2(s->saved, STDERR_FILENO);
	close(s->saved);
	rewind(s->file);
	n = fread(s->text, 1, sizeof(s->text) - 1, s->file);
	s->text[n] = '\0';
	fclose(s->file);
}

/* lines_said: how many lines. */
static inline size_t
lines_said(const struct said *s)
{
	size_t n = 0;

	for (const char *p = s->text; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	return n;
}

/* A folder of the test's own, to which it goes. */
static char folder[256];

static inline int
folder_enter(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/rc-unit.XXXXXX", base != NULL ? base : "/tmp");
	return mkdtemp(folder) == NULL || chdir(folder) == -1 ? -1 : 0;
}

/* files_in: how many names the folder holds. */
static inline size_t
files_in(const char *path)
{
	DIR *dir = opendir(path);
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2; /* itself and its parent */
}

static inline int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level > 0 ? remove(path) : 0;
}

/* folder_empty: remove what is in it. */
static inline void
folder_empty(const char *path)
{
	assert_int_equal(nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline int
folder_leave(void **state)
{
	(void)state;
	folder_empty(folder);
	return chdir("/") == -1 || rmdir(folder) == -1 ? -1 : 0;
}

/* write_file: in the folder. */
static inline void
write_file(const char *name, const char *p, size_t n)
{
	FILE *fp = fopen(name, "w");

	assert_non_null(fp);
	assert_int_equal(fwrite(p, 1, n, fp), n);
	assert_int_equal(fclose(fp), 0);
}

#endif
