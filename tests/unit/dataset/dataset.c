/* Unit tests of dataset: the descriptions that come with the suite, and bad ones. */
#include <sys/stat.h>

#include "base/status.h"
#include "dataset/dataset.h"
#include "unit/unit.h"

/* A description of every kind of member; ' stands for ". */
static const char good[] =
    "{'name':'test','title':'A test','portal':{'url':'https://a.example','dataset':'id-1_b.c@d'},"
    "'key':{'column':'k','version':'v'},'cursor':{'column':'d','time':true,'overlap_days':2},"
    "'topic':{'name':'top','partitions':3,'replication_factor':2,'config':{'retention.ms':'1000',"
    "'x':'y'}},'table':'tab','columns':[{'name':'k','op':'keep','from':'key'},"
    "{'name':'d','op':'date','from':'when'},{'name':'l','op':'list','split':['|','\xC2\xA4'],"
    "'space':'$'},{'name':'j','op':'join','from':['a','b','\xC3\xA9']},"
    "{'name':'p','op':'period','part':'end','from':'per'},{'name':'i','op':'keep','lists':true},"
    "{'name':'u','op':'unaccent','from':['one']}]}";

static char shipped[4096]; /* the folder of the suite's own descriptions */

static struct rc_dataset *d;

static int
close_one(void **state)
{
	(void)state;
	rc_dataset_free(d);
	rc_dataset_free(NULL);
	d = NULL;
	return unsetenv("RC_DATASETS");
}

/* write_text: a file, with " for each '. */
static void
write_text(const char *name, const char *text)
{
	size_t n = strlen(text);
	char *copy = exact(text, n);

	for (size_t i = 0; i < n; i++)
		if (copy[i] == '\'')
			copy[i] = '"';
	write_file(name, copy, n);
	free(copy);
}

static void
test_shipped(void **state)
{
	static const char *const names[] = { "rappelconso0", "rappelconso-v2" };
	static const char *const columns[] = { "reference_fiche", "liens_vers_les_images",
		"lien_vers_la_liste_des_produits", "lien_vers_la_liste_des_distributeurs",
		"lien_vers_affichette_pdf", "lien_vers_la_fiche_rappel", "date_de_publication",
		"date_de_fin_de_la_procedure_de_rappel", "categorie_de_produit",
		"sous_categorie_de_produit", "nom_de_la_marque_du_produit",
		"noms_des_modeles_ou_references", "identification_des_produits", "conditionnements",
		"temperature_de_conservation", "zone_geographique_de_vente", "distributeurs",
		"motif_du_rappel", "numero_de_contact", "modalites_de_compensation",
		"risques_pour_le_consommateur", "recommandations_sante",
		"date_debut_commercialisation", "date_fin_commercialisation",
		"informations_complementaires" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_int_equal(setenv("RC_DATASETS", shipped, 1), 0);
		assert_int_equal(rc_dataset_open(&d, names[i]), 0);
		assert_string_equal(d->name, names[i]);
		assert_string_equal(d->portal, "https://data.economie.gouv.fr");
		assert_int_equal(d->columns.count, COUNT(columns));
		for (size_t k = 0; k < COUNT(columns); k++)
			assert_string_equal(d->columns.list[k].name, columns[k]);
		assert_string_equal(d->key.column, "reference_fiche");
		assert_string_equal(d->cursor.column, "date_de_publication");
		assert_int_equal(d->cursor.overlap_days, 1);
		assert_int_equal(d->cursor.has_time, i == 1);
		assert_string_equal(d->topic.name, "rappel_conso");
		assert_int_equal(d->topic.partitions, 1);
		assert_string_equal(d->table, "rappel_conso_table");
		close_one(NULL);
	}
}

