#!/usr/bin/env bash
# rc-load: what is in the table afterwards, and what is not, whatever comes in
# and whatever goes wrong.
test_limit=300 # it loads a lot
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
start_stack --postgres

table=rappel_conso_table

# row KEY [MOTIF [DATE]]: a record.
row() {
	jq -cn '{reference_fiche: $k, motif_du_rappel: (if $m == "" then null else $m end)}
		+ if $d == "" then {} else {date_de_publication: $d} end' \
		--arg k "$1" --arg m "${2-}" --arg d "${3-}"
}
# env OFFSET KEY MOTIF [PARTITION]: a message with a record; gone: a tombstone;
# pos: a position.
env_() {
	printf '{"topic":"t","partition":%d,"offset":%d,"timestamp":1,"key":"%s","headers":[],' "${4-0}" "$1" "$2"
	printf '"value":{"reference_fiche":"%s","motif_du_rappel":"%s"}}\n' "$2" "$3"
}
gone() {
	printf '{"topic":"t","partition":%d,"offset":%d,"timestamp":1,"key":"%s","headers":[],"value":null}\n' \
		"${3-0}" "$1" "$2"
}
pos() { printf '{"topic":"t","partition":%d,"offset":%d}\n' "${2-0}" "$1"; }
# rows [TABLE]: key and motif of each row, by key, all on one line.
rows() {
	sql "select coalesce(string_agg(reference_fiche || '=' || coalesce(motif_du_rappel, '-'), ' ' order by
		reference_fiche::text collate \"C\"), '') from ${1-$table}"
}
empty() { sql "truncate $table; do \$\$ begin if to_regclass('rc_positions') is not null then
	delete from rc_positions; end if; end \$\$"; }
# stored [CONSUMER]: partition:next of each position in the table.
stored() {
	sql "select coalesce(string_agg(partition || ':' || next_offset, ' ' order by partition), '')
		from rc_positions where consumer = '${1-$table}'"
}
# printed: the same of the output, the last line of each partition.
printed() {
	grep '}$' out | jq -rs 'group_by(.partition) | map(last | "\(.partition):\(.offset)") | join(" ")'
}
load() { rc-load "$@" <in; }

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
	where conrelid = '$table'::regclass")" 'PRIMARY KEY (reference_fiche)'
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
	"rc-load: --on-conflict replace: neither update, skip nor fail
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

# --- tables of others' making

unset RC_DATASET
sql "create table typed (like $table including all);
	alter table typed alter date_de_publication type date using null,
		alter numero_de_contact type integer using null,
		alter conditionnements type varchar(3), alter distributeurs type char(6),
		add checked boolean default true, add check (motif_du_rappel <> 'bad'), add note text"
typed() { sql "select string_agg(reference_fiche, ' ' order by reference_fiche) from typed"; }
for i in {10..40}; do
	case $i in
	17 | 18) row "$i" bad 2024-01-02 ;;
	23) row "$i" fine 2024-02-30 ;;
	31) row "$i" fine 2024-01-02 | jq -c '.conditionnements = "four"' ;;
	32) row "$i" fine 2024-01-02 | jq -c '.numero_de_contact = "zwei"' ;;
	*) row "$i" fine 2024-01-02 ;;
	esac
done | whole >in
rm -f rejects
t 'rows that PostgreSQL refuses'           0  '5 of 31 records rejected' load -t typed --rejects rejects
is '... are rejected alone' "$(typed)" \
	'10 11 12 13 14 15 16 19 20 21 22 24 25 26 27 28 29 30 33 34 35 36 37 38 39 40'
is '... in order, as they came' "$(jq -c '[.line, .record.reference_fiche]' rejects | tr '\n' ' ')" \
	'[8,"17"] [9,"18"] [14,"23"] [22,"31"] [23,"32"] '
ok '... with what PostgreSQL says' grep -q 'out of range.*2024-02-30' rejects
is '... and the rest is typed' "$(sql "select distinct date_de_publication, checked from typed")" '2024-01-02|t'
sql 'truncate typed'
t 'without a file the first ends the run'  65 'line 8: .*typed_motif' load -t typed
is '... what came before is loaded, nothing after' "$(typed)" '10 11 12 13 14 15 16'
sql 'truncate typed'
t '... where batches are small too'        65 'line 8: '              load -t typed --batch 5
is '... what came before is loaded, nothing after' "$(typed)" '10 11 12 13 14 15 16'
sql 'truncate typed'
row a | whole | jq -c '.distributeurs = "abc" | .conditionnements = "xyz"' >in
t 'texts of fixed length'                  0  ''                      load -t typed
is '... are not cut' "$(sql 'select distributeurs, conditionnements from typed')" 'abc   |xyz'
before=$(sql 'select xmin from typed')
load -t typed
is '... nor written again' "$(sql 'select xmin from typed')" "$before"

