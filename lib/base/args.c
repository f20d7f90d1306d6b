#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/args.h"
#include "base/log.h"
#include "base/nearest.h"
#include "base/status.h"

#define MAX_OPTS  64
#define LONG_ONLY 256 /* above all letters: value of an option without one */

struct known { /* both tables, as getopt_long(3) wants them */
	const struct rc_opt *opts[MAX_OPTS];
	struct option longs[MAX_OPTS + 1];
	char shorts[2 * MAX_OPTS + 3];
	size_t count, longs_count;
};

static void
make_known(struct known *k, const struct rc_args *a)
{
	char *shorts = k->shorts;

	*k = (struct known){ .count = 0 };
	if (a->runs_command)
		*shorts++ = '+'; /* its options are its own */
	*shorts++ = ':';
	for (size_t i = 0; i < 2 && a->tables[i] != NULL; i++)
		for (const struct rc_opt *o = a->tables[i]; o->name != NULL && k->count < MAX_OPTS;
		     o++) {
			int value = LONG_ONLY + (int)k->count;

			k->opts[k->count++] = o;
			if (*o->name != '\0')
				k->longs[k->longs_count++] = (struct option){ .name = o->name,
					.has_arg = o->arg != NULL ? required_argument : no_argument,
					.val = value };
			if (o->letter == 0)
				continue;
			*shorts++ = (char)o->letter;
			if (o->arg != NULL)
				*shorts++ = ':';
		}
	*shorts = '\0';
}

/* name_length: of the option that word names, which may have =ARGUMENT behind it. */
static size_t
name_length(const char *word)
{
	return strcspn(word + 2, "=");
}

/* --- what is wrong */

/* say_ambiguous: where word is short for several options; 0: it is not. */
static int
say_ambiguous(const struct known *k, const char *word)
{
	char list[256] = "";
	size_t n = name_length(word), found = 0;

	for (size_t i = 0; i < k->longs_count; i++)
		if (strncmp(k->longs[i].name, word + 2, n) == 0) {
			size_t len = strlen(list);

			snprintf(list + len, sizeof(list) - len, "%s--%s",
			    found++ > 0 ? " or " : "", k->longs[i].name);
		}
	if (found < 2)
		return 0;
	rc_log_error("%.*s: is short for %s: write more of it", (int)n + 2, word, list);
	return 1;
}

static void
say_unknown(const struct known *k, const char *word)
{
	char name[RC_NEAREST_MAX + 2];
	struct rc_nearest near = { .name = name };

	snprintf(name, sizeof(name), "%.*s", (int)name_length(word), word + 2);
	for (size_t i = 0; i < k->count; i++)
		if (k->opts[i]->help != NULL)
			rc_nearest_try(&near, k->opts[i]->name);
	if (rc_nearest_likely(&near))
		rc_log_error("%s: no such option: did you mean --%s? see %s --help", word,
		    near.found, rc_log_program());
	else
		rc_log_error("%s: no such option: see %s --help", word, rc_log_program());
}

/* wrong: of what getopt_long() said c; word is where it is. */
static int
wrong(const struct known *k, int c, const char *word)
{
	if (c == ':')
		rc_log_error("%s: needs an argument: see %s --help", word, rc_log_program());
	else if (optopt > 0 && optopt < LONG_ONLY)
		rc_log_error("-%c: no such option: see %s --help", optopt, rc_log_program());
	else if (optopt >= LONG_ONLY)
		rc_log_error("%.*s: takes no argument: see %s --help", (int)name_length(word) + 2,
		    word, rc_log_program());
	else if (!say_ambiguous(k, word))
		say_unknown(k, word);
	return RC_USAGE;
}

/* is_whole: whether word, where it is a name at all, is all of the option's. */
static int
is_whole(const struct rc_opt *o, const char *word)
{
	return strncmp(word, "--", 2) != 0 || strcmp(word + 2, o->name) == 0;
}

/* --- reading it */

static int
set(const struct known *k, int c, const char *word)
{
	const struct rc_opt *o = NULL;

	for (size_t i = 0; i < k->count && o == NULL; i++)
		if (c == k->opts[i]->letter || c == LONG_ONLY + (int)i)
			o = k->opts[i];
	if (o == NULL)
		return RC_BUG;
	if (o->set == rc_opt_deed && !is_whole(o, word)) {
		rc_log_error("%s: --%s cannot be undone: write all of it", word, o->name);
		return RC_USAGE;
	}
	return o->set(o, optarg);
}

int
rc_args_parse(struct rc_args *a, int argc, char **argv)
{
	struct known k;
	int c, status;

	make_known(&k, a);
	opterr = 0;
	optind = 0; /* from the start */
	while ((c = getopt_long(argc, argv, k.shorts, k.longs, NULL)) != -1)
		if ((status = c == ':' || c == '?' ? wrong(&k, c, argv[optind - 1])
						   : set(&k, c, argv[optind - 1])) != 0)
			return status;
	a->operands = argv + optind;
	a->count = (size_t)(argc - optind);
	return 0;
}

const char *
rc_args_find(const struct rc_args *a, int argc, char **argv, const char *name)
{
	struct known k;
	const char *found = NULL;
	int c;

	make_known(&k, a);
	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, k.shorts, k.longs, NULL)) != -1)
		if (c >= LONG_ONLY && (size_t)(c - LONG_ONLY) < k.count &&
		    strcmp(k.opts[c - LONG_ONLY]->name, name) == 0)
			found = optarg;
	return found;
}

int
rc_args_command(const struct rc_args *a, const char *const *commands, int *index)
{
	char list[256] = "";

	for (int i = 0; commands[i] != NULL; i++) {
		size_t len = strlen(list);

		if (a->count == 1 && strcmp(a->operands[0], commands[i]) == 0) {
			*index = i;
			return 0;
		}
		snprintf(list + len, sizeof(list) - len, "%s%s",
		    i == 0                        ? ""
			: commands[i + 1] == NULL ? " or "
						  : ", ",
		    commands[i]);
	}
	if (a->count == 0)
		rc_log_error("no command given: %s", list);
	else if (a->count > 1)
		rc_log_error(
		    "%s %s: one command at a time: %s", a->operands[0], a->operands[1], list);
	else
		rc_log_error("%s: no such command: %s", a->operands[0], list);
	return RC_USAGE;
}
