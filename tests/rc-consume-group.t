#!/usr/bin/env bash
# rc-consume --join and rc-load -e in a ring: the members of a group, each message once.
test_limit=240 # members come, die and freeze, one after the other
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
# shellcheck source=tests/group.sh
. "$top/tests/group.sh"
start_stack
begin_group

# --- the options

t 'a group without a loader' 64 '--join and --acks go together' rc-consume -e --join g
t '... or rows' 64 '--join and --acks go together' rc-consume --join g --acks -
t 'partitions of one'"'"'s own' 64 'leave out -p' rc-consume -e --join g --acks - -p 1
t 'an end' 64 'leave out -E' rc-consume -e --join g --acks - -E
t 'answers that cannot be read' 64 '--acks none: cannot be read' rc-consume -e --join g --acks none
t 'a topic that is not there' 78 'topic nothing: does not exist' rc-consume -e --join g --acks - -t nothing
t 'a member that keeps its name' 78 'group.instance.id=a: a guarantee rests on' rc-consume -e --join g --acks - -X group.instance.id=a

mkfifo nobody
is 'a pipe that nobody writes to' "$(stops 'rc-consume -e --join g --acks nobody' true)" '0 143'
is '... is no error' "$(cat stopped.err)" ''

# --- members

send 3000
member a
assigned a 6
all_loaded 'one member'
send 1000
member b
ok 'another gets half of it' assigned b 3
send 1000
member c
ok '... a third its part' assigned c 2
send 1000
all_loaded 'three members'
is '... none of which has lost anything' "$(grep -c 'has lost' [abc].consume.err | paste -sd ' ')" 'a.consume.err:0 b.consume.err:0 c.consume.err:0'

send 500
kill -TERM "${consume[b]}"
send 500
ends b
is 'a member that is told to stop' "$ended $(grep -c . b.load.err)" '143,0 0'
all_loaded '... and what it had'
send 500
kill -KILL "${load[c]}"
send 500
ends c
is 'a member whose loader was killed' "$ended" '75,137'
ok '... says so' grep -q 'the loader is gone' c.consume.err
all_loaded '... and what it had'

member d
assigned d 3
send 500
kill -KILL "${load[d]}" "${consume[d]}"
send 500
all_loaded 'a member that was killed'
member e
assigned e 3
kill -STOP "${load[e]}" "${consume[e]}"
send 1000
all_loaded 'a member that is frozen'
kill -CONT "${load[e]}" "${consume[e]}"
send 1000
all_loaded '... and goes on'
ok '... which may have lost all that it had' grep -q 'has lost' e.consume.err

# In the middle of a transaction; nobody is to let go of anything meanwhile, for no loader could.
wait_for 40 has a 3
wait_for 40 has e 3
sql "create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(600); return new; end'" >/dev/null
sql "create trigger slow before insert on $table for each row when (new.motif_du_rappel = 'slow') execute function slow()" >/dev/null
awk 'BEGIN { for (i = 0; i < 60; i++) printf "{\"reference_fiche\":\"s%d\",\"motif_du_rappel\":\"slow\"}\n", i }' | rc-produce >/dev/null
sent=$((sent + 60))
wait_for 20 eval "[ \$(sql \"select count(*) from pg_stat_activity where wait_event = 'PgSleep'\") -ge 2 ]"
kill -STOP "${load[e]}" "${consume[e]}"
sql "drop trigger slow on $table" 2>/dev/null &
sleep 1
sql "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'" >/dev/null
wait $!
all_loaded 'a member that is frozen in a transaction'
kill -CONT "${load[e]}" "${consume[e]}"
ends e
is '... is fenced when it goes on' "$ended" '75,75'
ok '... by the epoch' grep -q 'has claimed, or moved, the position' e.load.err

# --- services

