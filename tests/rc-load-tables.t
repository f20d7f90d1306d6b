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

# --- rows that are refused together

few reference_fiche motif_du_rappel
sql "create table atonce (like $table including all);
	create function atmost() returns trigger language plpgsql as 'begin
		if (select count(*) > 1 from new_rows where motif_du_rappel = ''x'') then
			raise exception ''one at a time''; end if; return null; end';
	create trigger atmost after insert on atonce referencing new table as new_rows
		for each statement execute function atmost()"
lines "$(row a y)" "$(row b y)" "$(row c y)" "$(row d x)" "$(row e x)" "$(row f y)" >in
t 'rows that are refused together, but none alone' 65 '<stdin>: lines 4 to 6: .*none of them alone: one at a time' \
	timeout 20 rc-load -t atonce <in
is '... what came before is loaded, nothing after' "$(rows atonce)" 'a=y b=y c=y'
sql 'truncate atonce'
rm -f rejects
t '... with a file for rejects too'        65 'lines 4 to 6'         timeout 20 rc-load -t atonce --rejects rejects <in
is '... the same' "$(rows atonce)" 'a=y b=y c=y'
lines "$(env_ 0 a y)" "$(env_ 1 d x)" "$(env_ 2 e x)" >in
t '... of messages'                        65 'lines'                timeout 20 rc-load -e -t atonce <in
is '... the position is before them' "$(stored atonce)" '0:1'
sql "create table lowered (like $table including all);
	create function lowers() returns trigger language plpgsql as
		'begin new.reference_fiche := lower(new.reference_fiche); return new; end';
	create trigger lowers before insert on lowered for each row execute function lowers()"
lines "$(row a 1)" "$(row B 1)" "$(row b 2)" >in
t 'a trigger that makes two keys one'      65 'lines 2 to 3: .*none of them alone' timeout 20 rc-load -t lowered <in
is '... is told from a passing failure' "$(rows lowered)" 'a=1'

# --- rows that a trigger suppresses

sql "create table choosy (like $table including all); create function chooses() returns trigger language plpgsql as
	'begin if new.motif_du_rappel like ''no%'' then return null; end if; return new; end';
	create trigger chooses before insert or update on choosy for each row execute function chooses()"
lines "$(row a one)" "$(row b no)" "$(row c three)" "$(row d none)" >in
t 'rows that a trigger suppresses'         0  'table "choosy": 2 rows were not written: a trigger or rule of the table suppresses them' \
	load -t choosy --stats stats
is '... are no others' "$(rows choosy) $(jq -c '[.records_in, .records_out, .skipped]' stats)" 'a=one c=three [4,2,0]'
lines "$(row a one)" "$(row b no)" "$(row c not)" >in
t '... beside some that are there'         0  ': 2 rows were not written' load -t choosy --stats stats
is '... are counted apart' "$(rows choosy) $(jq -c '[.records_in, .records_out, .skipped]' stats)" 'a=one c=three [3,0,1]'
t '... if nothing is to be changed'        0  ': 1 rows were not written' load -t choosy --on-conflict skip --stats stats
is '... too' "$(jq -c '[.records_in, .records_out, .skipped]' stats)" '[3,0,2]'
sql "create table ruled (like $table including all); create rule never as on insert to ruled do instead nothing"
t '... or a rule'                          0  ': 3 rows were not written' load -t ruled --on-conflict fail --stats stats
is '... too' "$(jq -c '[.records_in, .records_out, .skipped]' stats)" '[3,0,0]'

# --- many bad rows

# What is found is set aside as it goes; the work grows with the rows, and little faster.
sql "create table picky (like $table including all, check (motif_du_rappel <> 'bad'))"
count() { # ROWS EVERY: statements that a batch takes, every so many of which are bad
	sql 'truncate picky'
	awk -v n="$1" -v every="$2" 'BEGIN { for (i = 1; i <= n; i++) printf "{\"reference_fiche\":\"k%d\",\"motif_du_rappel\":\"%s\"}\n",
		i, i % every ? "fine" : "bad" }' >in
	rm -f rejects
	start_proxy --when 'part' --act note --times 1000000
	t "$1 rows, each ${2}th bad"           0  "$(($1 / $2)) of $1 records rejected" \
		eval "through timeout 60 rc-load -t picky --batch 20000 --rejects rejects <in"
	is '... the others are loaded' "$(sql 'select count(*) from picky') $(wc -l <rejects)" "$(($1 - $1 / $2)) $(($1 / $2))"
	is '... in order' "$(jq .line rejects | sort -nC && echo yes)" yes
	statements=$(grep -c note proxy.log)
}
few reference_fiche motif_du_rappel
count 4000 100
few_bad=$statements
count 4000 1
ok "all bad: two statements for each ($statements)" test "$statements" -le 8100
ok "... and a logarithm for few ($few_bad)" test "$few_bad" -le $((40 * 2 * 8))
sql "create function lags() returns trigger language plpgsql as 'begin if new.motif_du_rappel = ''bad'' then
	perform pg_sleep(0.05); end if; return new; end';
	create trigger lags before insert on picky for each row execute function lags()"
