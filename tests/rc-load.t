#!/usr/bin/env bash
# rc-load: what is in the table afterwards, whatever rows come in.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"

# --- the table

t '--ddl' 0 '' env PGHOST=/nowhere rc-load --ddl -t other.names
is '... is the statement that makes it' "$(cut -c1-120 out) $(grep -o ' text' out | wc -l) $(tail -c 4 out)" \
	'CREATE TABLE IF NOT EXISTS "other"."names" ("reference_fiche" text PRIMARY KEY, "liens_vers_les_images" text, "lien_vers 25 t);'
sql "CREATE SCHEMA other"
ok '... as psql takes it' eval 'psql -Xq -v ON_ERROR_STOP=1 <out'
t '... and --create finds it' 0 '' eval 'rc-load -t other.names </dev/null'
t '... with --positions' 64 'one of them' rc-load --ddl --positions

row a one | whole >in
t 'no table is a matter of configuration'  78 '--create'              load
t '... and none is made'                   0  ''                      sql "select 1 / (to_regclass('$table') is null)::int"
t '--create makes it'                      0  ''                      load --create
is '... with these columns' "$(sql "select string_agg(column_name || ' ' || data_type, ' ' order by ordinal_position)
	from information_schema.columns where table_name = '$table'")" \
	"$(printf '%s text ' reference_fiche liens_vers_les_images lien_vers_la_liste_des_produits \
		lien_vers_la_liste_des_distributeurs lien_vers_affichette_pdf lien_vers_la_fiche_rappel \
		date_de_publication date_de_fin_de_la_procedure_de_rappel categorie_de_produit \
		sous_categorie_de_produit nom_de_la_marque_du_produit noms_des_modeles_ou_references \
		identification_des_produits conditionnements temperature_de_conservation \
		zone_geographique_de_vente distributeurs motif_du_rappel numero_de_contact \
		modalites_de_compensation risques_pour_le_consommateur recommandations_sante \
		date_debut_commercialisation date_fin_commercialisation informations_complementaires | sed 's/ $//')"
is '... and this key' "$(sql "select pg_get_constraintdef(oid) from pg_constraint
	where conrelid = '$table'::regclass and contype = 'p'")" 'PRIMARY KEY (reference_fiche)'
is 'the row is there' "$(rows)" 'a=one'
t '--create of one that is there is fine'  0  ''                      load --create
t 'no input is fine'                       0  ''                      eval 'rc-load </dev/null'
t '... and prints nothing'                 1  ''                      test -s out

few reference_fiche motif_du_rappel
# Several that make the same table at once: each works.
racing() {
	local round i bad=0 racers
	for round in 1 2 3 4 5; do
		racers=()
		for i in 1 2 3 4; do
			row "$i" | rc-load -t "race$round" --create 2>>race.err &
			racers+=($!)
		done
		for i in "${racers[@]}"; do wait "$i" || bad=1; done
	done
	cat race.err >&2
	return $bad
}
t 'four that make one table at once'       0  ''                      racing

# --- which rows

empty
lines "$(row a one)" "$(row b two)" "$(row c three)" >in
load
before=$(sql "select xmin, ctid, * from $table where reference_fiche <> 'b' order by 3")
lines "$(row a one)" "$(row b zwei)" "$(row c three)" "$(row d four)" >in
t 'update'                                 0  ''                      load --stats stats
is '... changes what differs and adds what is new' "$(rows)" 'a=one b=zwei c=three d=four'
is '... and does not write the rest again' \
	"$(sql "select xmin, ctid, * from $table where reference_fiche in ('a', 'c') order by 3")" "$before"
is '... and counts so' "$(jq -c '[.tool, .records_in, .records_out, .skipped, .rejected]' stats)" '["rc-load",4,2,2,0]'
lines "$(row a changed)" "$(row e five)" >in
t 'skip'                                   0  ''                      load --on-conflict skip
is '... leaves what is there' "$(rows)" 'a=one b=zwei c=three d=four e=five'
lines "$(row f six)" "$(row a again)" "$(row g seven)" >in
t 'fail'                                   65 'line 2'                load --on-conflict fail
is '... loads what came before, and nothing after' "$(rows)" 'a=one b=zwei c=three d=four e=five f=six'
lines "$(row h eight)" "$(row a again)" "$(row i nine)" >in
t '... even with a file for rejects'       65 'line 2'                load --on-conflict fail --rejects fail.rejects
is '... the same' "$(rows)" 'a=one b=zwei c=three d=four e=five f=six h=eight'
is '... an unknown way is wrong use' "$(load --on-conflict replace 2>&1; echo $?)" \
	"rc-load: --on-conflict replace: is not one of: update, skip, fail
