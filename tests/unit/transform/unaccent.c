/* Unit tests of unaccent and utf8.  "unaccent --table 80-FF 2000-206F" prints
 * the answer for each code point of the ranges instead, for unaccent.t. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unicode/uchar.h>
#include <unicode/uclean.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/utf8.h"
#include "transform/unaccent.h"

static struct rc_unaccent *unaccent;
static struct rc_buf out;

/* ascii: the answer for n bytes at p, which are copied to the very end of an
 * allocation so that a sanitizer or valgrind sees a read behind them. */
static struct rc_span
ascii(const char *p, size_t n)
{
	char *copy = malloc(n + 1);

	assert_non_null(copy);
	memcpy(copy + 1, p, n);
	out.len = 0;
	assert_int_equal(rc_unaccent_add(unaccent, copy + 1, n, &out), 0);
	free(copy);
	return rc_buf_span(&out);
}

/* is: the answer for a NUL-terminated text is want. */
static void
is(const char *text, const char *want)
{
	struct rc_span got = ascii(text, strlen(text));

	if (!rc_span_is(got, want))
		fail_msg("%s: got %.*s, want %s", text, (int)got.n, got.p, want);
}

static int
open_all(void **state)
{
	(void)state;
	return rc_unaccent_open(&unaccent);
}

static int
close_all(void **state)
{
	(void)state;
	rc_unaccent_close(unaccent);
	rc_unaccent_close(NULL);
	rc_buf_free(&out);
	u_cleanup(); /* ICU keeps its registries for good; valgrind takes them for leaks */
	return 0;
}

static void
test_french(void **state)
{
	(void)state;
	is("é", "e");
	is("œ", "oe");
	is("’", "'");
	is("…", "...");
	is("°", "deg");
	is("®", "(r)");
	is("«", "<<");
	is("€", "EUR");
	is("Ne plus consommer : l’œuf « bio » à 4 °C, 2 €…",
	    "Ne plus consommer : l'oeuf << bio >> a 4 degC, 2 EUR...");
	is("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸ àâäçéèêëîïôöùûüÿ", "AAACEEEEIIOOUUUY aaaceeeeiioouuuy");
	is("e\xCC\x81", "e"); /* already decomposed */
	is("a\xC2\xA0:", "a :");
	is("ﬁ ﬃ ﬆ Ａｚ", "fi ffi st Az");
	is("½ ⅒", " 1/2  1/10 ");
}

static void
test_ascii_is_kept(void **state)
{
	char all[128];
	struct rc_span got;

	(void)state;
	for (int i = 0; i < 128; i++)
		all[i] = (char)i;
	got = ascii(all, sizeof(all));
	assert_int_equal(got.n, sizeof(all));
	assert_memory_equal(got.p, all, sizeof(all));
	got = ascii("\0\xC3\xA9\0\0", 5);
	assert_int_equal(got.n, 4);
	assert_memory_equal(got.p, "\0e\0\0", 4);
}

static void
test_empty(void **state)
{
	(void)state;
	out.len = 0;
	assert_int_equal(rc_unaccent_add(unaccent, "", 0, &out), 0);
	assert_int_equal(out.len, 0);
	is("", "");
}

static void
test_appends(void **state)
{
	(void)state;
	out.len = 0;
	assert_int_equal(rc_buf_adds(&out, "1. "), 0);
	assert_int_equal(rc_unaccent_add(unaccent, "é", 2, &out), 0);
	assert_int_equal(rc_unaccent_add(unaccent, "…", 3, &out), 0);
	assert_true(rc_span_is(rc_buf_span(&out), "1. e..."));
}

/* An accent before, at and behind each place of the eight-byte words. */
static void
test_runs(void **state)
{
	char text[80], want[80];

	(void)state;
	for (size_t n = 0; n <= 33; n++)
		for (size_t at = 0; at <= n; at++) {
			memset(text, 'x', sizeof(text));
			memset(want, 'x', sizeof(want));
			memcpy(text + at, "\xC3\xA9", 2);
			want[at] = 'e';
			text[n + 2] = want[n + 1] = '\0';
			is(text, want);
		}
}

