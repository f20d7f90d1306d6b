#!/usr/bin/env bash
# rc-load: tables of others' making, with types and constraints of their own.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
rc-load --create </dev/null

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

# A row that PostgreSQL refuses, between others, of two partitions.
sql 'truncate typed'
lines "$(env_ 0 a fine)" "$(env_ 0 b fine 1)" "$(env_ 1 c bad)" "$(env_ 1 d fine 1)" "$(env_ 2 e fine)" >in
t 'a message that PostgreSQL refuses'      65 'line 3: .*partition 0 offset 1' load -e -t typed
is '... ends the run before it' "$(typed) $(printed) $(stored typed)" 'a b 0:1 1:1 0:1 1:1'
rm -f rejects
t '... or is set aside'                    0  '1 of 5'                load -e -t typed --rejects rejects
is '... and dealt with' "$(typed) $(printed) $(stored typed)" 'a b d e 0:3 1:2 0:3 1:2'
is '... with its place' "$(jq -c '[.line, .topic, .partition, .offset, .record.reference_fiche]' rejects)" '[3,"t",0,1,"c"]'
plan