few reference_fiche motif_du_rappel
sql "create table parent (a text primary key); insert into parent values ('there');
	create table child (like $table including all);
	alter table child add foreign key (motif_du_rappel) references parent deferrable initially deferred"
lines "$(env_ 0 a there)" "$(env_ 1 b nowhere)" "$(env_ 2 c there)" >in
t 'a row that the commit refuses'          65 'parent|foreign|child'  load -e -t child
is '... moves no position beyond what is there' "$(printed)/$(stored child)" "$(
	[ "$(rows child)" = '' ] && echo / || echo 0:1/0:1)"
lines "$(env_ 0 a there)" "$(env_ 1 b nowhere)" "$(env_ 2 c there)" >in
rm -f rejects
sql "truncate child; delete from rc_positions"
t '... is a reject too'                    0  '1 of 3 records rejected' load -e -t child --rejects rejects
is '... of its own' "$(rows child)" 'a=there c=there'

sql "create table numbered (like $table); alter table numbered alter reference_fiche type integer using 0,
	add primary key (reference_fiche)"
lines "$(row 1 one)" "$(row 2 two)" "$(row 01 uno)" >in
t 'a key of two writings'                  0  ''                      load -t numbered
is '... is one key: the last wins' "$(rows numbered)" '1=uno 2=two'

sql "create table loose (like $table)"
t 'a key that is not unique'               78 'reference_fiche'       load -t loose
sql "create table partly (like $table); create unique index on partly (reference_fiche) where motif_du_rappel is null;
	create table paired (like $table); create unique index on paired (reference_fiche, motif_du_rappel)"
t '... nor for all rows'                   78 'unique'                load -t partly
t '... nor by itself'                      78 'unique'                load -t paired
sql "create table short (like $table including all); alter table short drop motif_du_rappel"
t 'a column that is missing'               78 'motif_du_rappel'       load -t short

# --- each message once

empty
lines "$(env_ 0 a one)" "$(env_ 1 b two)" "$(env_ 0 c three 1)" >in
t '-e'                                     0  ''                      load -e --stats stats
is '... counts so' "$(jq -c '[.records_out, (.position | sort_by(.partition)[])]' stats)" \
	'[3,{"topic":"t","partition":0,"offset":2,"timestamp":1},{"topic":"t","partition":1,"offset":1,"timestamp":1}]'
is '... loads' "$(rows)" 'a=one b=two c=three'
is '... prints the positions' "$(sort out)" '{"topic":"t","partition":0,"offset":2,"timestamp":1}
{"topic":"t","partition":1,"offset":1,"timestamp":1}'
is '... that are stored' "$(stored)" "$(printed)"
sql "update $table set motif_du_rappel = 'by hand' where reference_fiche = 'a'"
t 'once more'                              0  'partition 0: 2 messages were not loaded again' load -e --stats stats
is '... has no effect' "$(rows)" 'a=by hand b=two c=three'
is '... prints nothing' "$(cat out)" ''
is '... and is counted' "$(jq -c '[.records_in, .records_out, .skipped, .position]' stats)" '[3,0,3,null]'
lines "$(env_ 1 b old)" "$(env_ 2 d four)" >in
t 'what overlaps'                          0  '1 messages were not' load -e
is '... is loaded as far as it is new' "$(rows) $(stored)" 'a=by hand b=two c=three d=four 0:3 1:1'
lines "$(env_ 7 e five)" >in
t 'a gap in the offsets'                   0  ''                      load -e
is '... is none of ours' "$(rows) $(stored)" 'a=by hand b=two c=three d=four e=five 0:8 1:1'
pos 12 >in
t 'a position alone'                       0  ''                      load -e
is '... is stored, and printed' "$(stored) $(cat out)" '0:12 1:1 {"topic":"t","partition":0,"offset":12,"timestamp":1}'
lines "$(pos 9)" "$(env_ 11 a old)" >in
t 'a position of the past'                 0  'warning: it ends at offset 9, before the stored position, 12' load -e
is '... changes nothing' "$(rows) $(stored) $(cat out)" 'a=by hand b=two c=three d=four e=five 0:12 1:1 '
lines "$(gone 12 a)" "$(gone 13 nobody)" "$(env_ 14 f six)" "$(gone 15 f)" "$(gone 16 b)" "$(env_ 17 b back)" \
	"$(env_ 18 c new)" "$(gone 19 c)" "$(env_ 20 c newer)" >in