/* The output is longer than the input, all along a text that makes it grow. */
static void
test_grows(void **state)
{
	enum { TIMES = 20000 };
	static const char sign[] = "\xE2\x85\x92"; /* three bytes, six in ASCII */
	char *text = malloc(TIMES * 3);
	struct rc_buf fresh = { 0 };

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < TIMES; i++)
		memcpy(text + 3 * i, sign, 3);
	assert_int_equal(rc_unaccent_add(unaccent, text, TIMES * 3, &fresh), 0);
	assert_int_equal(fresh.len, TIMES * 6);
	for (size_t i = 0; i < TIMES; i++)
		assert_memory_equal(fresh.data + 6 * i, " 1/10 ", 6);
	rc_buf_free(&fresh);
	free(text);
}

static void
test_other_scripts(void **state)
{
	(void)state;
	is("Москва", "Moskva");
	is("\xF0\x9D\x90\x80", "A");    /* mathematical bold A */
	is("a\xF0\x9F\x8D\x95z", "az"); /* pizza */
	/* U+FDFA is a sentence; its letters are up to the version of ICU. */
	assert_in_range(ascii("\xEF\xB7\xBA", 3).n, 10, 60);
	is("\xEE\x80\x80\xF4\x8F\xBF\xBD", ""); /* private use */
}

static void
test_not_utf8(void **state)
{
	char one[2] = "";

	(void)state;
	for (int c = 0x80; c <= 0xFF; c++) {
		one[0] = (char)c;
		is(one, "");
	}
	is("a\xC3", "a");
	is("a\xE2\x82", "a");
	is("a\xF0\x9F\x8D", "a");
	is("a\xC3z", "az");
	is("a\xE2\x82z", "az");
	is("a\xC0\xAFz", "az");         /* overlong */
	is("a\xED\xA0\x80z", "az");     /* surrogate */
	is("a\xF4\x90\x80\x80z", "az"); /* above U+10FFFF */
}

/* What the list has so that ICU need not be asked is what it would say. */
static void
test_usual_is_icus(void **state)
{
	UErrorCode err = U_ZERO_ERROR;
	UChar id[32], text[256];
	UTransliterator *latin;
	uint32_t before = 0;

	(void)state;
	u_uastrcpy(id, "Any-Latin; Latin-ASCII");
	latin = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &err);
	assert_true(U_SUCCESS(err));
	for (size_t i = 0; i < rc_unaccent_usual_len; i++) {
		const struct rc_unaccent_rule *r = &rc_unaccent_usual[i];

		assert_true(r->first > before && r->last >= r->first);
		before = r->last;
		for (uint32_t cp = r->first; cp <= r->last; cp++) {
			int32_t len = 0, limit, n = 0;
			char got[256];

			if (u_charType((UChar32)cp) == U_UNASSIGNED)
				continue;
			U16_APPEND_UNSAFE(text, len, cp);
			limit = len;
			utrans_transUChars(latin, text, &len, 256, 0, &limit, &err);
			assert_true(U_SUCCESS(err));
			for (int32_t k = 0; k < len; k++)
				if (text[k] < 0x80)
					got[n++] = (char)text[k];
			got[n] = '\0';
			if (strcmp(got, r->text) != 0)
				fail_msg(
				    "U+%04X: ICU has \"%s\", the list \"%s\"", cp, got, r->text);
		}
	}
	utrans_close(latin);
}

/* Twice: when the answer is found, and from the table. */
static void
test_every_code_point(void **state)
{
	char utf8[4], first[256];
	size_t n, len;

	(void)state;
	for (uint32_t cp = 1; cp <= 0x10FFFF; cp++) {
		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		n = rc_utf8_put(utf8, cp);
		out.len = 0;
		if (rc_unaccent_add(unaccent, utf8, n, &out) != 0)
			fail_msg("U+%04X: failed", (unsigned)cp);
		if (cp < 0x80 && (out.len != 1 || out.data[0] != (char)cp))
			fail_msg("U+%04X: changed", (unsigned)cp);
		for (size_t i = 0; i < out.len; i++)
			if ((unsigned char)out.data[i] >= 0x80)
				fail_msg("U+%04X: not ASCII", (unsigned)cp);
		len = out.len;
		assert_true(len <= sizeof(first));
		memcpy(first, out.data, len);
		if (rc_unaccent_add(unaccent, utf8, n, &out) != 0 || out.len != 2 * len ||
		    memcmp(first, out.data + len, len) != 0)
			fail_msg("U+%04X: the second answer differs", (unsigned)cp);
	}
}