static void
test_everything_is_read(void **state)
{
	static const enum rc_op ops[] = { RC_OP_KEEP, RC_OP_DATE, RC_OP_LIST, RC_OP_JOIN,
		RC_OP_PERIOD, RC_OP_KEEP, RC_OP_UNACCENT };
	static const char *const from[] = { "key", "when", "l", "a", "per", "i", "one" };

	(void)state;
	write_text("test.json", good);
	assert_int_equal(rc_dataset_open(&d, "test.json"), 0);
	assert_string_equal(d->path, "test.json");
	assert_string_equal(d->name, "test");
	assert_string_equal(d->portal, "https://a.example");
	assert_string_equal(d->id, "id-1_b.c@d");
	assert_string_equal(d->key.field, "key");
	assert_string_equal(d->key.column, "k");
	assert_string_equal(d->key.version, "v");
	assert_string_equal(d->cursor.field, "when");
	assert_string_equal(d->cursor.column, "d");
	assert_int_equal(d->cursor.has_time, 1);
	assert_int_equal(d->cursor.overlap_days, 2);
	assert_string_equal(d->topic.name, "top");
	assert_int_equal(d->topic.partitions, 3);
	assert_int_equal(d->topic.replication_factor, 2);
	assert_int_equal(d->topic.setting_count, 2);
	assert_string_equal(d->topic.settings[0].name, "retention.ms");
	assert_string_equal(d->topic.settings[0].value, "1000");
	assert_string_equal(d->topic.settings[1].name, "x");
	assert_string_equal(d->table, "tab");
	assert_int_equal(d->columns.count, COUNT(ops));
	for (size_t i = 0; i < COUNT(ops); i++) {
		assert_int_equal(d->columns.list[i].op, ops[i]);
		assert_int_equal(d->columns.list[i].from_count, ops[i] == RC_OP_JOIN ? 3 : 1);
		assert_true(rc_span_is(d->columns.list[i].from[0].first, from[i]));
		assert_int_equal(d->columns.list[i].lists, i == 5);
		assert_int_equal(rc_dataset_column(d, d->columns.list[i].name), i);
	}
	assert_true(rc_span_is(d->columns.list[3].from[2].first, "\xC3\xA9"));
	assert_int_equal(d->columns.list[2].split_count, 2);
	assert_string_equal(d->columns.list[2].split[1].p, "\xC2\xA4");
	assert_int_equal(d->columns.list[2].space_count, 1);
	assert_string_equal(d->columns.list[2].space[0].p, "$");
	assert_int_equal(d->columns.list[3].split_count, 0);
	assert_int_equal(d->columns.list[4].part, RC_PART_END);
	assert_int_equal(rc_dataset_column(d, "z"), -1);
	assert_int_equal(rc_dataset_column(d, ""), -1);
}

/* What need not be there. */
static void
test_defaults(void **state)
{
	(void)state;
	write_text("test.json",
	    "{'name':'test','portal':{'url':'http://a:8080/x','dataset':'i'},'key':{'column':'k'},"
	    "'cursor':{'column':'k'},'topic':{'name':'t'},'table':'t',"
	    "'columns':[{'op':'keep','name':'k'}]}");
	assert_int_equal(rc_dataset_open(&d, "./test.json"), 0);
	assert_string_equal(d->portal, "http://a:8080/x");
	assert_null(d->key.version);
	assert_string_equal(d->key.field, "k");
	assert_int_equal(d->cursor.has_time, 0);
	assert_int_equal(d->cursor.overlap_days, 1);
	assert_int_equal(d->topic.partitions, 1);
	assert_int_equal(d->topic.replication_factor, 1);
	assert_int_equal(d->topic.setting_count, 0);
	assert_true(rc_span_is(d->columns.list[0].from[0].first, "k"));
}

/* refused: rc_dataset_open() must refuse it with one line that has all of says. */
static void
refused(const char *what, const char *name, const char *const *says, size_t count)
{
	struct said said;
	int status;

	d = NULL;
	said_begin(&said);
	status = rc_dataset_open(&d, name);
	said_end(&said);
	if (status != RC_CONFIG)
		fail_msg("%s: status %d, not %d", what, status, RC_CONFIG);
	assert_null(d);
	for (size_t i = 0; i < count; i++)
		if (strstr(said.text, says[i]) == NULL)
			fail_msg("%s: \"%s\" is not in: %s", what, says[i], said.text);
	if (lines_said(&said) != 1)
		fail_msg("%s: %zu lines: %s", what, lines_said(&said), said.text);
}