t 'tombstones'                             0  ''                      load -e
is '... delete, in their turn' "$(rows) $(stored)" 'b=back c=newer d=four e=five 0:21 1:1'
# shellcheck disable=SC2016
sql "insert into $table (reference_fiche) values ('q\"{},\\'), ('null'), ('')"
{
	printf '{"topic":"t","partition":0,"offset":21,"key":"q\\"{},\\\\","value":null}\n'
	gone 22 null
	gone 23 ''
} >in
t '... whatever the key'                   0  ''                      load -e
is '... and nothing else' "$(rows)" 'b=back c=newer d=four e=five'
sql "delete from rc_positions where partition = 1"
lines "$(pos 5 1)" "$(env_ 30 g seven)" "$(pos 40)" >in
t 'positions and records'                  0  ''                      load -e
is '... of each partition the last is printed' "$(printed) $(stored)" '0:40 1:5 0:40 1:5'

# Bad messages.
# ebad WHAT LINE SAYS
ebad() {
	empty
	lines "$(env_ 0 a one)" "$2" "$(env_ 2 z last)" >in
	t "$1"                                    65 "<stdin>: line 2: .*$3" load -e
	is '... before it, all is loaded; after it, nothing' "$(rows) $(printed) $(stored)" 'a=one 0:1 0:1'
	rm -f rejects
	t '... set aside'                         0  '1 of 3 records rejected' load -e --rejects rejects
	is '... the rest is loaded' "$(rows) $(printed) $(stored)" 'a=one z=last 0:3 0:3'
}
at='"topic":"t","partition":0,"offset":1'
ebad 'a value that is a text'   "{$at,\"key\":\"k\",\"value\":\"text\"}"      ''
is '... is set aside with its place' "$(jq -c '[.topic, .partition, .offset, .record]' rejects)" '["t",0,1,"text"]'
ebad 'a value that is a list'   "{$at,\"key\":\"k\",\"value\":[]}"            ''
ebad 'a value that is no JSON'  "{$at,\"key\":\"k\",\"value_base64\":\"/w==\"}" ''
is '... is set aside as it is' "$(jq -c '[.offset, .raw_base64]' rejects)" '[1,"/w=="]'
ebad 'a value that lacks a key' "{$at,\"key\":\"k\",\"value\":{}}"            'reference_fiche: '
ebad 'a tombstone with no key'  "{$at,\"key\":null,\"value\":null}"           'key'
ebad 'a field that is a list'   "{$at,\"value\":{\"reference_fiche\":\"m\",\"motif_du_rappel\":[]}}" 'motif_du_rappel: '
ebad 'no offset'                '{"topic":"t","partition":0,"value":{"reference_fiche":"m","motif_du_rappel":null}}' 'offset'
ebad 'no partition'             '{"topic":"t","offset":1,"value":{"reference_fiche":"m","motif_du_rappel":null}}' 'partition'
ebad 'no topic'                 '{"partition":0,"offset":1,"value":{"reference_fiche":"m","motif_du_rappel":null}}' 'topic'
ebad 'an offset below zero'     '{"topic":"t","partition":0,"offset":-1,"value":{}}' 'offset'
ebad 'a partition too large'    '{"topic":"t","partition":2147483648,"offset":1,"value":{}}' 'partition'
ebad 'a row, and no message'    '{"reference_fiche":"m","motif_du_rappel":null}'                     ''
sql "delete from rc_positions"

# A row that PostgreSQL refuses, between others, of two partitions.
sql 'truncate typed'
lines "$(env_ 0 a fine)" "$(env_ 0 b fine 1)" "$(env_ 1 c bad)" "$(env_ 1 d fine 1)" "$(env_ 2 e fine)" >in
t 'a message that PostgreSQL refuses'      65 'line 3: .*partition 0 offset 1' load -e -t typed
is '... ends the run before it' "$(typed) $(printed) $(stored typed)" 'a b 0:1 1:1 0:1 1:1'
rm -f rejects
t '... or is set aside'                    0  '1 of 5'                load -e -t typed --rejects rejects
is '... and dealt with' "$(typed) $(printed) $(stored typed)" 'a b d e 0:3 1:2 0:3 1:2'
is '... with its place' "$(jq -c '[.line, .topic, .partition, .offset, .record.reference_fiche]' rejects)" '[3,"t",0,1,"c"]'