member f
assigned f 3
sql "begin; lock $table; select pg_sleep(9); commit" >/dev/null &
send 2000
wait $!
all_loaded 'a table that is locked for longer than a session'
is '... costs nobody a partition' "$(grep -c 'has lost' f.consume.err)" 0
rc-stack down --postgres
send 1000
rc-stack up --postgres 2>/dev/null
all_loaded 'PostgreSQL, started again'
kafka_admin partitions rappel_conso 12
taken() { [ "$(rc-load --positions | wc -l)" = 12 ]; }
ok 'partitions that are added while all is loaded' wait_for 40 taken
send 3000
all_loaded '... are read'
is '... all of them' "$(sql 'select count(*) from rc_positions where next_offset > 0')" 12
kill -TERM "${consume[a]}" "${load[a]}" "${consume[f]}" "${load[f]}"
ends a
is 'a ring that is told to stop' "$ended" '143,143'
ends f
send 3000
kafka_admin partitions rappel_conso 18
member k -X queued.max.messages.kbytes=1
wait_for 30 grep -q 'it was added while others have' k.load.err
ends k
is 'partitions that are added beside what is not' "$ended $(grep -c 'let the table go by time' k.load.err)" '75,78 1'
t '... need a table that goes by time' 0 '' eval 'rc-load -e --by-time </dev/null'
member m
member n
assigned m 9
send 3000
all_loaded '... are read, then'
is '... all of them' "$(sql 'select count(*) from rc_positions where next_offset > 0')" 18
kill -TERM "${consume[m]}" "${load[m]}" "${consume[n]}" "${load[n]}"
ends m
ends n
t 'what is left' 0 '' eval 'rc-load --positions | rc-consume --lag -o -'
is '... is nothing' "$(jq -s 'map(.lag) | add' out)" 0

# --- the group goes on while an answer is waited for

# by_hand NAME TOPIC: a member of another group, whose loader is this test.
declare -A heard
by_hand() {
	mkfifo "$1.acks"
	background "$1.consume" "rc-consume -v -e --join $2 -t $2 --acks $1.acks -X session.timeout.ms=6000 -X topic.metadata.refresh.interval.ms=500"
	consume[$1]=$job
	heard[$1]=0
	eval "exec {to_$1}<>$1.acks"
}
# answers NAME: what the loader of a member answers to all that was said since.
answers() {
	local to="to_$1"
	tail -n "+$((heard[$1] + 1))" "$1.consume.out" >"$1.said"
	heard[$1]=$((heard[$1] + $(wc -l <"$1.said")))
	jq -c '{topic, partition, epoch: 1} + if .assigned then {claimed: true} elif .revoked then {released: true} else empty end' "$1.said" >&"${!to}"
}
hears() { wait_for 30 grep -q "\"partition\":$2,.*\"$3\":true" "$1.consume.out"; } # NAME PARTITION WORD
# read_by COUNT NAME...: the messages of so many partitions were, once all is answered.
read_by() {
	for it in "${@:2}"; do answers "$it"; done
	[ "$(cat ./?.consume.out | jq "select(.topic == \"$topic\" and has(\"value\")) | .partition" | sort -u | wc -l)" -eq "$1" ]
}
fill() { for ((it = $1; it <= $2; it++)); do put "$topic" "$it" <<<'{}'; done; } # FROM TO
topic=held
topic held 2
fill 0 1
by_hand v held
hears v 1 assigned
kafka_admin partitions held 3
ok 'what is assigned while a claim is waited for' hears v 2 assigned
fill 2 2
ok '... is read with what came before' wait_for 20 read_by 3 v

topic=gone
topic gone 4
fill 0 3
by_hand w gone
hears w 3 assigned
by_hand x gone
sleep 1 # until the group knows of it
kafka_admin partitions gone 5
ok 'what is revoked before it was claimed' wait_for 30 grep -q revoked w.consume.out
fill 4 4
ok '... is read by who gets it' wait_for 30 read_by 5 w x
ok '... and nothing is wrong' eval '! grep "cannot" [vwx].consume.err'
kill -TERM "${consume[v]}" "${consume[w]}" "${consume[x]}"

# --- starts that are checked

delete_topic rappel_conso
topic rappel_conso 1
messages() { awk 'BEGIN { for (i = 0; i < 3000; i++) printf "{\"reference_fiche\":\"n%d\",\"motif_du_rappel\":null}\n", i }'; }
messages | rc-produce >/dev/null
member g
ends g
is 'a topic that was made anew' "$ended" '65,0'
ok '... is told of' grep -q 'the topic seems to have been deleted and re-created' g.consume.err
rc-load --forget
delete_before rappel_conso 0 1000
member h
ok 'messages that are gone, of none loaded before' wait_for 30 eval "[ \$(sql \"select count(*) from $table where reference_fiche like 'n%'\") -eq 2000 ]"
kill -TERM "${consume[h]}"
ends h
rc-load --rewind '{"topic":"rappel_conso","partition":0,"offset":5}' >/dev/null
member i
ends i
is '... of what was to be loaded' "$ended" '65,0'
ok '... are told of' grep -q 'offsets 5 to 999 are gone' i.consume.err
member j --on-gap continue
ok '... or passed over, if asked for' wait_for 20 eval "rc-load --positions | grep -q '\"offset\":3000'"
kill -TERM "${consume[j]}"
ends j
is '... to the end' "$ended" '143,0'
plan
