#!/usr/bin/env bash
# rc-flow run: the whole flow, its lock, its second tries and its configuration.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

"$top/scripts/sample-records" --count 300 >data.jsonl
head -n 299 data.jsonl >first.jsonl
cp first.jsonl served.jsonl
start_stack
start_api --data served.jsonl --dataset rappelconso-v2-gtin-espaces
export RC_FLOW_RETRY_DELAY=0 RC_FLOW_LOCK=$dir/locks/lock
rows() { sql 'SELECT count(*) FROM rappel_conso_table'; }

t 'help is asked for and given' 0 '' rc-flow --help
ok '... with its commands' grep -q '^usage: rc-flow .*run' out
t 'nothing to do is wrong use' 64 '^rc-flow: run\?' rc-flow
t 'an option that is not there' 64 '^rc-flow: --no: no such option' rc-flow --no run
t 'settings that cannot be read' 78 'no.env: cannot be read' rc-flow -c no.env run

t 'a first run, with no topic and no table' 0 '' rc-flow run
is '... fills the table' "$(rows)" 299
newest=$(tail -n 1 first.jsonl | jq -r '.date_publication[:10]')
is '... and stores the newest date less one day' "$(rc-state get)" \
	"{\"last_processed\":\"$(date -d "$newest - 1 day" +%F)\"}"

xmin=$(sql 'SELECT md5(string_agg(xmin::text, chr(44) ORDER BY reference_fiche)) FROM rappel_conso_table')
curl -fsS -o /dev/null -X DELETE "$RC_API/_control/requests"
t 'a second run' 0 '' rc-flow run
is '... asks only for what is new' \
	"$(requests "[.[].params.where | contains(\"$(date -d "$newest - 1 day" +%F)\")] | unique | .[]")" true
is '... and rewrites no row' \
	"$(sql 'SELECT md5(string_agg(xmin::text, chr(44) ORDER BY reference_fiche)) FROM rappel_conso_table')" "$xmin"

cp data.jsonl served.jsonl
t 'a run after a new recall' 0 '' rc-flow run
is '... loads it' "$(rows)" 300

mkdir -p locks
exec 8>locks/lock
flock 8
echo 4711 >locks/lock
t 'a run while another has the lock' 75 'another run is at work, process 4711' rc-flow run
exec 8>&-
t 'a lock that nobody holds is no obstacle' 0 '' rc-flow run

faults 401:times=0
t 'a task that fails twice' 77 'task stream: status 77: trying again in 0 s' rc-flow run
ok '... says so at the end' grep -q '^rc-flow: task stream: status 77: see the message above$' err
t '... and is silent about the second try where that is asked for' 77 'rc-fetch' rc-flow -q run
ok '... indeed' sh -c '! grep -q trying err'
is '... having made two tries each time' "$(requests '[.[] | select(.status == 401)] | length')" 4
faults 403:times=1
t 'a task that fails once' 0 'trying again' rc-flow run

jq -c 'if .numero_fiche == $k then .motif_rappel = {} else . end' --arg k \
	"$(tail -n 1 data.jsonl | jq -r .numero_fiche)" data.jsonl >served.jsonl
t 'a bad record stops the task' 65 'rc-transform: .*motif_rappel: an object' rc-flow run
t '... unless it is to be set aside' 0 'rc-transform: 1 of .* records rejected' \
	env RC_FLOW_REJECTS="$dir/bad" rc-flow run
is '... where it can be found' "$(jq -r .field bad/rc-transform.jsonl)" motif_rappel

cp data.jsonl served.jsonl
{ rc-stack env; echo "RC_API=$RC_API"; echo "RC_STATE=file:$dir/other.json"; } >flow.env
sql 'DROP TABLE rappel_conso_table, rc_positions'
t 'settings from a file' 0 '' env -i HOME="$dir" PATH="$PATH" RC_STACK_DIR="$RC_STACK_DIR" rc-flow -c flow.env run
is '... are those that count' "$(rows) $(jq -r .last_processed other.json)" "300 $(rc-state get | jq -r .last_processed)"

faults hang:times=0,seconds=60
rc-flow run 2>err & pid=$!
hangs() { [ "$(requests '.[-1].faults | length')" -gt 0 ]; }
wait_for 10 hangs
mapfile -t programs < <(pgrep -P "$(pgrep -P "$pid" | head -n 1)")
kill -TERM "$pid"
wait "$pid"
is 'SIGTERM ends a run that hangs' $? 143
is '... with all four programs of its task' "${#programs[@]}" 4
for program in "${programs[@]}"; do
	ok '... none of which stays' sh -c "! kill -0 $program"
done
plan
