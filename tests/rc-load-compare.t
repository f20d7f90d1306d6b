#!/usr/bin/env bash
# rc-load --compare: what differs between rows and the table, of which nothing is written.
# shellcheck disable=SC1003,SC2016 # backslashes, and dollars of jq
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
few reference_fiche motif_du_rappel
rc-load --create </dev/null

# compare [OPTION]...: the rows of "in" with the table.
compare() { rc-load --compare "$@" <in; }
# state: of all that there is.
state() { sql "select md5(string_agg(t::text || xmin::text, ',' order by reference_fiche)) from $table t"; }
{ row a one && row b two && row c && row d four; } >in
load
t 'rows that are there' 0 '' compare
is '... nothing differs' "$(cat out)" ''
t '... nor if they are all there is' 0 'rc-load: 4 equal, 0 changed, 0 missing, 0 extra$' compare --whole -v
before=$(state)
{ row a one && row b 'new "\ text' && row d && row e five && row c x && row c; } >in
t 'rows that are not' 1 '' compare --stats stats
is '... a line for each that differs, in the order of their keys' "$(cat out)" '{"key":"b","difference":"changed","columns":{"motif_du_rappel":["two","new \"\\ text"]}}
{"key":"d","difference":"changed","columns":{"motif_du_rappel":["four",null]}}
{"key":"e","difference":"missing"}'
is '... are counted' "$(jq -c '[.records_in, .records_out, .skipped]' stats)" '[6,3,2]'
row a one >in
t 'rows that are all there is' 1 '' compare --whole
is '... the others are told, too' "$(jq -r '"\(.key) \(.difference)"' out | tr '\n' ,)" 'b extra,c extra,d extra,'
t '... there are none' 1 '' rc-load --compare --whole </dev/null
is '... all are extra' "$(wc -l <out)" 4
is 'nothing was written' "$(state)" "$before"
printf '%s\n' '{"reference_fiche":"a","motif_du_rappel":"é\u0001\\\\\t\n\u007f\u2028"}' >in
t 'texts of any kind' 1 '' compare
is '... are JSON' "$(jq -c '.columns.motif_du_rappel[1]' out)" "$(jq -c .motif_du_rappel in)"
t 'a full disk' 74 'No space left' eval 'compare >/dev/full'
t 'a reader that has gone' 0 '' eval 'compare | true'

# --- what could not be loaded

printf '{"reference_fiche":"a","motif_du_rappel":["x"]}\n' >in
t 'a row that is none' 65 'line 1: motif_du_rappel: .*list' compare
sql "alter table $table add check (motif_du_rappel <> 'bad'), add column more int not null default 7"
{ row a bad && row b two; } >in
t 'a row that a check refuses' 65 'line 1: PostgreSQL refuses it: .*check' compare
t '... is set aside' 0 '1 of 2 records rejected' compare --rejects rejects
is '... and the rest compared' "$(cat out)$(jq -r .record.reference_fiche rejects)" a
t '... a row that it has is extra' 1 'rows that are told as extra may be theirs' compare --rejects rejects --whole
is 'nothing was written then' "$(state)" "$(state)"
seq -f 'k%05.0f' 1 25000 | awk '{ printf "{\"reference_fiche\":\"%s\",\"motif_du_rappel\":\"%s\"}\n", $1, NR % 5000 == 0 ? "bad" : "m" $1 }' >in
load --rejects loaded 2>/dev/null
t 'several batches' 1 '5 of 25000 records rejected' compare --rejects five --whole
is '... as they were loaded' "$(jq -r .difference out | sort | uniq -c | tr -s ' \n' ' ')" ' 4 extra '
is '... the same are refused' "$(jq -c '[.line, .record]' five)" "$(jq -c '[.line, .record]' loaded)"
sql "truncate $table; alter table $table drop more"

# --- what was set aside, how many may be too many, and messages that mend it

