#!/usr/bin/env bash
# rc-flow follow and rc-flow member: a group of loaders, which come, go and die.
test_limit=200 # a session is over after twenty seconds
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"

"$top/scripts/sample-records" --count 900 >data.jsonl
head -n 300 data.jsonl >served.jsonl
start_stack
start_api --data served.jsonl --dataset rappelconso-v2-gtin-espaces
topic rappel_conso 4
export RC_FLOW_RETRY_DELAY=0 RC_FLOW_INTERVAL=1s
has() { [ "$(sql 'SELECT count(*) FROM rappel_conso_table' 2>/dev/null)" = "$1" ]; }
publish() { head -n "$1" data.jsonl >new.jsonl && mv new.jsonl served.jsonl; }
# flow NAME COMMAND: with a lock of its own; its pid is in $job.
flow() { RC_FLOW_LOCK=$dir/locks/$1/lock TMPDIR=$dir background "$1" "rc-flow -v $2"; }
# consumer NAME: the pid of its rc-consume.
consumer() { pgrep -f "rc-consume.*$dir/locks/$1/lock.work"; }

t 'a member of no group' 78 'RC_FLOW_GROUP is not set' env RC_FLOW_LOCK="$dir/locks/x/lock" rc-flow member
export RC_FLOW_GROUP=flow
t 'what a member runs' 0 '' rc-flow --dry-run member
is '... is a ring' "$(cat out)" 'rc-consume -e --join flow --acks -  | rc-load -e --create >acks'
flow a follow
a=$job
ok 'follow is a member of it' wait_for 40 has 300
is '... of which all know' "$(sql 'SELECT min(epoch), count(*) FROM rc_positions')" '1|4'
flow b member
b=$job
ok 'another' wait_for 30 grep -q 'assigns 2 partitions' b.err
publish 500
ok '... takes its part' wait_for 30 has 500
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rc-load'" >/dev/null
publish 600
ok 'connections that are cut' wait_for 30 has 600
kill -KILL "$(pgrep -f "rc-load.*$dir/locks/b/lock.work")"
ok 'a loader that is killed is begun again' wait_for 40 grep -q 'task load: status 75: again in' b.err
publish 700
ok '... and nothing is missing' wait_for 40 has 700
kill -KILL "$b"
wait "$b" 2>/dev/null
publish 800
ok 'a member that is killed, with its programs' wait_for 60 has 800
is '... leaves nothing behind' "$(consumer b)" ''
t 'status' 0 '' env RC_FLOW_LOCK="$dir/locks/a/lock" rc-flow status
ok '... has the lag' grep -q '^lag  *0' out
publish 900
wait_for 30 has 900
kill -TERM "$a"
wait "$a"
is 'the end' "$?" 143
is '... with each record once' "$(sql "SELECT count(*), count(DISTINCT reference_fiche) FROM rappel_conso_table")" '900|900'
is '... as it is recorded' "$(sql "SELECT string_agg(DISTINCT task, ' ' ORDER BY task) FROM rc_runs")" 'follow load member stream'
plan