static const struct {
	const char *find, *with, *place, *what; /* what is said, and where it is */
} broken[] = {
	{ "'name':'test'", "'nom':'test'", "description", "\"nom\"" },
	{ "'name':'test',", "", "description", "\"name\"" },
	{ "'name':'test'", "'name':''", "description", "\"name\"" },
	{ "'name':'test'", "'name':1", "description", "\"name\"" },
	{ "'name':'test'", "'name':null", "description", "\"name\"" },
	{ "'name':'test'", "'name':'a/b'", "description", "a/b" },
	{ "'name':'test'", "'name':'.x'", "description", ".x" },
	{ "'title':'A test'", "'title':1", "description", "\"title\"" },
	{ "'title':'A test'", "'title':'A','x':1", "description", "\"x\"" },
	{ ",'table':'tab'", "", "description", "\"table\"" },
	{ "'table':'tab'", "'table':['tab']", "description", "\"table\"" },
	{ "'url':'https://a.example'", "'u':'https://a.example'", "portal", "\"u\"" },
	{ "'url':'https://a.example',", "", "portal", "\"url\"" },
	{ "https://a.example", "https://a.example/", "portal", "\"url\"" },
	{ "https://a.example", "https://", "portal", "\"url\"" },
	{ "https://a.example", "a.example", "portal", "\"url\"" },
	{ "https://a.example", "ftp://a.example", "portal", "\"url\"" },
	{ ",'dataset':'id-1_b.c@d'", "", "portal", "\"dataset\"" },
	{ "id-1_b.c@d", "a/b", "portal", "a/b" },
	{ "id-1_b.c@d", "a?b", "portal", "a?b" },
	{ "id-1_b.c@d", "a b", "portal", "a b" },
	{ "id-1_b.c@d", "\xC3\xA9", "portal", "\xC3\xA9" },
	{ "'portal':{'url':'https://a.example','dataset':'id-1_b.c@d'},", "", "portal", "missing" },
	{ "'key':{'column':'k','version':'v'},", "", "key", "missing" },
	{ "'key':{'column':'k','version':'v'}", "'key':'k'", "key", "not an object" },
	{ "'column':'k',", "", "key", "\"column\"" },
	{ "'column':'k'", "'column':'z'", "key", "\"z\"" },
	{ "'column':'k'", "'column':'u'", "key", "\"u\"" },
	{ "'column':'k'", "'column':'d'", "key", "\"d\"" },
	{ "'version':'v'", "'version':1", "key", "\"version\"" },
	{ "'version':'v'", "'version':''", "key", "\"version\"" },
	{ "'version':'v'", "'versions':'v'", "key", "\"versions\"" },
	{ "'column':'d'", "'column':'z'", "cursor", "\"z\"" },
	{ "'column':'d'", "'column':'l'", "cursor", "\"l\"" },
	{ "'column':'d'", "'column':'p'", "cursor", "\"p\"" },
	{ "'column':'d',", "", "cursor", "\"column\"" },
	{ "'time':true", "'time':1", "cursor", "\"time\"" },
	{ "'time':true", "'time':'true'", "cursor", "\"time\"" },
	{ "'time':true", "'times':true", "cursor", "\"times\"" },
	{ "'overlap_days':2", "'overlap_days':-1", "cursor", "\"overlap_days\"" },
	{ "'overlap_days':2", "'overlap_days':1.5", "cursor", "\"overlap_days\"" },
	{ "'overlap_days':2", "'overlap_days':'2'", "cursor", "\"overlap_days\"" },
	{ "'overlap_days':2", "'overlap_days':1000001", "cursor", "\"overlap_days\"" },
	{ "'overlap_days':2", "'overlap_days':9223372036854775807", "cursor", "\"overlap_days\"" },
	{ "'cursor':", "'curseur':", "description", "\"curseur\"" },
	{ "'name':'top'", "'nom':'top'", "topic", "\"nom\"" },
	{ "'name':'top',", "", "topic", "\"name\"" },
	{ "'partitions':3", "'partitions':0", "topic", "\"partitions\"" },
	{ "'partitions':3", "'partitions':-3", "topic", "\"partitions\"" },
	{ "'partitions':3", "'partitions':null", "topic", "\"partitions\"" },
	{ "'replication_factor':2", "'replication_factor':0", "topic", "\"replication_factor\"" },
	{ "'config':{'retention.ms':'1000','x':'y'}", "'config':[]", "topic", "\"config\"" },
	{ "'retention.ms':'1000'", "'retention.ms':1000", "topic.config", "\"retention.ms\"" },
	{ "'columns':[{", "'columns':[1,{", "columns[0]", "not an object" },
	{ "'name':'k','op'", "'op'", "columns[0]", "\"name\"" },
	{ "'name':'k','op'", "'name':'','op'", "columns[0]", "\"name\"" },
	{ "'name':'k','op':'keep'", "'name':'k','op':'garder'", "columns[0]", "\"garder\"" },
	{ "'name':'k','op':'keep'", "'name':'k'", "columns[0]", "\"op\"" },
	{ "'name':'k','op':'keep'", "'name':'k','op':['keep']", "columns[0]", "\"op\"" },
	{ "'from':'key'", "'from':''", "columns[0]", "\"from\"" },
	{ "'from':'key'", "'from':1", "columns[0]", "\"from\"" },
	{ "'from':'key'", "'from':null", "columns[0]", "\"from\"" },
	{ "'from':'key'", "'from':[]", "columns[0]", "\"from\"" },
	{ "'from':'key'", "'from':['key','b']", "columns[0]", "\"from\"" },
	{ "'from':'key'", "'form':'key'", "columns[0]", "\"form\"" },
	{ "'name':'d','op'", "'name':'k','op'", "columns[1]", "\"k\"" },
	{ "'op':'date'", "'op':'date','part':'end'", "columns[1]", "\"part\"" },
	{ "'op':'date'", "'op':'date','lists':true", "columns[1]", "\"lists\"" },
	{ "'op':'date'", "'op':'date','split':'|'", "columns[1]", "\"split\"" },
	{ "'op':'date'", "'op':'date','space':'|'", "columns[1]", "\"space\"" },
	{ "'split':['|','\xC2\xA4'],", "", "columns[2]", "\"split\"" },
	{ "'split':['|','\xC2\xA4']", "'split':[]", "columns[2]", "\"split\"" },
	{ "'split':['|','\xC2\xA4']", "'split':['|','']", "columns[2]", "\"split\"" },
	{ "'split':['|','\xC2\xA4']", "'split':['|',1]", "columns[2]", "\"split\"" },
	{ "'space':'$'", "'space':{}", "columns[2]", "\"space\"" },
	{ "['a','b','\xC3\xA9']", "['a',null]", "columns[3]", "\"from\"" },
	{ "['a','b','\xC3\xA9']", "['a','b'],'lists':true", "columns[3]", "\"lists\"" },
	{ "'part':'end',", "", "columns[4]", "\"part\"" },
	{ "'part':'end'", "'part':'middle'", "columns[4]", "\"middle\"" },
	{ "'part':'end'", "'part':0", "columns[4]", "\"part\"" },
	{ "'lists':true", "'lists':'yes'", "columns[5]", "\"lists\"" },
	{ "'op':'unaccent'", "'op':'unaccent','split':'|'", "columns[6]", "\"split\"" },
	{ "'op':'unaccent'", "'op':'unaccent','lists':true", "columns[6]", "\"lists\"" },
};

