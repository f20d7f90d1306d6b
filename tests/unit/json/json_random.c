/* The record scanner against jansson, over records that were damaged at random.
 *
 *   RC_SEED       where the random numbers start; a failure names it
 *   RC_MUTATIONS  how many damaged records are read
 *   RC_CORPUS     a file of records, a line each, to be damaged too */
#include "base/status.h"
#include "unit/oracle.h"

enum { MOST = 1000, LONGEST = 4096 }; /* records of the corpus, and bytes of one */

static const char *const built_in[] = {
	"{\"reference_fiche\":\"2023-04-0102\",\"ndeg_de_version\":1,\"categorie_de_produit\":"
	"\"Alimentation\",\"noms_des_modeles_ou_references\":null,\"motif_du_rappel\":"
	"\"Pr\xC3\xA9sence "
	"de Listeria monocytog\xC3\xA8nes\",\"numero_de_contact\":\"0800 123 "
	"456\",\"date_de_publication\":"
	"\"2023-04-18\",\"lien_vers_la_fiche_rappel\":\"https:\\/\\/rappel.conso.gouv.fr\\/fiche\\/"
	"9\"}",
	"{\"reference_fiche\":\"2021-12-0001\",\"date_debut_fin_de_commercialisation\":\"Du "
	"01/12/2021 "
	"au 24/12/2021\",\"conduites_a_tenir_par_le_consommateur\":\"Ne plus consommer\\nRapporter "
	"le "
	"produit au point de vente\",\"preconisations\":\"L\xE2\x80\x99\xC5\x93uf \xC2\xAB bio "
	"\xC2\xBB "
	"\xC3\xA0 4 \xC2\xB0"
	"C\xE2\x80\xA6\",\"distributeurs\":\"\"}",
	"{\"numero_fiche\":\"2025-01-0007\",\"id\":17012,\"gtin\":[3256220000017,3256220000024],"
	"\"liens_vers_les_images\":[\"https://a.example/1.jpg\",\"https://a.example/2.jpg\"],"
	"\"identification_produits\":\"$3256$lot 12|lot 13\xC2\xA4lot 14$\",\"date_publication\":"
	"\"2025-01-02T09:30:00+00:00\",\"retire\":false,\"poids\":-1.25e+2}",
	"{\"topic\":\"rappel_conso\",\"partition\":0,\"offset\":1234,\"timestamp\":1713398400000,"
	"\"key\":\"2024-04-0001\",\"headers\":[[\"source\",\"rc-fetch\"],[\"none\",null],[\"raw\","
	"null,"
	"\"/"
	"w==\"]],\"value\":{\"reference_fiche\":\"2024-04-0001\",\"motif_du_rappel\":"
	"\"\\u00e9\\u00E9"
	"\\u20ac\"}}",
	"{\"topic\":\"rappel_conso\",\"partition\":0,\"offset\":9223372036854775807}",
	" { \"tool\" : \"rc-load\" ,\t\"line\" : 12 , \"reason\" : \"a list\" , \"record\" : { "
	"\"a\" : "
	"[ { } , [ ] , [ [ \"x\" ] ] ] } } \r",
	"{\"emoji\":\"\xF0\x9F\x8D\x95 "
	"\\ud83c\\udf55\",\"nul\":\"a\\u0000b\",\"escapes\":\"\\\"\\\\\\/"
	"\\b\\f\\n\\r\\t\",\"last\":\"\xF4\x8F\xBF\xBF\",\"\xC3\xA9\":1,\"\\u00e8\":2}",
	"{\"a\":1,\"b\":2,\"a\":\"three\",\"c\":[1,2.5,-0,1E5,0.0001],\"b\":null,\"\":true,"
	"\"\\u0061\":{}}",
	"{\"last_processed\":\"2024-04-18\"}",
	"{}",
	"{\"n\":[0,-0,0.0,-0.0,1e0,1E+10,1e-10,123456789012345678,-9223372036854775808,1.5,2.25],"
	"\"w\":[null,true,false],\"deep\":[[[[[[[[{\"a\":{\"b\":{\"c\":[]}}}]]]]]]]]}",
	"{\"texte\":\"0123456789abcdef0123456789abcdef\",\"texte de seize "
	"o\":\"0123456789abcde\\\"\","
	"\"x\":\"0123456789abcdef\xC3\xA9\",\"y\":\"0123456789abcde\xC3\xA9\",\"z\":\"\"}",
};