# --- whose positions

empty
env_ 4 a one >in
load -e >/dev/null
t '--positions'                            0  ''                      rc-load --positions
is '... of the table' "$(cat out)" '{"topic":"t","partition":0,"offset":5,"timestamp":1}'
t '... of another'                         0  ''                      rc-load --positions -t typed
t '... of a consumer'                      0  ''                      rc-load --positions --consumer nobody
is '... that has none: nothing, and says so' "$(cat out)" '{}'
t 'another consumer'                       0  ''                      load -e --consumer else
is '... has positions of its own' "$(stored else) $(stored)" '0:5 0:5'
sql 'drop table rc_positions'
t '--positions, where there never was one' 0  ''                      rc-load --positions
is '... nothing, and says so' "$(cat out)" '{}'

# --- holes, and topics re-created

# start OFFSET [SKIPPED]: where rc-consume says that it starts.
start() { printf '{"topic":"t","partition":0,"offset":%d,"start":true,"skipped":%d}\n' "$1" "${2-0}"; }
# at OFFSET MS: a message of that time.
at() { env_ "$1" "k$1" "m$1" | jq -c ".timestamp = $2"; }
new() { empty; lines "$(at 0 10)" "$(at 1 11)" "$(at 2 12)" | rc-load -e >/dev/null; }
new
lines "$(start 5)" "$(at 5 15)" >in
t 'a hole'                                 65 'offsets 3 to 4 are missing: .*--forget' load -e
is '... nothing behind it is loaded' "$(rows) $(stored)" 'k0=m0 k1=m1 k2=m2 0:3'
lines "$(start 4 2)" "$(at 4 14)" >in
t '... that was passed over knowingly'     0  ''                      load -e
is '... is none' "$(stored)" 0:5
lines "$(start 3)" "$(at 3 13)" "$(at 4 14)" "$(at 5 15)" >in
t 'a start before the position'            0  'partition 0: 2 messages were not' load -e
is '... is none, either' "$(stored)" 0:6
empty
lines "$(start 7)" "$(at 7 17)" >in
t 'a first start behind 0'                 0  'starts at offset 7, and nothing before' load -e
is '... is one' "$(stored)" 0:8
new
lines "$(at 0 20)" "$(at 1 21)" "$(at 2 22)" "$(at 3 23)" >in
t 'other messages below the position'      65 'seems to have been deleted and re-created: .*--forget' load -e
is '... nothing is loaded' "$(rows) $(stored)" 'k0=m0 k1=m1 k2=m2 0:3'
lines "$(at 0 20)" "$(at 1 21)" "$(pos 2)" >in
t '... fewer of them'                      0  'ends at offset 2, before the stored position' load -e -q
new
lines "$(at 0 10)" "$(at 1 11)" "$(at 3 13)" >in # the one before the position was compacted away
t 'an older message before the position'   0  'messages were not'     load -e
is '... shows nothing' "$(stored)" 0:4
lines "$(at 0 20)" "$(at 1 21)" "$(at 5 25)" >in
t '... a newer one does'                   65 're-created'             load -e
new
lines "$(at 3 13)" "$(at 4 14)" "$(at 3 13)" "$(at 4 14)" "$(at 5 15)" >in
t 'messages that come twice in one run'    0  '2 messages were not'   load -e
is '... are loaded once' "$(stored)" 0:6
t '--forget'                               0  ''                      rc-load --forget
is '... leaves none' "$(stored)" ''
lines "$(at 0 20)" "$(at 1 21)" >in
t '... so that all can be loaded'          0  ''                      load -e
is '... from the beginning' "$(stored)" 0:2
t '--forget where there is nothing'        0  'deleted'               rc-load -v --forget
t '... not together with --positions'      64 'one of them'                    rc-load --forget --positions
new
sql 'alter table rc_positions drop last_timestamp'
t 'a table of positions without timestamps' 0 ''                     rc-load --positions
is '... can be read' "$(cat out)" '{"topic":"t","partition":0,"offset":3}'
lines "$(at 2 12)" "$(at 3 13)" >in
t '... and gets them'                      0  '1 messages were not'   load -e
is '... from now on' "$(rc-load --positions)" '{"topic":"t","partition":0,"offset":4,"timestamp":13}'