64"
empty
lines "$(row a 1)" "$(row b 1)" "$(row a 2)" "$(row a 3)" >in
t 'the last of a key in a batch wins'      0  ''                      load
is '... alone' "$(rows)" 'a=3 b=1'
empty
t '... of several batches too'             0  ''                      load --batch 1
is '... alone' "$(rows)" 'a=3 b=1'
empty
t 'with skip, of a batch, the last'        0  ''                      load --on-conflict skip
is '... is what comes first to the table' "$(rows)" 'a=3 b=1'

# --- which values

empty
{
	echo '{"reference_fiche":"n1","motif_du_rappel":1.50}'
	echo '{"reference_fiche":"n2","motif_du_rappel":12345678901234567890123}'
	echo '{"reference_fiche":"n3","motif_du_rappel":-0E+1}'
	echo '{"reference_fiche":"n4","motif_du_rappel":true}'
	echo '{"reference_fiche":"n5","motif_du_rappel": false }'
	echo '{"reference_fiche":"n6","motif_du_rappel":null}'
	echo '{"reference_fiche":7,"motif_du_rappel":""}'
} >in
t 'numbers and truth values'               0  ''                      load
is '... are their JSON text' "$(rows)" '7= n1=1.50 n2=12345678901234567890123 n3=-0E+1 n4=true n5=false n6=-'
empty
printf '%s\n' '{"reference_fiche":"x","motif_du_rappel":"tab\t nl\n bs\\ q\" \\N \\. sl\/ é\u00e9 \ud83d\ude00😀 \u0001\u007f {a,b}"}' >in
t 'any text'                               0  ''                      load
is '... arrives as it is' "$(sql "select to_json(motif_du_rappel) from $table" | jq -c .)" "$(jq -c .motif_du_rappel in)"
is '... and what is not there is null' "$(sql "select num_nulls(t.date_de_publication, t.distributeurs,
	t.informations_complementaires) from $table t")" 3
empty
printf '{"reference_fiche":"crlf","motif_du_rappel":"x"}\r\n\n \t\r\n{"reference_fiche":"no lf","motif_du_rappel":null}' >in
t 'CR, blank lines, no LF at the end'      0  ''                      load
is '... are no matter' "$(rows)" 'crlf=x no lf=-'
echo '{"reference_fiche":"a","motif_du_rappel":"1","motif_du_rappel":"2"}' >in
load && is 'of a name that comes twice the last counts' "$(sql "select motif_du_rappel from $table
	where reference_fiche = 'a'")" 2
empty
big=$(printf '%05000000d' 0)
printf '{"reference_fiche":"big","motif_du_rappel":"%s"}\n' "$big" >in
t 'a text of 5 MB'                         0  ''                      load
is '... is whole' "$(sql "select length(motif_du_rappel) from $table")" 5000000
unset big

# --- unknown members

{
	echo '{"reference_fiche":"a","motif_du_rappel":"x","odd":1}'
	echo '{"odd":2,"reference_fiche":"b","stray":[1,{"x":"\u0000"}],"motif_du_rappel":"x"}'
	echo '{"reference_fiche":"c","motif_du_rappel":"x","odd":1}'
} >in
t 'what is no column is left out'          0  'odd'                   load
is '... and named once' "$(grep -c odd err) $(grep -c stray err) $(wc -l <err)" '1 1 2'
t '... in silence with -q'                 0  ''                      load -q

# --- bad records

# bad WHAT LINE SAYS: between two good ones, LINE ends the run.
bad() {
	empty
	lines "$(row a)" '' "$2" "$(row z)" >in
	t "$1"                                    65 "<stdin>: line 3: .*$3" load
	is '... what came before is loaded, nothing after' "$(rows)" 'a=-'
	rm -f rejects
	t '... set aside, the rest is loaded'     0  '^rc-load: 1 of 3 records rejected: see rejects$' load -q --rejects rejects
	is '... with its line' "$(rows) $(jq -c '[.tool, .line, has("reason")]' rejects)" 'a=- z=- ["rc-load",3,true]'
}
bad 'a list'            '{"reference_fiche":"m","motif_du_rappel":["x"]}'  'motif_du_rappel: '
is '... and its field and itself' "$(jq -c '[.field, .record]' rejects)" \
	'["motif_du_rappel",{"reference_fiche":"m","motif_du_rappel":["x"]}]'