static const struct rc_span tokens[] = {
	{ "\"", 1 },
	{ "\\", 1 },
	{ "\\u", 2 },
	{ "d800", 4 },
	{ "\\ud83d", 6 },
	{ "\\uDE00", 6 },
	{ "\\u0000", 6 },
	{ "\\u0061", 6 },
	{ "{", 1 },
	{ "}", 1 },
	{ "[", 1 },
	{ "]", 1 },
	{ ",", 1 },
	{ ":", 1 },
	{ "\"a\":1,", 6 },
	{ ",\"b\":[]", 7 },
	{ "[]", 2 },
	{ "{}", 2 },
	{ "null", 4 },
	{ "true", 4 },
	{ "0", 1 },
	{ "-", 1 },
	{ ".", 1 },
	{ "e", 1 },
	{ "1E5", 3 },
	{ "1e999", 5 },
	{ "99999999999999999999", 20 },
	{ " ", 1 },
	{ "\t", 1 },
	{ "\r", 1 },
	{ "\n", 1 },
	{ "\0", 1 },
	{ "\x1F", 1 },
	{ "\x7F", 1 },
	{ "\v", 1 },
	{ "\xC3", 1 },
	{ "\xC3\xA9", 2 },
	{ "\xE2\x82", 2 },
	{ "\xED\xA0\x80", 3 },
	{ "\xF0\x9F\x98\x80", 4 },
	{ "\xF4\x90\x80\x80", 4 },
	{ "\xEF\xBB\xBF", 3 },
	{ "\xC0\x80", 2 },
	{ "\x80", 1 },
};

static struct rc_span records[COUNT(built_in) + MOST];
static size_t count;

/* replace: n bytes of b at at by those of a span, which is not in b. */
static void
replace(struct rc_buf *b, size_t at, size_t n, struct rc_span with)
{
	assert_int_equal(rc_buf_reserve(b, with.n), 0);
	memmove(b->data + at + with.n, b->data + at + n, b->len - at - n);
	if (with.n > 0)
		memcpy(b->data + at, with.p, with.n);
	b->len += with.n - n;
}

/* damage: change b once. */
static void
damage(struct rc_buf *b, uint64_t *seed)
{
	size_t at = random_below(seed, b->len + 1), n = random_below(seed, 9), from;
	struct rc_span other;
	char piece[8];

	if (n > b->len - at)
		n = b->len - at;
	switch (random_below(seed, 9)) {
	case 0: /* flip a bit */
		if (at < b->len)
			b->data[at] = (char)(b->data[at] ^ 1 << random_below(seed, 8));
		break;
	case 1: /* any byte */
		piece[0] = (char)random_below(seed, 256);
		replace(b, at, at < b->len, (struct rc_span){ piece, 1 });
		break;
	case 2: /* lose some */
		replace(b, at, n, SPAN(""));
		break;
	case 3: /* twice */
		memcpy(piece, b->data + at, n > 8 ? 8 : n);
		replace(b, at, 0, (struct rc_span){ piece, n > 8 ? 8 : n });
		break;
	case 4: /* cut off */
		if (random_below(seed, 4) == 0)
			b->len = at;
		break;
	case 5: /* go on as another record does */
		if (random_below(seed, 4) == 0) {
			other = records[random_below(seed, count)];
			from = random_below(seed, other.n + 1);
			replace(
			    b, at, b->len - at, (struct rc_span){ other.p + from, other.n - from });
		}
		break;
	case 6: /* a token instead of another byte */
		replace(b, at, at < b->len, tokens[random_below(seed, COUNT(tokens))]);
		break;
	default:
		replace(b, at, 0, tokens[random_below(seed, COUNT(tokens))]);
	}
}