# A position that somebody deletes under a loader must not come back.
new
mkfifo held
rc-load -e <held >first.out 2>first.err &
first=$!
pids+=("$first")
exec 7>held
at 3 13 >&7
wait_for 10 test -s first.out
sql "truncate $table; delete from rc_positions"
at 4 14 >&7
exec 7>&-
wait "$first"
is 'a position deleted under a loader' "$? $(grep -c 'or it was deleted' first.err)" '75 1'
is '... is not written again, nor is anything loaded' "$(stored)$(rows)" ''
rm held first.out

# --- envelopes that are none

lost() {
	new
	lines "$1" >in
	t "no value, but $2"                      65 'value: missing'        load -e
	is '... is no position' "$(stored)" 0:3
}
lost '{"topic":"t","partition":0,"offset":9,"key":"a"}' 'a key'
lost '{"topic":"t","partition":0,"offset":9,"timestamp":1,"headers":[]}' 'headers'
lost '{"topic":"t","partition":0,"offset":9,"valeu":{}}' 'something else'
lost '{"topic":"t","offset":9}' 'no partition'

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
few reference_fiche motif_du_rappel

# --- two at once

empty
mkfifo held
rc-load -e <held >first.out 2>first.err &
first=$!
exec 7>held
env_ 0 a one >&7
wait_for 10 test -s first.out
is 'what waits in a pipe is committed' "$(rows) $(stored)" 'a=one 0:1'
env_ 1 a two >in
t 'a second loader of one name'            75 'consumer'              load -e
is '... does nothing' "$(rows)" 'a=one'
t '... of another name is fine'            0  ''                      load -e --consumer second
env_ 1 a three >&7
exec 7>&-
wait "$first"
is 'the first goes on' "$? $(cat first.err) $(rows) $(stored)" '0  a=three 0:2'
t '... and leaves no lock behind'          0  '1 messages were not' load -e

# --- services

row a one >in
t 'nobody listens'                         69 'PGHOST'                env PGHOST=127.0.0.1 PGPORT=1 rc-load
t 'no socket'                              69 'PGHOST'                env PGHOST=/nowhere rc-load
t 'no database'                            78 'PGDATABASE'            env PGDATABASE=nowhere rc-load
t 'no role'                                77 'PGUSER'                env PGUSER=nobody rc-load
password_role secretive
export PGUSER=secretive
unset PGPASSWORD
t 'no password'                            77 'PGPASS'                load
t 'a wrong password'                       77 'PGPASS'                env POSTGRES_PASSWORD=swordfish rc-load
is '... is not in the message' "$(grep -c swordfish err)" 0
t '... of libpq neither'                   77 'PGPASS'                env PGPASSWORD=swordfish rc-load -v
is '... is not in the message' "$(grep -c swordfish err)" 0
t 'POSTGRES_PASSWORD is honoured'          77 'ermission denied|not permitted' eval 'POSTGRES_PASSWORD=right load'
t 'PGPASSWORD wins'                        77 'uthentication'         eval 'PGPASSWORD=wrong POSTGRES_PASSWORD=right load'
export PGUSER=rappelconso
sql "grant select, insert, update, delete on $table to secretive"
t 'a role with rights is enough'           0  ''                      eval 'PGUSER=secretive PGPASSWORD=right load'

# --- what goes wrong in between

# A connection that is lost.
empty
mkfifo lost; rm -f first.out # of an earlier run
rc-load -e <lost >first.out 2>first.err &
first=$!
exec 7>lost
env_ 0 a one >&7
wait_for 10 test -s first.out
sql "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rc-load'" >/dev/null
env_ 1 b two >&7
exec 7>&-
wait "$first"
is 'a lost connection is made again' "$? $(grep -c 'connected again' first.err)" '0 1'
is '... and nothing is lost' "$(tail -1 first.out) $(rows)" '{"topic":"t","partition":0,"offset":2,"timestamp":1} a=one b=two'

# A deadlock, which the loader loses: it tries again.
empty
lines "$(env_ 0 a 1)" "$(env_ 1 b 1)" >in
load -e >/dev/null
mkfifo session
psql -XqAt <session >session.out 2>&1 &
pids+=($!)
exec 7>session
echo "set deadlock_timeout = '60s'; begin; update $table set motif_du_rappel = 'psql'
	where reference_fiche = 'b' returning 'b';" >&7