sql "create table m (reference_fiche text primary key, motif_du_rappel text)"
{ row a one && row b two && row 'c "' x && row d four && row e; } >in
load -t m
{ row a one && row b 'new \' && row f six; } >in
compare_m() { compare -t m --whole "$@"; }
printf '{"tool":"rc-transform","line":1,"key":"c \\"","reason":"r","record":{}}\n{"tool":"rc-load","key":"zz","reason":"r","record":{}}\n' >aside
t 'rows whose records were set aside' 1 '' compare_m --set-aside aside --mend mend
is '... are not extra' "$(jq -r '.key + " " + .difference' out)" 'd extra
e extra
b changed
f missing'
is '... messages mend the rest: tombstones, then rows' "$(cat mend)" '{"topic":"rappel_conso","key":"d","value":null}
{"topic":"rappel_conso","key":"e","value":null}
{"topic":"rappel_conso","key":"b","value":{"reference_fiche":"b","motif_du_rappel":"new \\"}}
{"topic":"rappel_conso","key":"f","value":{"reference_fiche":"f","motif_du_rappel":"six"}}'
jq -c '. + {partition: 0, offset: (input_line_number - 1), timestamp: 1}' mend | rc-load -e -t m >/dev/null
t '... nothing differs then' 0 '' compare_m --set-aside aside --mend mend
is '... nor is there a message' "$(cat mend)" ''
t 'no file of them is none' 1 '' compare_m --set-aside nowhere
echo '{"tool":"rc-transform","line":1,"reason":"not JSON","raw":"x"}' >>aside
t 'one whose key is not known' 0 'rows that it alone has cannot be told' compare_m --set-aside aside
echo x >>aside
t 'what is no reject' 65 'aside: line 4: no reject' compare_m --set-aside aside
row 'c "' x >in
sql "delete from m where reference_fiche = 'b'"
t 'more rows than may be' 75 '2 of 3 rows are not in the input: more than 1: is the input all' compare_m --max-extra 1 --mend mend
is '... no message deletes them' "$(cat out mend)" ''
t '... in per cent' 75 'more than 60%' compare_m --max-extra 60%
t '... so many may be' 1 '' compare_m --max-extra 70%
row a one >>in
t '... one may, of any per cent' 1 '' compare_m --max-extra 1% --mend mend
is '... as messages' "$(cat mend)" '{"topic":"rappel_conso","key":"f","value":null}'
t '... none' 75 'more than 0' compare_m --max-extra 0
t 'a number that is none' 64 'per cent such as 1%' compare_m --max-extra many
t 'what goes with whole' 64 'go with --whole' compare --set-aside aside
t 'no folder for messages' 73 'nowhere/mend' compare_m --mend nowhere/mend
t 'a full disk for them' 74 'No space' compare_m --mend /dev/full
jq -c '.columns |= map(if .name == "motif_du_rappel" then .type = "integer" else . end)' few.json >int.json
sql "create table typed (reference_fiche text primary key, motif_du_rappel integer)"
printf '{"reference_fiche":"a","motif_du_rappel":7}\n' >in
t 'numbers' 1 '' env RC_DATASET=./int.json rc-load -t typed --compare --mend mend <in
is '... are such in messages' "$(cat mend)" '{"topic":"rappel_conso","key":"a","value":{"reference_fiche":"a","motif_du_rappel":7}}'

# --- as the columns have it

sql 'create extension if not exists citext' 2>/dev/null
sql "drop table $table; create table $table (reference_fiche integer primary key, motif_du_rappel numeric(6,2))"
{ row 1 1.005 && row 2 2; } >in
load
{ row 01 1.01 && row 2 2.001 && row 3 3.456; } >in
t 'values are equal as the columns round them' 1 '' compare
is '... and shown so' "$(cat out)" '{"key":"3","difference":"missing"}'
row 2 x >in
t 'what is no number' 65 'line 1: .*numeric' compare
{ row 7 1 && row 07 2 && row 007 3; } >in
load
t 'of rows of one key the last counts' 0 '' compare
sql "drop table $table; create table $table (reference_fiche varchar(3) primary key, motif_du_rappel jsonb)"
printf '%s\n' '{"reference_fiche":"a","motif_du_rappel":"{\"x\": 1,   \"y\":2}"}' >in
load
t 'a type with a form of its own' 0 '' compare
sed 's/1/3/' in >other
mv other in
t '... that differs' 1 '' compare
is '... is shown in it' "$(jq -c '.columns.motif_du_rappel | map(fromjson)' out)" '[{"x":1,"y":2},{"x":3,"y":2}]'
row long >in
t 'a text that is too long' 65 'too long' compare
sql "drop table $table; create table $table (reference_fiche text, motif_du_rappel text, primary key (reference_fiche)) partition by hash (reference_fiche);
	create table p0 partition of $table for values with (modulus 2, remainder 0); create table p1 partition of $table for values with (modulus 2, remainder 1)"
{ row a 1 && row b 2 && row c 3; } >in
load
{ row a 1 && row b 3; } >in
t 'a partitioned table' 1 '' compare --whole
is '... as one' "$(jq -r '.key + .difference' out | tr '\n' ' ')" 'cextra bchanged '

# --- use, and the server

t 'no other thing at the same time' 64 'one of them' compare --positions
t '... nor with what writes' 64 'leave out -e, --create' compare -e
t '... or chooses' 64 'and --on-conflict' compare --on-conflict skip
t 'whole alone' 64 'go with --compare' rc-load --whole
t 'a table that is not there' 78 'does not exist' compare -t nowhere
sql 'create role reader login; grant usage on schema public to reader; grant select on '"$table"' to reader' >/dev/null
t 'who may only read' 1 '' env PGUSER=reader rc-load --compare <in
t 'a session that is ended' 75 'rc-load: .*terminating connection' eval '{ cat in; sleep 1; sql "select pg_terminate_backend(pid) from pg_stat_activity where application_name like '\''rc-load%'\''" >/dev/null; sleep 0.5; cat in; } | rc-load --compare'
mkfifo rows
background slow "rc-load --compare --whole <rows"
exec 8>rows
cat in >&8
wait_for 20 eval '[ "$(sql "select count(*) from pg_stat_activity where state like '\''idle in transaction%'\''")" = 1 ]'
kill -INT "$job"
wait "$job"
is 'a signal: nothing is compared' "$? $(cat slow.out)" '130 '
exec 8>&-
plan