bad 'an object'         '{"reference_fiche":"m","motif_du_rappel":{}}'     'motif_du_rappel: '
bad 'U+0000'            '{"reference_fiche":"m","motif_du_rappel":"\u0000"}' 'motif_du_rappel: .*U.0000'
bad 'U+0000 in the key' '{"reference_fiche":"m\u0000","motif_du_rappel":null}'                    'reference_fiche: .*U.0000'
bad 'no key'            '{"motif_du_rappel":"x"}'                          'reference_fiche: '
bad 'a key that is null' '{"reference_fiche":null,"motif_du_rappel":null}'                        'reference_fiche: '
bad 'a line cut short'  '{"reference_fiche":"m'                            ''
is '... is kept as it is' "$(jq -c .raw rejects)" '"{\"reference_fiche\":\"m"'
bad 'a list as record'  '[1]'                                              ''
bad 'invalid UTF-8'     $'{"reference_fiche":"\xff","motif_du_rappel":null}'                      'UTF-8'
is '... is kept as Base64' "$(jq -r .raw_base64 rejects | base64 -d | od -An -c | grep -c 377)" 1
jq -c '.record // empty' rejects >none
empty
lines "$(row a)" '{"reference_fiche":[],"motif_du_rappel":null}' "$(row b)" '{"reference_fiche":{},"motif_du_rappel":null}' "$(row c)" >in
rm -f rejects
t 'more rejects than allowed'              65 'line 4'                load --rejects rejects --max-rejects 1
is '... what came before the last is loaded' "$(rows) $(wc -l <rejects)" 'a=- b=- 1'
t '--max-rejects without a file'           64 '--rejects'             load --max-rejects 1
t 'a file that cannot be made'             73 'nowhere/rejects'       load --rejects nowhere/rejects
jq -c '.record | .reference_fiche = "mended"' rejects >in
t 'a mended reject'                        0  ''                      load
is '... can be loaded' "$(rows)" 'a=- b=- mended=-'

# --- names of tables

row a one >in
evil='x"; DROP TABLE rappel_conso_table; --'
t 'a name is quoted'                       0  ''                      load --create -t "$evil"
is '... all of it' "$(sql "select count(*) from \"${evil//\"/\"\"}\"; select count(*) from $table")" $'1\n3'
t 'a name keeps its capitals'              0  ''                      load --create -t 'Ça Va'
is '... and its spaces' "$(sql 'select count(*) from "Ça Va"')" 1
t 'a schema that is not there'             78 'there'                 load --create -t there.rows
sql 'create schema "There"'
t 'a schema that is there'                 0  ''                      load --create -t There.rows
is '... has the table' "$(sql 'select count(*) from "There".rows')" 1

# --- input that is something else

# other WHAT SAYS COMMAND...: what is not a row, with the sentence that helps.
unset RC_DATASET
empty
other() {
	local what=$1 says=$2
	shift 2
	"$@" >in
	t "instead of rows, $what"                65 "line 1: .*$says"       load
	is '... nothing is loaded' "$(rows)" ''
}
other 'records of the portal' 'a record of the portal\? rc-transform comes first' sample-records --count 3
other 'rows of two columns'   'liens_vers_les_images: the row lacks this column' printf '%s' '{"reference_fiche":"a","motif_du_rappel":"b"}'
other 'envelopes'             'read it with -e'        env_ 0 a b
other 'a list'                "jq -c '.\[\]'"        echo '[{"reference_fiche":"a"}]'
other 'pretty-printed JSON'   'jq -c \. '             jq -n '{a: 1}'
other '... in one line'       'jq -c \. '             printf '{"a":1,\n"b":2}\n'
other 'gzip'                  'gzip -dc'               gzip -c in
other 'a web page'            'a web page'             echo '<!DOCTYPE html>'
other 'CSV'                   'CSV'                    printf 'reference_fiche;motif_du_rappel\na;b\n'
other 'rejects'               'jq -c .record'          echo '{"tool":"rc-load","line":1,"reason":"x","record":{}}'
other 'a page of the API'     'results'                echo '{"total_count":1,"results":[]}'
row a | whole >in
t 'instead of envelopes, rows'             65 'line 1: value: .*without -e' load -e
is '... nothing is loaded' "$(rows)" ''

sql 'truncate "Ça Va"'
t '--stats that cannot be written'         73 'nowhere'               load -t 'Ça Va' --stats nowhere/stats
is '... is known before anything is done' "$(sql 'select count(*) from "Ça Va"')" 0

# --- what a batch costs the server

# Its table is made once for a session, not for each batch.
row a one | whole >in
load
for ((i = 0; i < 60; i++)); do cat in; done >sixty
made() { sql "select n_tup_ins from pg_stat_sys_tables where relname = 'pg_class'"; }
before=$(made)
t 'sixty batches of what is there'         0  ''                      rc-load --batch 1 <sixty
sql 'select pg_sleep(1.1)' # what a session did is counted a second later at most
ok '... make few tables' test $(($(made) - before)) -lt 30
is '... and leave nothing' "$(sql "select count(*) from pg_class where relname = 'rc_load_batch'")" 0

# Who writes to it need not wait while PostgreSQL is at work.
mkfifo pipe
background first 'rc-load <pipe'
first=$job
exec 7>pipe
roomy() { python3 -c 'import fcntl, sys; sys.exit(fcntl.fcntl(0, 1032) < 1 << 20)' <&7; } # F_GETPIPE_SZ
ok 'a pipe to it holds 1 MB' wait_for 20 roomy
exec 7>&-
wait "$first"
plan