rm rejects
background first 'rc-load -t picky --rejects rejects <in'
ok 'what is found is set aside meanwhile' wait_for 20 test -s rejects
ok '... before the end' kill -0 "$job"
{ kill -KILL "$job" && wait "$job"; } 2>/dev/null

# Rows that refer to each other: only the bad one is blamed.
sql "create table tree (like $table including all, check (reference_fiche <> 'bad'),
	foreign key (motif_du_rappel) references tree)"
lines "$(row a b)" "$(row b c)" "$(row bad)" "$(row c)" "$(row d none)" "$(row e d)" "$(row f b)" >in
rm rejects
t 'rows that refer to each other'          0  '3 of 7 records rejected' rc-load -t tree --rejects rejects <in
is '... those that refer to what is there' "$(rows tree)" 'a=b b=c c=- f=b'
is '... and only those that do not' "$(jq -c .line rejects | tr '\n' ' ')" '3 5 6 '
sql 'truncate tree'
t '... without a file for them'            65 'line 3: '              rc-load -t tree <in
is '... one message' "$(wc -l <err)" 1
lines "$(row g g)" "$(row h i)" "$(row i h)" >in
t '... in a circle'                        0  ''                      rc-load -t tree <in

# --- columns that compare otherwise

sql "create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
	create table folded (like $table); alter table folded alter reference_fiche type text collate ci,
		add primary key (reference_fiche)"
lines "$(row a 1)" "$(row A 2)" "$(row b 1)" >in
t 'a key whose collation takes two for one' 0 ''                      rc-load -t folded <in
is '... the last row counts' "$(rows folded)" 'A=2 b=1'
lines "$(env_ 0 A 3)" "$(gone 1 B)" >in
t '... to update and to delete'            0  ''                      rc-load -e -t folded <in
is '... by the same' "$(rows folded)" 'A=3'
sql "create table idents (like $table); alter table idents alter reference_fiche type uuid using null,
	add primary key (reference_fiche)"
id=0123abcd-0000-4000-8000-00000000000
lines "$(env_ 0 ${id}1 1)" "$(gone 1 ${id^^}1)" "$(env_ 2 ${id}2 1)" "$(gone 3 ${id^^}2)" "$(env_ 4 "{${id}2}" 2)" >in
t 'a key of a type of two spellings, a tombstone between' 0 ''        rc-load -e -t idents <in
is '... in their order' "$(rows idents)" "${id}2=2"
lines "$(gone 5 none)" >in
t '... a tombstone whose key is none'      65 'line 1: .*invalid input syntax for type uuid' rc-load -e -t idents <in
sql "create table loosely (like $table including all);
	alter table loosely alter motif_du_rappel type text collate ci"
lines "$(row a x)" >in
rc-load -t loosely <in
lines "$(row a X)" >in
t 'a column that compares loosely'         0  ''                      rc-load -t loosely <in
is '... is written where bytes differ' "$(rows loosely)" 'a=X'
sql "create table jsons (like $table including all); alter table jsons alter motif_du_rappel type json using null"
lines "$(row a '{"b": 1}')" >in
t 'a column that cannot be compared'       0  ''                      rc-load -t jsons <in
before=$(sql 'select xmin from jsons')
t '... again'                              0  ''                      rc-load -t jsons <in
is '... is not written again' "$(sql 'select xmin, motif_du_rappel from jsons')" "$before|{\"b\": 1}"
sql "create table rounded (like $table including all); alter table rounded
	alter motif_du_rappel type numeric(5,2) using null"
