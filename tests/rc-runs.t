#!/usr/bin/env bash
# What is recorded of runs, and what status and history make of it: rc-runs, and rc-flow, which
# calls it, also where the services fail.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

"$top/scripts/sample-records" --count 300 >data.jsonl
start_stack
start_api --data data.jsonl --dataset rappelconso-v2-gtin-espaces
export RC_FLOW_RETRY_DELAY=0 RC_FLOW_LOCK=$dir/locks/lock
journal=$dir/locks/runs
# a portal that is gone is given up soon
mkdir quick
printf '#!/bin/sh\nexec %s --retries 1 "$@"\n' "$(command -v rc-fetch)" >quick/rc-fetch
printf '#!/bin/sh\nexec %s --timeout 2000 "$@"\n' "$(command -v rc-produce)" >quick/rc-produce
chmod +x quick/rc-fetch quick/rc-produce
for program in rc-transform rc-state rc-consume rc-load rc-runs rc-rejects rc-settings rc-supervise; do ln -s "$(command -v $program)" quick/; done
cp -r "$top/scripts/rc-flow" "$top/scripts/flow" quick/
flow() { quick/rc-flow "$@"; }

# runs COLUMNS: of the newest run, a line for each row: its own, then its tasks'.
runs() { sql "SELECT $1 FROM rc_runs WHERE run = (SELECT max(run) FROM rc_runs) ORDER BY attempt > 0, started, attempt"; }
# brief: what status says, without what differs from run to run.
brief() { sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/; s/, [0-9]+ s/, N s/; s/[0-9]+ days? old/N days old/' out; }

# --- nothing yet

t 'no command' 64 'record, list, status or prune' rc-runs
t 'two commands' 64 'record, list, status or prune' rc-runs list status
t 'a journal is wanted' 64 '^rc-runs: record: name the journal' rc-runs record
for age in 3 d 1.5d -1d 3dd 0d 1000000000d ''; do
	t "an age of \"$age\"" 64 'not an age' rc-runs --max-age "$age" status
done
t 'status before all' 78 'does not exist' flow status
is '... says so' "$(brief)" 'last run   none was recorded
lag        not known
table      rappel_conso_table: not there
rejects    none: a bad record stops its task
age        not known'
t 'history before all' 78 'no run was recorded yet' flow history

# --- what is shown first is what is run

t '--dry-run' 0 '' flow --dry-run run
is '... shows both pipes' "$(sed 's/  */ /g' out)" 'rc-fetch --since \{\} | rc-transform | rc-produce --create-topic | rc-state set 
rc-load --positions | rc-consume -e -E -o - | rc-load -e --create >/dev/null'
is '... and has made nothing' "$(rc-state get) $(sql "SELECT to_regclass('rappel_conso_table')") $(find locks 2>/dev/null)" '{}  '
t '... with the settings' 0 '' env RC_FLOW_TABLE="a b" RC_FLOW_REJECTS="$dir/none" quick/rc-flow --dry-run load
ok '... as a shell reads them' grep -q 'rc-load .*-t a\\ b' out
ok '... and no folder was made' test ! -e none
t '... of follow' 0 '' flow --dry-run follow
ok '... has no end' eval 'grep -q "rc-fetch --follow --interval 300" out && ! grep -q -e -E out'
for command in status history config; do
	t "--dry-run $command" 64 "--dry-run: only with run" flow --dry-run "$command"
	t "--full $command" 64 'with run or stream' flow --full "$command"
done
faults 401:times=0
t 'a first run that fails' 77 'rc-fetch: .*not permitted' flow run
t '... is a failure' 77 '' flow status
ok '... says status' grep -q '^last run   failed with status 77: run, .*rc-fetch: ' out
faults
sql 'DROP TABLE rc_runs'
rc-state forget
echo RC_FLOW_RETRY_DELAY=x >wrong.env
t 'metrics, though settings cannot be read' 78 'not a time' flow -c wrong.env --prometheus status
ok '... are well formed' eval '"$top/tests/metrics-lint" <out && grep -qx "rappelconso_status 78" out'
t '... though nothing can be asked' 78 'no description' env RC_DATASET=none quick/rc-flow --prometheus status
ok '... are, too' eval '"$top/tests/metrics-lint" <out && grep -qx "rappelconso_status 78" out'
t '--json run' 64 'with status or history' flow --json run

# --- a run that is well

t 'a run' 0 '' flow run
is '... is recorded, and its tasks' "$(runs 'task, attempt, status, records_in, records_out, rejected, error')" \
	'run|0|0||||
stream|1|0|300|300|0|
load|1|0|300|300|0|' 
newest=$(jq -rs 'map(.date_publication[:10]) | max' data.jsonl)
before=$(date -d "$newest - 1 day" +%F)
is '... with the positions' "$(runs "position_before, position_after" | sed 's/"timestamp": [0-9]*/"timestamp": N/')" \
	"|
[{}]|{\"last_processed\": \"$before\"}
[{}]|[{\"topic\": \"rappel_conso\", \"offset\": 300, \"partition\": 0, \"timestamp\": N}]"
is '... the times' "$(runs 'ended >= started, started > now() - interval $$1 hour$$' | sort -u)" 't|t'
is '... and the counts of each program' "$(runs "(SELECT string_agg(p->>'tool', ' ') FROM jsonb_array_elements(programs) p)")" \
	'
rc-fetch rc-transform rc-produce rc-state
rc-consume rc-load'
is '... the journal is empty' "$(ls -A "$journal")" ''
t 'another' 0 '' flow run
is '... goes on from there' "$(runs "position_before->0->>'last_processed', position_before->0->>'offset'" | sort)" "$(printf '|\n|300\n%s|' "$before" | sort)"
t 'status' 0 '' flow status
is '... in five lines' "$(brief)" "last run   ok: run, TIME, N s, 1 fetched, 1 sent, 1 consumed, 0 loaded
lag        0 messages: rappel_conso partition 0 at 301 of 301
table      rappel_conso_table: 300 rows, the newest published on $newest
rejects    none: a bad record stops its task
age        the newest record is N days old"
t 'history' 0 '' flow history
is '... as a table' "$(sed -E '1!s/^[0-9: -]{19}/TIME/; s/[0-9.]+ s /N /; s/  +/  /g' out)" \
	'STARTED (UTC)  DATASET  TASK  TRY  TOOK  STATUS  IN  OUT  REJECTED  ERROR
TIME  rappelconso-v2  run  N  ok
TIME  rappelconso-v2  stream  1  N  ok  1  1  0
TIME  rappelconso-v2  load  1  N  ok  1  0  0
TIME  rappelconso-v2  run  N  ok
TIME  rappelconso-v2  stream  1  N  ok  300  300  0
TIME  rappelconso-v2  load  1  N  ok  300  300  0'
t '... of so many lines' 0 '' flow history -n 2
is '... and its head' "$(wc -l <out)" 3
t '... as JSON' 0 '' flow --json history
is '... a line each' "$(jq -c '[.task, .attempt, .status, .records_out]' out | head -n 3)" '["run",0,0,null]
["stream",1,0,1]
["load",1,0,0]'
ok '... compact' eval '! grep -q "[:,] " out'
t 'status as JSON' 0 '' flow status --json
is '... has the same' "$(jq -c '[.status, .at_work, .last_run.command, .last_run.loaded, .lag[0].lag, .table, .rows, .newest, .rejects_waiting, .journal_waiting]' out)" \
	"[0,false,\"run\",0,0,\"rappel_conso_table\",300,\"$newest\",null,0]"
is '... whatever the server makes of backslashes' \
	"$(PGOPTIONS='-c standard_conforming_strings=off' flow status --json | jq .newest)" "$(jq .newest out)"
t 'status as metrics' 0 '' flow status --prometheus
ok '... is well formed' eval '"$top/tests/metrics-lint" <out'
PATH=$PATH:$top/build/promtool
if command -v promtool >/dev/null; then
	ok '... promtool finds nothing' eval 'promtool check metrics <out'
	ok '... nor in the rules' promtool check rules "$top/scripts/prometheus/alerts.yml"
	ok '... which fire when they should' promtool test rules "$top/tests/data/alerts-test.yml"
else
	skip '... promtool' 'not here: make promtool fetches it'
fi
is '... and has the same' "$(grep -v '^#' out | grep -E '_(status|rows|messages|waiting|up)')" 'rappelconso_postgresql_up 1
rappelconso_status 0
rappelconso_last_run_status 0
rappelconso_journal_waiting 0
rappelconso_table_rows 300
rappelconso_lag_messages{topic="rappel_conso",partition="0"} 0'
names() { grep -oE 'rappelconso_[a-z_]+' "$1" | sort -u; }
ok 'the rules name metrics that there are' eval '! names "$top/scripts/prometheus/alerts.yml" | grep -vxF "$(names out)"'
t 'an old table' 65 '' flow status --max-age 3d
ok '... is said to be' grep -q 'old: older than it may be$' out
sql "UPDATE rappel_conso_table SET date_de_publication = to_char(now() AT TIME ZONE 'UTC' - interval '1 day', 'YYYY-MM-DD') WHERE reference_fiche = (SELECT max(reference_fiche) FROM rappel_conso_table)"
sql "INSERT INTO rappel_conso_table (reference_fiche, date_de_publication) VALUES ('a', '2062-01-01'), ('b', 'soon'), ('c', NULL)"
t 'one of yesterday' 0 '' flow status --max-age 1d
ok '... is new enough, and a date to come does not count' grep -q 'the newest record is 1 day old: new enough$' out
sql "DELETE FROM rappel_conso_table WHERE length(reference_fiche) = 1"
rc-transform <data.jsonl | head -n 7 | rc-produce >/dev/null
t 'messages that nobody loaded' 0 '' flow status
ok '... are the lag' grep -q '^lag        7 messages: .* at 301 of 308$' out
t 'their load alone' 0 '' flow load
is '... is a run, too' "$(runs 'task, attempt, status, records_in')" 'load|0|0|
load|1|0|7'
mkdir bad
echo '{"key":1}' | tee bad/rc-load.jsonl >bad/rc-transform.jsonl
t 'rejects' 65 '' env RC_FLOW_REJECTS="$dir/bad" quick/rc-flow status
ok '... wait for a person' grep -qx "rejects    2 waiting in $dir/bad: rc-flow replay sends them again, mended or not" out
sql 'CREATE SCHEMA s; CREATE TABLE s.t AS SELECT * FROM rappel_conso_table LIMIT 3'
t 'a table of another schema' 0 '' rc-runs -t s.t status
ok '... is found' grep -q '^table      s.t: 3 rows' out
t 'lines that are no lag' 65 'line 1: not a line of rc-consume --lag' sh -c 'echo "{}" | rc-runs --lag status'

# --- runs that fail: each is recorded, ends with its status, and says it in ten lines

# fails WHAT STATUS TASK ERROR [TRIES] COMMAND...: a run that does, at a task, for that reason.
fails() {
	local what=$1 status=$2 task=$3 error=$4 tries=$5
	shift 5
	t "$what" "$status" "$error" "$@"
	ok '... says it in ten lines' test "$(wc -l <err)" -le 10
	is '... is recorded' "$(runs 'task, attempt, status' | tr '\n' ' ')" \
		"$(printf 'run|0|%d ' "$status"; [ "$task" = stream ] || printf 'stream|1|0 '; for ((i = 1; i <= tries; i++)); do printf '%s|%d|%d ' "$task" "$i" "$status"; done)"
	ok '... with the reason' eval 'runs "error" | grep -Eq "$error"'
}
kill "$api_pid"
wait "$api_pid" 2>/dev/null
fails 'the portal is down' 69 stream 'rc-fetch: .*cannot be reached' 2 quick/rc-flow run
t '... status' 69 '' flow status
ok '... names it' grep -q '^last run   failed with status 69: run, .*: rc-fetch: .*cannot be reached' out
t '... history' 0 '' flow history -n 3
ok '... too' grep -Eq ' 69 .*rc-fetch: .*cannot be reached' out
start_api --data data.jsonl --dataset rappelconso-v2-gtin-espaces
fails 'the broker is down' 69 stream 'rc-produce: .*no broker' 2 env RC_BROKERS=127.0.0.1:1 quick/rc-flow run
faults 403:times=0,path=exports
fails 'the portal refuses' 77 stream 'rc-fetch: .*403' 1 quick/rc-flow run
faults
jq -c '.motif_rappel = {}' data.jsonl | head -n 1 >bad.jsonl
cp data.jsonl good.jsonl
cp bad.jsonl data.jsonl
rc-state forget
fails 'a bad record' 65 stream 'rc-transform: .*motif_rappel' 1 env RC_STATE="file:$dir/bad.state" quick/rc-flow run
cp good.jsonl data.jsonl
t 'a run that is well again' 0 '' flow run
t '... status' 0 '' flow status

# --- PostgreSQL is down

before=$(sql 'SELECT count(*) FROM rc_runs')
real=$PGPORT
export PGPORT=1
t 'PostgreSQL is down' 69 'rc-load: PostgreSQL: .*' flow run
ok '... says it in ten lines' test "$(wc -l <err)" -le 10
waiting() { cat "$journal"/*.json | jq -r 'select(.ended) | [.task, .attempt, .status] | @tsv' | tr '\t\n' '| '; }
is '... all waits in the journal' "$(waiting)" 'load|1|69 load|2|69 run|0|69 stream|1|0 '
t '... status' 69 'PostgreSQL' flow status
is '... knows little' "$(brief)" 'last run   not known: PostgreSQL cannot be asked (6 records of runs not yet in PostgreSQL)
lag        not known
table      rappel_conso_table: not known
rejects    none: a bad record stops its task
age        not known'
t '... as JSON' 69 'PostgreSQL' flow status --json
is '... too' "$(jq -c '[.status, .last_run, .lag, .rows, .newest, .age_seconds, .journal_waiting]' out)" '[69,null,null,null,null,null,6]'
t '... as metrics' 69 'PostgreSQL' flow status --prometheus
ok '... well formed all the same' eval '"$top/tests/metrics-lint" <out && grep -qx "rappelconso_postgresql_up 0" out'
t '... history' 69 'PostgreSQL' flow history
export PGPORT=$real
echo 'no record' >"$journal/0.json"
t 'the next run' 0 '0.json.bad: not a record of a run' flow run
is '... completes the table' "$(sql "SELECT count(*) - $before FROM rc_runs") $(sql "SELECT count(*) FROM rc_runs WHERE status = 69 AND task = 'load'")" '7 2'
is '... and leaves what is none' "$(ls "$journal")" 0.json.bad
rm "$journal/0.json.bad"
password_role refused
t 'a wrong password' 77 'rc-load: PostgreSQL: .*PGPASS' env PGUSER=refused PGPASSWORD=s3cr3t quick/rc-flow run
ok '... says it in ten lines' test "$(wc -l <err)" -le 10
is '... waits in the journal, tried once' "$(waiting)" 'load|1|77 run|0|77 stream|1|0 '
t '... status' 77 'PostgreSQL' env PGUSER=refused PGPASSWORD=s3cr3t quick/rc-flow status
t '... the next run' 0 '' flow run
is '... completes the table' "$(sql "SELECT task, error ~ 'password authentication failed' FROM rc_runs WHERE status = 77 ORDER BY started DESC LIMIT 1")" 'load|t'
t 'a table of runs that cannot be written' 0 'the run is not recorded, but kept in .*read-only' \
	env PGOPTIONS='-c default_transaction_read_only=on' quick/rc-flow stream
t '... later' 0 '' flow stream

# --- old ones

t 'prune what' 64 'say how much to keep' rc-runs prune
sql 'CREATE TABLE kept AS SELECT * FROM rc_runs'
t 'prune' 0 '' rc-runs --stats stats --keep 1d prune
is '... deletes nothing that is new' "$(jq .records_out stats) $(sql 'SELECT count(*) FROM rc_runs') " "0 $(sql 'SELECT count(*) FROM kept') "
sql "UPDATE rc_runs SET seen = seen - interval '100 days'"
t '... what is old' 0 '' rc-runs --stats stats --keep 90d prune
is '... but the newest run, the newest that is well, and the newest that loaded something' \
	"$(sql "SELECT count(DISTINCT run) FROM rc_runs"; rc-runs status | grep -c '^last run   ok')" '2
1'
sql 'TRUNCATE rc_runs; INSERT INTO rc_runs SELECT * FROM kept; DROP TABLE kept'

# --- runs that are ended

faults hang:times=0,seconds=60
background flow 'quick/rc-flow run'
pid=$job
hangs() { [ "$(requests '.[-1].faults | length')" -gt 0 ]; }
wait_for 20 hangs
at_work() { flow status | grep '^last run   at work'; }
wait_for 20 at_work # it is recorded at once, but beside it
t 'status while one is at work' 0 '' flow status
ok '... says since when' grep -q '^last run   at work: run, since 20' out
ok '... and as metrics that one is' eval 'flow status --prometheus | grep -qx "rappelconso_at_work 1"'
kill -TERM "$pid"
wait "$pid"
is 'SIGTERM' "$? $(runs 'task, attempt, status' | tr '\n' ' ')" '143 run|0|143 stream|1|143 '
t 'the time limit' 75 '^rc-flow: not ended within 4s \(RC_FLOW_TIMEOUT\)' env RC_FLOW_TIMEOUT=4s quick/rc-flow run
is '... is the reason' "$(runs 'task, attempt, status, error' | tr '\n' ' ')" 'run|0|75|not ended within 4s stream|1|143| '
t '... that is none' 78 'RC_FLOW_TIMEOUT=soon: not a time' env RC_FLOW_TIMEOUT=soon quick/rc-flow run
curl -fsS -o /dev/null -X DELETE "$RC_API/_control/requests"
background flow 'quick/rc-flow run'
pid=$job
wait_for 20 hangs
{ kill -KILL "$pid"; pkill -KILL -P "$pid"; wait "$pid"; } 2>/dev/null
faults
gone() { ! pgrep -f "$dir/quick" && ! pgrep -x rc-fetch -g "$pid"; }
wait_for 20 gone
t 'killed' 0 '' rc-runs --journal "$journal" record
t '... status' 75 '' flow status
ok '... knows that it did not end' grep -q '^last run   did not end: run, begun ' out
t '... history' 0 '' flow history -n 1
ok '... too' grep -q 'not ended' out
plan