/* hints_find: that names are found by hints which are kept from record to record. */
static void
hints_find(const struct rc_json *json, json_t *want)
{
	static const char *const names[] = { "a", "reference_fiche", "numero_fiche", "offset", "" };
	static struct rc_json_hint hints[COUNT(names)];

	for (size_t i = 0; i < COUNT(names); i++) {
		struct rc_span name = { names[i], strlen(names[i]) };
		const struct rc_json_value *v = rc_json_get(json, name, &hints[i]);
		json_t *theirs = json_object_get(want, names[i]);

		assert_int_equal(v != NULL, theirs != NULL);
		if (v != NULL)
			same_value(v, theirs);
	}
}

/* compare: the scanner and jansson on n bytes.  Whether they are a record. */
static enum verdict
compare(struct rc_json *json, const char *p, size_t n)
{
	json_t *want;
	enum verdict theirs = oracle(p, n, &want);
	int status = rc_json_scan(json, p, n);

	if (theirs == GOOD && !json_is_object(want))
		theirs = BAD;
	/* jansson goes deeper */
	if (status == RC_DATA && strcmp(json->reason, "nested too deep") == 0)
		theirs = UNKNOWN;
	if (theirs != UNKNOWN)
		assert_int_equal(status, theirs == GOOD ? 0 : RC_DATA);
	if (theirs == GOOD) {
		same_object(json, want);
		hints_find(json, want);
	}
	json_decref(want);
	return theirs;
}

static uint64_t at_fault; /* the mutation that is being compared */
static struct rc_buf line;

static void
test_damaged_records(void **state)
{
	uint64_t seed = random_seed(), most = from_env("RC_MUTATIONS", 200000);
	struct rc_json json = { 0 };
	size_t verdicts[3] = { 0 };

	(void)state;
	print_message("RC_MUTATIONS=%llu, %zu records\n", (unsigned long long)most, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(compare(&json, records[i].p, records[i].n), GOOD);
	for (at_fault = 1; at_fault <= most; at_fault++) {
		struct rc_span record = records[random_below(&seed, count)];
		char *copy;

		line.len = 0;
		assert_int_equal(rc_buf_add(&line, record.p, record.n), 0);
		for (size_t times = 1 + random_below(&seed, 3); times > 0; times--)
			damage(&line, &seed);
		copy = exact(line.data, line.len);
		verdicts[compare(&json, copy, line.len)]++;
		free(copy);
	}
	at_fault = 0;
	print_message("%zu good, %zu bad, %zu that jansson cannot judge\n", verdicts[GOOD],
	    verdicts[BAD], verdicts[UNKNOWN]);
	/* Else it is not records that are compared. */
	assert_true(verdicts[GOOD] >= most / 10);
	assert_true(verdicts[BAD] >= most / 10);
	assert_true(verdicts[UNKNOWN] <= most / 50);
	rc_json_free(&json);
}

/* say_fault: the record that the comparison ended at. */
static int
say_fault(void **state)
{
	(void)state;
	if (at_fault > 0)
		print_error(
		    "mutation %llu: %s\n", (unsigned long long)at_fault, show(rc_buf_span(&line)));
	rc_buf_free(&line);
	return 0;
}

/* read_corpus: lines of a file as records. */
static int
read_corpus(const char *name)
{
	static char text[LONGEST + 2];
	FILE *fp = fopen(name, "r");

	if (fp == NULL) {
		perror(name);
		return -1;
	}
	while (count < COUNT(records) && fgets(text, sizeof(text), fp) != NULL) {
		size_t n = strcspn(text, "\n");

		if (text[n] == '\n')
			records[count++] = (struct rc_span){ exact(text, n), n };
	}
	return fclose(fp);
}

static int
open_all(void **state)
{
	const char *name = getenv("RC_CORPUS");

	(void)state;
	for (; count < COUNT(built_in); count++)
		records[count] = (struct rc_span){ exact(built_in[count], strlen(built_in[count])),
			strlen(built_in[count]) };
	return name != NULL && *name != '\0' ? read_corpus(name) : 0;
}

static int
close_all(void **state)
{
	(void)state;
	while (count > 0)
		free((char *)records[--count].p);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_damaged_records, say_fault),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