lines "$(row a 1.505)" "$(row b 2)" >in
rc-load -t rounded <in
before=$(sql 'select string_agg(xmin::text, chr(32)) from rounded')
t 'a column that rounds'                   0  ''                      rc-load -t rounded <in
is '... is not written again' "$(sql 'select string_agg(xmin::text, chr(32)) from rounded') $(rows rounded)" "$before a=1.51 b=2.00"
# what the column rounds or cuts is the same in each run
rounds() {
	sql "drop table if exists rounding; create table rounding (like $table including all);
		alter table rounding alter motif_du_rappel type $1 using null"
	lines "$(row a "$2")" >in
	rc-load -t rounding <in
	before=$(sql 'select xmin from rounding')
	t "... as $1"                          0  ''                      rc-load -t rounding <in
	is '... is not written again' "$(sql 'select xmin, motif_du_rappel from rounding')" "$before|$3"
}
rounds 'timestamp(0)' '2024-01-02 03:04:05.678' '2024-01-02 03:04:06'
rounds 'timestamptz(3)' '2024-01-02 03:04:05.67891+00' "$(sql "select '2024-01-02 03:04:05.679+00'::timestamptz")"
rounds 'varchar(3)' 'ab     ' 'ab '
lines "$(row a abcd)" >in
t '... what is not blank is not cut'       65 'value too long'        rc-load -t rounding <in
rounds 'char(4)' 'ab' 'ab  '
rounds 'real' 0.1000000001 0.1
rounds 'interval second(0)' '1.6 s' 00:00:02
sql "create table dated (like $table including all); alter table dated alter motif_du_rappel type date using null"
lines "$(row a 02/01/2024)" "$(row b 31/12/2023)" "$(row c 2024-02-03)" >in
t 'dates, day first'                       0  ''                      env PGDATESTYLE=MDY rc-load -t dated <in
is '... are read so' "$(rows dated)" 'a=2024-01-02 b=2023-12-31 c=2024-02-03'

# --- texts are never cut

sql 'create domain d_short as varchar(3); create domain d_shorter as d_short; create domain d_chars as char(3);
	create domain d_bits as bit(3); create domain d_kinds as name'
# uncut TYPE TEXT TOO-LONG SAYS: a column of it takes TEXT, and refuses the other.
uncut() {
	sql "set client_min_messages = warning; drop table if exists uncut; create table uncut (like $table including all);
		alter table uncut alter motif_du_rappel type $1 using null"
	lines "$(row a "$2")" "$(row b "$3")" >in
	t "a column of $1"                     65 "line 2: .*$4"          rc-load -t uncut <in
	is '... takes what is short enough' "$(rows uncut)" "a=$2"
}
uncut 'varchar(3)' abc abcd 'value too long'
uncut d_short abc abcd 'value too long'
uncut d_shorter abc abcd 'value too long'
uncut d_chars abc abcd 'value too long'
uncut d_bits 101 1011 'bit string length'
uncut 'bit(3)' 101 1011 'bit string length'
uncut 'bit varying(3)' 101 1011 'bit string too long'
uncut 'varchar(3)[]' '{abc}' '{abcd}' 'value too long'
uncut 'd_shorter[]' '{abc}' '{abcd}' 'value too long'
sql "create table shortkeys (like $table); alter table shortkeys alter reference_fiche type d_short using null, add primary key (reference_fiche)"
lines "$(env_ 0 abc one)" "$(env_ 1 abcd two)" "$(env_ 2 abce three)" >in
t 'keys that a domain would cut'           65 'line 2: .*value too long' rc-load -e -t shortkeys <in
lines "$(env_ 1 abd two)" "$(gone 2 abce)" "$(gone 3 abd)" >in
t '... nor is a tombstone for another'     0  ''                      rc-load -e -t shortkeys <in
is '... each is itself' "$(rows shortkeys)" 'abc=one'
for type in name '"char"' d_kinds 'name[]'; do
	sql "set client_min_messages = warning; drop table if exists uncut; create table uncut (like $table including all);
		alter table uncut alter motif_du_rappel type $type using null"
	row a x >in
	t "a column of type $type"             78 'column "motif_du_rappel" is of a type that cuts texts' rc-load -t uncut <in
done
# and a key is what the column rounds it to
for type in 'numeric(5,2) 1.004 1.00' 'timestamp(0) 2024-01-02T03:04:05.2 2024-01-02T03:04:05'; do
	read -r type long short <<<"$type"
	sql "set client_min_messages = warning; drop table if exists roundkeys; create table roundkeys (like $table);
		alter table roundkeys alter reference_fiche type $type using null, add primary key (reference_fiche);
		delete from rc_positions where consumer = 'roundkeys'"
	lines "$(env_ 0 "$long" one)" "$(env_ 1 "$short" two)" >in
	t "a key of $type"                     0  ''                      rc-load -e -t roundkeys <in
	is '... is one for what is rounded to it' "$(sql 'select motif_du_rappel from roundkeys')" two
	gone 2 "$long" >in
	t '... and for a tombstone'            0  ''                      rc-load -e -t roundkeys <in
	is '... too' "$(rows roundkeys)" ''
done

# --- what is no table of its own

sql "create view seen as select * from $table; create materialized view kept as select * from $table;
	create table parents (like $table including all); create table children () inherits (parents);
	create table parted (like $table) partition by list (motif_du_rappel);
	alter table parted add primary key (reference_fiche, motif_du_rappel);
	create table hashed (like $table including all) partition by hash (reference_fiche);
	create table hashed0 partition of hashed for values with (modulus 2, remainder 0);
	create table hashed1 partition of hashed for values with (modulus 2, remainder 1)"
