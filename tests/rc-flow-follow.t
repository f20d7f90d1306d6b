#!/usr/bin/env bash
# rc-flow follow: both tasks side by side, through the loss of each service, until it is ended.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
test_limit=240 # a deleted topic is noticed only after half a minute
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"

"$top/scripts/sample-records" --count 300 >data.jsonl
head -n 200 data.jsonl >served.jsonl
start_stack
start_api --data served.jsonl --dataset rappelconso-v2-gtin-espaces
port=${RC_API##*:}
export RC_FLOW_RETRY_DELAY=0 RC_FLOW_LOCK=$dir/locks/lock RC_FLOW_INTERVAL=1s
rows() { sql 'SELECT count(*) FROM rappel_conso_table' 2>/dev/null; }
# publish N: from now on the portal has so many records.
publish() { head -n "$1" data.jsonl >new.jsonl && mv new.jsonl served.jsonl; }
# has N: whether the table has so many.
has() { [ "$(rows)" = "$1" ]; }
# all_gone: none of the flow's programs is left.
all_gone() { ! pgrep -f "$dir/locks|--stats $dir" ; }
export TMPDIR=$dir # of --stats, by which the programs are known

# follow: begin, with its messages in follow.err.
follow() {
	background follow 'rc-flow follow'
	pid=$job
}

follow
wait_for 30 has 200
is 'follow makes the topic and the table, and fills it' "$(rows)" 200
t 'another run meanwhile' 75 "another run is at work, process $pid" rc-flow run
t 'status' 0 '' rc-flow status
ok '... says so' grep -q '^last run   at work: follow, since' out
elsewhere() { RC_FLOW_LOCK=$dir/elsewhere/lock rc-flow "$@"; }
t '... from elsewhere' 0 '' elsewhere status
ok '... says whose it is' grep -qE '^last run   at work: follow, since .* \(of [^ ]+@[^ ]+:/.*/locks/lock, whose journal is not looked at here\)$' out
sql "UPDATE rc_runs SET seen = seen - interval '10 minutes'"
t '... once it gives no sign of life' 75 '' elsewhere status
ok '... says so' grep -q '^last run   no sign of life since 20' out
t '... though who has its lock knows' 0 '' rc-flow status
publish 210
wait_for 20 has 210
is 'what is published meanwhile comes, too' "$(rows)" 210
mapfile -t programs < <(pgrep -f -- "--stats $dir")
is 'six programs are at work' "${#programs[@]}" 6

kill "$api_pid"
wait "$api_pid" 2>/dev/null
start_api --data served.jsonl --dataset rappelconso-v2-gtin-espaces --port "$port"
publish 220
wait_for 30 has 220
is 'the portal was gone for a while' "$(rows)" 220

rc-stack down --postgres >/dev/null 2>&1
publish 230
sleep 1
rc-stack up --postgres >/dev/null 2>&1
wait_for 40 has 230
is 'PostgreSQL was' "$(rows)" 230
none_waits() { ! ls locks/runs/*.json; }
ok '... the records that waited are there soon' wait_for 30 none_waits

rc-stack down --kafka >/dev/null 2>&1
publish 240
rc-stack up --kafka >/dev/null 2>&1
wait_for 60 has 240
is 'Kafka was' "$(rows)" 240

pkill -KILL -f "rc-load.*--stats $dir"
publish 250
wait_for 20 has 250
is 'a program that was killed is begun again' "$(rows)" 250
ok '... which is said' grep -q '^rc-flow: task load: status 137: again in 1 s' follow.err
recorded() { [ "$(sql "SELECT count(*) FROM rc_runs WHERE task = 'load' AND status = 137")" -eq 1 ]; }
ok '... and recorded' wait_for 20 recorded
t '... status' 0 '' rc-flow status
ok '... says what went wrong' grep -qE '^last run   at work: .*; its last failure, at 20.*: rc-' out
kill -KILL "$(pgrep -f "rc-fetch.*--stats $dir")"
publish 260
wait_for 20 has 260
is '... of the other task, too' "$(rows)" 260
publish 261
wait_for 20 has 261

kill -TERM "$pid"
wait "$pid"
is 'SIGTERM ends it' $? 143
ok '... and all its programs' wait_for 20 all_gone
is '... which is recorded' "$(sql "SELECT task, status FROM rc_runs ORDER BY ended DESC LIMIT 1")" 'follow|143'
t '... and is no failure' 0 '' rc-flow status
ok '... says status' grep -q '^last run   stopped by hand: follow, at 20' out
ok '... as the position is stored' test "$(rc-state get)" != '{}'
is '... and nothing of it stays' "$(ls -A locks/runs; ls -d tmp.* 2>/dev/null)" ''

# --- a topic that is re-created under it

delete_topic rappel_conso
publish 270
follow
wait_for 30 has 270
is 'a topic that was re-created' "$(rows)" 270
is '... is fetched again, and one line says so' "$(grep -c 'the topic was re-created: everything is fetched again' follow.err)" 1

delete_topic rappel_conso # while both tasks are at work
publish 275
wait_for 60 has 275
is 'a topic that is deleted under it' "$(rows)" 275
is '... is made and filled again' "$(grep -c 'the topic was re-created: everything is fetched again' follow.err)" 2

# --- what does not pass ends it

jq -c '.motif_rappel = {}' <(sed -n 276p data.jsonl) | cat <(head -n 275 data.jsonl) - >new.jsonl
mv new.jsonl served.jsonl # whole, for who asks just now
wait "$pid"
is 'a bad record ends it' $? 65
ok '... which is said' grep -q '^rc-flow: a task ended with status 65: see the message above' follow.err
ok '... and all its programs' wait_for 20 all_gone
is '... and recorded, as is what the new topic ended' "$(sql "SELECT task, status FROM rc_runs WHERE run = (SELECT max(run) FROM rc_runs) AND status = 65 ORDER BY task")" 'follow|65
load|65
stream|65'
publish 280
RC_FLOW_REJECTS=$dir/bad follow
wait_for 30 has 280
kill -INT "$pid"
wait "$pid"
is 'SIGINT' $? 130
ok '... ends all, too' wait_for 20 all_gone
t 'no interval' 78 'RC_FLOW_INTERVAL=1w: not a time' env RC_FLOW_INTERVAL=1w rc-flow follow
plan