wait_for 10 grep -q b session.out
lines "$(env_ 2 a 2)" "$(env_ 3 b 2)" >in
PGOPTIONS='-c deadlock_timeout=500ms' rc-load -v -e <in >first.out 2>first.err &
first=$!
pids+=("$first")
waits() { [ "$(sql "select count(*) from pg_stat_activity where application_name = 'rc-load' and
	wait_event_type = 'Lock'")" = 1 ]; }
wait_for 10 waits
echo "update $table set motif_du_rappel = 'psql' where reference_fiche = 'a' returning 'a'; commit;" >&7
wait_for 10 grep -q a session.out
exec 7>&-
wait "$first"
is 'a deadlock is tried again' "$? $(rows) $(grep -c 'deadlock.*again' first.err)" '0 a=2 b=2 1'
is '... with its position' "$(tail -1 first.out)" '{"topic":"t","partition":0,"offset":4,"timestamp":1}'

# Signals: what was read is committed.
mkfifo signalled
rc-load -e --batch 3 <signalled >first.out 2>first.err &
first=$!
exec 7>signalled
lines "$(env_ 4 c 3)" "$(env_ 5 d 3)" "$(env_ 6 e 3)" "$(env_ 7 f 3)" >&7
wait_for 10 test -s first.out
kill -TERM "$first"
wait "$first"
is 'SIGTERM' "$? $(cat first.err)" '143 '
exec 7>&-
is '... what was read is loaded, and printed' "$(stored)" "0:$(tail -1 first.out | jq .offset)"
is '... no less than the first batch' "$(sql "select count(*) >= 3 from $table where motif_du_rappel = '3'")" t

lines "$(env_ 8 g 4)" >in
t 'a full standard output'                 74 '<stdout>'              eval 'load -e >/dev/full'
is '... is no reason to lose rows' "$(sql "select count(*) from $table where reference_fiche = 'g'") $(stored)" '1 0:9'
lines "$(env_ 9 h 4)" >in
quiet() { { rc-load -e <in; echo $? >status; } | true; }
t 'a closed standard output'               0  ''                      quiet
ok '... ends as a filter does, quietly' grep -qxE '141|0' status

# Killed at any time, and run again: all is there, once.
empty
messages() {
	# shellcheck disable=SC2016
	awk 'BEGIN { for (i = 0; i < 30000; i++) printf "{\"topic\":\"t\",\"partition\":%d,\"offset\":%d,\"key\":\"k%d\",\"value\":{\"reference_fiche\":\"k%d\",\"motif_du_rappel\":\"m%d\"}}\n", i % 2, int(i / 2), i % 7000, i % 7000, i }'
}
messages >in
ahead=0
for lines in 4 20 40; do
	# the last third is held back, for a fast loader may be done before it is looked at
	mkfifo feed
	{ head -n 20000 in; exec sleep 30; } >feed & pids+=($!)
	rc-load -e --batch 500 <feed >first.out 2>first.err &
	first=$!
	more() { [ "$(wc -l <first.out)" -ge "$lines" ] || ! kill -0 "$first" 2>/dev/null; }
	wait_for 20 more
	kill -9 "$first" 2>/dev/null
	wait "$first" 2>/dev/null
	rm feed
	mv first.out out
	for p in $(printed); do # of partition:offset that were printed, none is ahead of what is stored
		[ "$(sql "select next_offset >= ${p#*:} from rc_positions where partition = ${p%:*}")" = t ] || ahead=1
	done
	[ "$(sql "select coalesce(sum(next_offset), 0) < 30000 from rc_positions")" = t ] && cut=yes
done
nobody() { [ "$(sql "select count(*) from pg_stat_activity where application_name = 'rc-load'")" = 0 ]; }
wait_for 10 nobody # the server sees only at its next statement's end that its client is gone
is 'kill -9: the load was cut off' "${cut-no}" yes
is '... no position was ahead' "$ahead" 0
t '... and run again'                      0  'not loaded again' load -e
is '... all is there' "$(sql "select count(*), count(*) filter (where motif_du_rappel = 'm' || n) from
	(select motif_du_rappel, k, k + 7000 * ((29999 - k) / 7000) n from
	(select motif_du_rappel, substr(reference_fiche, 2)::int k from $table) x) y")" '7000|7000'
is '... to the end' "$(stored)" '0:15000 1:15000'

t '--stats that cannot be written'         73 'nowhere'               load -e --stats nowhere/stats
plan