static void
check_rules(const struct rc_unaccent_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_true(rules[i].first >= 0x80 && rules[i].first <= rules[i].last);
		assert_true(i == 0 || rules[i - 1].last < rules[i].first);
		for (const char *p = rules[i].text; *p != '\0'; p++)
			assert_true((unsigned char)*p < 0x80);
	}
}

static void
test_rules(void **state)
{
	(void)state;
	check_rules(rc_unaccent_differs, rc_unaccent_differs_len);
	check_rules(rc_unaccent_usual, rc_unaccent_usual_len);
	for (size_t i = 0; i < rc_unaccent_differs_len; i++)
		for (size_t j = 0; j < rc_unaccent_usual_len; j++)
			assert_true(rc_unaccent_differs[i].last < rc_unaccent_usual[j].first ||
			    rc_unaccent_usual[j].last < rc_unaccent_differs[i].first);
}

static void
test_utf8(void **state)
{
	const char *p;
	char utf8[4];
	size_t n;

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		n = rc_utf8_put(utf8, cp);
		p = utf8;
		if (cp >= 0xD800 && cp <= 0xDFFF) {
			assert_int_equal(rc_utf8_length(utf8, utf8 + n), 0);
			assert_int_equal(rc_utf8_next(&p, utf8 + n), 0xFFFD);
			assert_ptr_equal(p, utf8 + 1);
			continue;
		}
		if (rc_utf8_length(utf8, utf8 + n) != n || !rc_utf8_valid(utf8, n) ||
		    rc_utf8_next(&p, utf8 + n) != cp || p != utf8 + n)
			fail_msg("U+%04X: not read back", (unsigned)cp);
		for (size_t cut = 1; cut < n; cut++)
			if (rc_utf8_length(utf8, utf8 + cut) != 0)
				fail_msg("U+%04X: cut short, yet read", (unsigned)cp);
	}
	assert_int_equal(rc_utf8_length(utf8, utf8), 0);
	assert_true(rc_utf8_valid("a\0\xC3\xA9", 4));
	assert_true(rc_utf8_valid("", 0));
	assert_false(rc_utf8_valid("a\xC1\xBF", 3));
	assert_false(rc_utf8_valid("\xE0\x9F\xBF", 3));
	assert_false(rc_utf8_valid("\xF0\x8F\xBF\xBF", 4));
	assert_false(rc_utf8_valid("\xF4\x90\x80\x80", 4));
	assert_false(rc_utf8_valid("\xF5\x80\x80\x80", 4));
	assert_false(rc_utf8_valid("\xC3\xC3", 2));
}

/* print_table: "HEX<TAB>ASCII" for each code point of the range "FIRST-LAST";
 * controls and backslashes are escaped. */
static int
print_table(const char *range)
{
	unsigned first, last;
	char utf8[4];

	if (sscanf(range, "%x-%x", &first, &last) != 2 || last > 0x10FFFF)
		return 64;
	for (uint32_t cp = first; cp <= last; cp++) {
		out.len = 0;
		if (rc_unaccent_add(unaccent, utf8, rc_utf8_put(utf8, cp), &out) != 0)
			return 70;
		printf("%04X\t", (unsigned)cp);
		for (size_t i = 0; i < out.len; i++)
			if (out.data[i] < ' ' || out.data[i] > '~' || out.data[i] == '\\')
				printf("\\x%02X", (unsigned)(unsigned char)out.data[i]);
			else
				putchar(out.data[i]);
		putchar('\n');
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_french),
		cmocka_unit_test(test_ascii_is_kept),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_other_scripts),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_usual_is_icus),
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_utf8),
	};
	int status = 0;

	if (argc < 2)
		return cmocka_run_group_tests(tests, open_all, close_all);
	if (strcmp(argv[1], "--table") != 0) {
		fprintf(stderr, "usage: unaccent [--table FIRST-LAST ...]\n");
		return 64;
	}
	if (open_all(NULL) != 0)
		return 74;
	for (int i = 2; i < argc && status == 0; i++)
		status = print_table(argv[i]);
	close_all(NULL);
	return fflush(stdout) == 0 ? status : 74;
}
