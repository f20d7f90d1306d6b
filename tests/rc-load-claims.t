#!/usr/bin/env bash
# rc-load -e of a group: partitions that are claimed, let go, lost; and loaders that do not know it yet.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
few reference_fiche motif_du_rappel
rc-load --create </dev/null

claim() { printf '{"topic":"t","partition":%d,"%s":true}\n' "${2-0}" "$1"; }
lost() { printf '{"topic":"t","partition":%d,"revoked":true,"lost":true}\n' "${1-0}"; }
answers() { jq -rc '[.partition, .offset // "-", .epoch // "-", if .claimed then "claimed" elif .released then "released" else "" end] |
	join(" ")' "${1-out}" | paste -sd ,; }

lines "$(claim assigned)" "$(claim assigned 5)" "$(env_ 0 a one)" "$(env_ 1 b two)" "$(claim assigned 1)" "$(env_ 0 c three 1)" "$(claim revoked)" "$(claim revoked 1)" >in
t 'a new partition, and others' 0 '' load -e
is '... claimed, loaded, let go' "$(answers)" '0 - 1 claimed,5 - 1 claimed,1 - 1 claimed,0 2 - ,1 1 - ,0 2 1 released,1 1 1 released'
is '... as it was read' "$(rows) $(stored)" 'a=one b=two c=three 0:2 1:1 5:0'
lines "$(claim assigned)" "$(env_ 1 b old)" "$(env_ 2 d four)" >in
t 'once more' 0 '1 messages were not loaded again' load -e
is '... from where it was, under the next epoch' "$(answers)" '0 2 2 claimed,0 3 - '
is '... each message once' "$(rows) $(stored)" 'a=one b=two c=three d=four 0:3 1:1 5:0'
lines "$(claim assigned 5)" >in
t 'a partition of which nothing comes' 0 '' load -e
t '... has no position' 0 '' rc-load --positions
is '... that one would go by' "$(printed)" '0:3 1:1'
lines "$(claim assigned 5)" '{"topic":"t","partition":5,"offset":7,"start":true}' "$(env_ 7 e five 5)" >in
t '... and begins where the topic does' 0 'nothing before that was ever loaded' load -e
is '... under its epoch' "$(answers)" '5 - 3 claimed,5 8 - '
printf '{"topic":"u","partition":%d,"partitions":3,"assigned":true}\n' 1 >in
printf '{"topic":"u","partition":1,"offset":0,"timestamp":1,"key":"u","headers":[],"value":null}\n' >>in
t 'the first claim of a topic' 0 '' load -e
printf '{"topic":"u","partition":2,"partitions":3,"assigned":true}\n' >in
t '... is one of all its partitions' 0 '' load -e
is '... which are not added, whoever loads first' "$(answers)" '2 - 2 claimed'
printf '{"topic":"u","partition":3,"partitions":4,"assigned":true}\n' >in
t '... unless they are' 0 '' load -e
is '... added' "$(tail -n 1 out | jq .added)" true
sql "delete from rc_positions where topic = 'u'"
lines "$(claim assigned 4)" >in
t 'a partition that was added' 0 '' load -e
is '... is claimed, with the positions of the others' "$(answers | tr ',' '\n' | LC_ALL=C sort | paste -sd ,)" '0 3 - ,1 1 - ,4 - 1 claimed,5 8 - '
is '... and as an added one' "$(tail -n 1 out)" '{"topic":"t","partition":4,"epoch":1,"added":true,"claimed":true}'
t '... again' 0 '' load -e
is '... as long as nothing is stored of it' "$(tail -n 1 out)" '{"topic":"t","partition":4,"epoch":2,"added":true,"claimed":true}'
t '... and has no position' 0 '' rc-load --positions
is '... that one would go by' "$(printed)" '0:3 1:1 5:8'
lines "$(claim assigned 4)" '{"topic":"t","partition":4,"offset":0,"start":true,"added":true}' >in
t '... is not read while others have more' 78 't partition 4: it was added while others have messages that are not loaded' load -e
lines "$(claim assigned 4)" '{"topic":"t","partition":4,"offset":0}' "$(claim revoked 4)" >in
t '... or begins where all are at their ends' 0 '' load -e
is '... by a position of its own' "$(answers | tr ',' '\n' | tail -n 1) $(stored)" '4 0 4 released 0:3 1:1 4:0 5:8'
lines "$(claim assigned 4)" >in
t '... and is like any other from then on' 0 '' load -e
is '... with a claim alone' "$(answers)" '4 0 5 claimed'
sql "delete from rc_positions where partition = 4"
printf '{"topic":"t","partition":4,"offset":0,"start":true,"added":true}\n' >in
t 'the same of no group' 78 'partition 4: it was added' load -e
lines "$(claim assigned)" "$(env_ 3 f six)" "$(env_ 0 g seven 3)" >in
t 'a partition that is not claimed' 65 't partition 3: something of it comes, though it is not assigned' load -e
is '... is not loaded' "$(rows)" 'a=one b=two c=three d=four e=five f=six'
lines "$(claim assigned)" "$(claim revoked)" "$(env_ 4 g seven)" >in
t '... or no more' 65 'not assigned' load -e
lines "$(claim assigned)" "$(env_ 4 g seven)" >in
printf '{"topic":"t","part' >>in
t 'a last line that is torn' 75 'line 3: it is cut off' load -e
is '... is nothing' "$(rows) $(stored)" 'a=one b=two c=three d=four e=five f=six g=seven 0:5 1:1 5:8'
lines "$(claim revoked 1)" >in
t 'a partition to let go that was not claimed' 0 '' load -e
is '... is' "$(answers)" '1 1 - released'

# member NAME: a loader that goes on; what is for it goes to say NAME.
declare -A to=()
member() {
	local fd=$((3 + n_members++ % 4)) others # of one digit, as sh has it
	mkfifo "$1.in"
	others=$(for other in "${to[@]}"; do echo " $other>&-"; done) # which have an end, too
	background "$1" "rc-load -e ${2-} <$1.in $others"
	eval "exec $fd>$1.in"
	to[$1]=$fd
}
n_members=0
say() { lines "${@:2}" >&"${to[$1]}"; }
answered() { # NAME COUNT WORD: has it answered so, so many times?
	wait_for 20 eval "[ \$(grep -c $3 $1.out) -eq $2 ]"
}
leaves() { # NAME PID: $left is its status, once there is no more for it
	eval "exec ${to[$1]}>&-"
	unset "to[$1]"
	wait "$2"
	left=$?
}

member one --batch\ 3
one=$job
say one "$(claim assigned)" "$(env_ 5 h one)"
answered one 1 claimed
wait_for 20 eval "[ \$(grep -c '\"offset\":6,\"timestamp\":1}' one.out) -eq 1 ]"
member two
two=$job
say two "$(claim assigned)"
answered two 1 claimed
is 'another claims it' "$(answers two.out)" "0 6 $(sql 'select epoch from rc_positions where partition = 0') claimed"
say one "$(env_ 6 i zombie)"
leaves one "$one"
is '... who had it ends, before that one has stored anything' "$left $(rows | grep -c zombie)" '75 0'
ok '... and says why' grep -q 'another loader has claimed, or moved, the position' one.err
say two "$(env_ 6 i two)"
wait_for 20 eval "rows | grep -q i=two"
is '... who has it goes on' "$(stored)" '0:7 1:1 5:8'
leaves two "$two"
is '... to its end' "$left" 0

member three '--batch 100'
three=$job
say three "$(claim assigned)" "$(claim assigned 1)"
answered three 2 claimed
lines "$(env_ 7 j lost)" "$(env_ 1 k kept 1)" "$(env_ 2 j kept 1)" "$(env_ 8 k lost)" "$(lost)" >&"${to[three]}"
answered three 1 released
say three "$(env_ 3 l kept 1)"
wait_for 20 eval "rows | grep -q l=kept"
is 'what is lost is dropped, and the rest kept' "$(rows | grep -o '[j-l]=.*') $(stored)" 'j=kept k=kept l=kept 0:7 1:4 5:8'
is '... said so' "$(answers three.out | grep -o '.*released')" "$(answers three.out | sed 's/,0 7 \([0-9]*\) released.*/,0 7 \1 released/')"
member four
four=$job
say four "$(claim assigned)" "$(env_ 7 j four)"
wait_for 20 eval "rows | grep -q j=four"
sql "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rc-load'" >/dev/null
say three "$(env_ 4 m kept 1)"
say four "$(env_ 8 n four)"
wait_for 20 eval "rows | grep -q n=four"
wait_for 20 eval "rows | grep -q m=kept"
leaves three "$three"
is 'a lost connection asks only for what is owned' "$left $(stored)" '0 0:9 1:5 5:8'
leaves four "$four"
is '... and so does the other' "$left" 0

# Who holds a partition, and is not heard of any more.
number="hashtextextended(jsonb_build_array('$table', 't', '0')::text, 0)"
open_session "begin; select 'held' where pg_advisory_xact_lock($number) is not null;" held
lines "$(claim assigned)" "$(env_ 9 o five)" >in
t 'a session that holds it' 0 'partition 0: a session held it for more than 2000 ms, and was ended' load -e
is '... ends, and it is claimed' "$(rows | grep -o 'o=.*') $(stored)" 'o=five 0:10 1:5 5:8'
echo 'select 1;' >&7
ok '... it alone' wait_for 20 grep -q 'terminating connection due to administrator command' session.out
exec 7>&-
# ... or takes it later, and is frozen then.
member late
late=$job
say late "$(claim assigned)"
answered late 1 claimed
open_session "begin; select 'held' where pg_advisory_xact_lock($number) is not null;" held
say late "$(env_ 10 o later)"
ok 'a session that takes it later' wait_for 20 eval "rows | grep -q o=later"
exec 7>&-
leaves late "$late"
is '... ends, too' "$left $(cat late.err)" '0 rc-load: t partition 0: a session held it for more than 2000 ms, and was ended'

# A member stopped inside its transaction.
sql "create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(60); return new; end'" >/dev/null
sql "create trigger slow before insert on $table for each row when (new.motif_du_rappel = 'slow') execute function slow()" >/dev/null
member five
five=$job
say five "$(claim assigned)"
answered five 1 claimed
say five "$(env_ 11 p slow)"
wait_for 20 eval "[ \$(sql \"select count(*) from pg_stat_activity where wait_event = 'PgSleep'\") -eq 1 ]"
kill -STOP "$five"
lines "$(claim assigned)" "$(env_ 11 p quick)" >in
t 'a loader that is frozen in a transaction' 0 'was ended' load -e
kill -CONT "$five"
leaves five "$five"
sql "drop trigger slow on $table" >/dev/null
is '... ends when it goes on, and has changed nothing' "$left $(rows | grep -o 'p=.*') $(stored)" '75 p=quick 0:12 1:5 5:8'

# Of an earlier release: no epochs yet.
sql 'alter table rc_positions drop column epoch' >/dev/null
t 'positions of an earlier release' 0 '' rc-load --positions
is '... are printed' "$(printed)" '0:12 1:5 5:8'
lines "$(claim assigned)" "$(env_ 12 q six)" "$(claim revoked)" >in
t '... and claimed' 0 '' load -e
is '... under the first epoch' "$(answers)" '0 12 1 claimed,0 13 - ,0 13 1 released'
lines "$(env_ 13 q seven)" >in
t 'a loader outside the group' 0 '' load -e
is '... is as ever' "$(rows | grep -o 'q=.*') $(stored)" 'q=seven 0:14 1:5 5:8'
plan