static void
test_broken(void **state)
{
	char text[sizeof(good) + 100];

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		const char *at = strstr(good, broken[i].find);
		char place[64];
		const char *says[] = { "broken.json: ", place, broken[i].what, "rc-dataset(5)" };

		if (at == NULL || strstr(at + 1, broken[i].find) != NULL)
			fail_msg("%s: not there once", broken[i].find);
		snprintf(place, sizeof(place), ": %s: ", broken[i].place);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, broken[i].with,
		    at + strlen(broken[i].find));
		write_text("broken.json", text);
		refused(text, "broken.json", says, COUNT(says));
	}
}

/* Not even JSON: the message says where in the file. */
static void
test_no_json(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = { { "", "line 1" }, { "{\n 'name':\n}", "line 3" }, { "{}\n{}", "line 2" },
		{ "{'name':'a','name':'b'}", "line 1" }, { "{'name':'\xFF'}", "line 1" },
		{ "{'name':'a\\u0000b'}", "line 1" }, { "\xEF\xBB\xBF{}", "line 1" },
		{ "[]", "description: missing, or not an object" },
		{ "{}", "description: \"name\"" } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *says[] = { "broken.json: ", cases[i].says };

		write_text("broken.json", cases[i].text);
		refused(cases[i].text, "broken.json", says, COUNT(says));
	}
}