t 'a view'                                 78 'seen": is a view'      rc-load -t seen <in
t 'a materialized view'                    78 'kept": is a view'      rc-load -t kept <in
t 'a table that others inherit from'       78 'parents": has tables that inherit from it' rc-load -t parents <in
t 'a table that is partitioned otherwise'  78 'parted": column "reference_fiche" is not unique by itself.*partitioned by it alone' \
	rc-load -t parted <in
lines "$(env_ 0 a one)" "$(env_ 1 b two)" "$(env_ 2 c three)" "$(gone 3 b)" >in
t 'a table that is partitioned by its key' 0  ''                      rc-load -e -t hashed <in
is '... is loaded' "$(rows hashed)" 'a=one c=three'
# three loaders at once, each of its own partition of the topic, into all parts of the table
parts() { for ((i = 0; i < 900; i++)); do env_ "$i" "p$1-$i" "m$1" "$1"; done; }
loaders=()
for p in 1 2 3; do
	parts $p | rc-load -e -t hashed --batch 100 >/dev/null &
	loaders+=($!)
done
wait "${loaders[@]}"
is '... by several loaders at once' "$(sql "select count(*), count(distinct reference_fiche) from hashed where reference_fiche ~ '^p[123]-'")" '2700|2700'
is '... has its rows in both parts' "$(sql "select (select count(*) from hashed0) > 1000 and (select count(*) from hashed1) > 1000")" t

# --- rows that a role does not see

sql "create table hidden (like $table including all); create role clerk login;
	alter table hidden enable row level security; create policy mine on hidden using (motif_du_rappel = 'mine');
	grant all on hidden, rc_positions to clerk; insert into hidden (reference_fiche, motif_du_rappel)
		values ('a', 'mine'), ('b', 'theirs')"
lines "$(gone 0 a)" "$(gone 1 b)" >in
t 'a tombstone for a row that is hidden'   0  'row-level security hides rows from this role: 1 tombstones' \
	env PGUSER=clerk rc-load -q -e -t hidden <in
is '... leaves it' "$(rows hidden)" 'b=theirs'
t '... for the owner'                      0  ''                      rc-load -e --consumer owner -t hidden <in
is '... deletes it' "$(rows hidden)" ''

jq '.columns += [range(1600) | {name: "c\(.)", op: "keep"}]' "$dir/few.json" >wide.json
t 'more columns than a table can have'     78 'at most 1598 can be loaded' rc-load -d ./wide.json -t wide --create <in
jq '.columns = .columns[:1598]' wide.json >widest.json
jq -c '[.columns[] | {(.name): "x"}] | add + {reference_fiche: ("a", "b")}' widest.json >widest.in
t '... as many as it can'                  0  ''                      rc-load -d ./widest.json -t widest --create <widest.in
jq -c '.c1595 = "y"' widest.in >in
t '... are changed'                        0  ''                      rc-load -d ./widest.json -t widest --stats stats <in
is '... all of them' "$(jq .records_out stats) $(sql 'select c1595 from widest limit 1')" '2 y'
row a >in
# --- names that PostgreSQL would cut, so that two become one
long=$(printf 'x%.0s' {1..63})
for name in "${long}y" "${long}y.t" "s.${long}y" "$(printf 'é%.0s' {1..32})"; do
	t "a name of ${#name} characters"      78 'longer than 63 bytes.*give a shorter name' timeout 20 rc-load -t "$name" --create <in
done
t 'a name of 63'                           0  ''                      timeout 20 rc-load -t "$long" --create </dev/null
is '... is there' "$(sql "select to_regclass('$long') is not null")" t
for name in rc_load_number c0 number tombstone ctid; do
	jq --arg c $name '.columns[1].name = $c' few.json >own.json
	lines "{\"reference_fiche\":\"a\",\"$name\":\"x\"}" >own
	want='0 x'
	[ $name != ctid ] || want='78 '
	t "a column $name"                     "${want% *}" "$([ $name != ctid ] || echo 'ctid')" timeout 20 rc-load -d ./own.json -t "own_$name" --create <own
	is '... is one as any other, or there is no table' "${want% *} $(sql "select $name from own_$name" 2>/dev/null)" "$want"
done
jq --arg c "${long}y" '.columns[1].name = $c' few.json >wide.json
t 'a column of 64'                         78 "${long}y: longer than 63 bytes" timeout 20 rc-load -d ./wide.json -t wide --create </dev/null
is '... makes no table' "$(sql "select to_regclass('wide') is null")" t
plan