static void
test_columns(void **state)
{
	static const char *const with[] = { "", ",'columns':[]", ",'columns':{}", ",'columns':null",
		",'columns':'k'" };
	const char *says[] = { "broken.json: columns: " };
	char text[sizeof(good) + 100];

	(void)state;
	for (size_t i = 0; i < COUNT(with); i++) {
		snprintf(text, sizeof(text), "%.*s%s}", (int)(strstr(good, ",'columns'") - good),
		    good, with[i]);
		write_text("broken.json", text);
		refused(with[i], "broken.json", says, COUNT(says));
	}
}

/* Where a name is looked for, and what is said where it is not found. */
static void
test_names(void **state)
{
	const char *says[] = { "nowhere", "RC_DATASETS" }, *path[] = { "no/where.json" },
		   *is_folder[] = { "sub" };

	(void)state;
	assert_int_equal(setenv("RC_DATASETS", folder, 1), 0);
	write_text("test.json", good);
	assert_int_equal(rc_dataset_open(&d, "test"), 0);
	assert_true(strncmp(d->path, folder, strlen(folder)) == 0);
	rc_dataset_free(d);
	refused("nowhere", "nowhere", says, COUNT(says));
	refused("path", "no/where.json", path, COUNT(path));
	assert_int_equal(mkdir("sub", 0700), 0);
	refused("folder", "./sub", is_folder, COUNT(is_folder));
	/* a path is not looked for elsewhere */
	assert_int_equal(chdir("sub"), 0);
	refused("path", "./test.json", (const char *const[]){ "./test.json" }, 1);
	refused("path", "test.json", (const char *const[]){ "test.json" }, 1);
	assert_int_equal(chdir(".."), 0);
	assert_int_equal(unsetenv("RC_DATASETS"), 0);
	refused("not set", "test", (const char *const[]){ "test" }, 1);
	assert_int_equal(setenv("RC_DATASETS", "", 1), 0);
	refused("empty", "test", (const char *const[]){ "test" }, 1);
}

static int
enter(void **state)
{
	const char *set = getenv("RC_DATASETS");

	/* by default, that of the source tree that the test is run in */
	if (realpath(set != NULL ? set : "lib/dataset", shipped) == NULL) {
		perror(set != NULL ? set : "lib/dataset");
		return -1;
	}
	return folder_enter(state);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_shipped, close_one),
		cmocka_unit_test_teardown(test_everything_is_read, close_one),
		cmocka_unit_test_teardown(test_defaults, close_one),
		cmocka_unit_test_teardown(test_broken, close_one),
		cmocka_unit_test_teardown(test_no_json, close_one),
		cmocka_unit_test_teardown(test_columns, close_one),
		cmocka_unit_test_teardown(test_names, close_one),
	};

	return cmocka_run_group_tests(tests, enter, folder_leave);
}
