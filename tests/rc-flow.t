#!/usr/bin/env bash
# rc-flow run: the whole flow, its lock, its second tries and its configuration.
# shellcheck disable=SC2016 # settings are not expanded
test_limit=240 # many runs, one after the other
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"

"$top/scripts/sample-records" --count 300 >data.jsonl
head -n 299 data.jsonl >first.jsonl
cp first.jsonl served.jsonl
start_stack
start_api --data served.jsonl --dataset rappelconso-v2-gtin-espaces
export RC_FLOW_RETRY_DELAY=0 RC_FLOW_LOCK=$dir/locks/lock
rows() { sql 'SELECT count(*) FROM rappel_conso_table'; }

t 'help is asked for and given' 0 '' rc-flow --help
ok '... with its commands' grep -q '^usage: rc-flow .*COMMAND' out
t 'nothing to do is wrong use' 64 '^rc-flow: no command given: run, ' rc-flow
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
	"$(requests "[.[].params.where | select(.) | contains(\"$(date -d "$newest - 1 day" +%F)\")] | unique | .[]")" true
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
curl -fsS -o /dev/null -X DELETE "$RC_API/_control/requests"
t 'a failure that does not pass' 77 '^rc-flow: task stream: status 77: see the message above$' rc-flow run
ok '... is not tried again' eval '! grep trying err'
is '... indeed' "$(requests '[.[] | select(.status == 401)] | length')" 1
faults html:times=0,path=fields
# a program that gives up soon, which rc-flow takes for the one beside it
mkdir -p quick
printf '#!/bin/sh\nexec %s --retries 1 "$@"\n' "$(command -v rc-fetch)" >quick/rc-fetch
chmod +x quick/rc-fetch
for program in rc-transform rc-produce rc-state rc-consume rc-load rc-runs rc-rejects rc-settings rc-supervise; do ln -s "$(command -v $program)" quick/; done
cp -r "$top/scripts/rc-flow" "$top/scripts/flow" quick/
t 'a failure that may pass' 75 'task stream: status 75: trying again in 0 s' quick/rc-flow run
ok '... says so at the end' grep -q '^rc-flow: task stream: status 75: see the message above$' err
is '... having made two tries' "$(grep -c '^rc-fetch: ' err)" 2
t '... and is silent about the second try where that is asked for' 75 'rc-fetch' quick/rc-flow -q run
ok '... indeed' sh -c '! grep -q trying err'
faults html:times=1,path=fields
t 'a task that fails once' 0 'trying again' quick/rc-flow -v run
faults html:times=1,path=fields
t '... and is cured' 0 '^rc-flow: task stream: done at the second try' quick/rc-flow -q run
ok '... says so in the mail that has its failure' eval 'grep -q ^rc-fetch: err && [ "$(tail -n 1 err)" = "rc-flow: task stream: done at the second try: nothing is missing" ]'
(umask 000; RC_FLOW_REJECTS=$dir/open RC_FLOW_LOCK=$dir/open.lock/lock rc-flow -q run)
is 'nobody else can write what it makes' "$(find open open.lock -perm -o+w)" ''
faults html:times=0,path=fields
RC_FLOW_RETRY_DELAY=600 background flow 'quick/rc-flow run'
wait_for 20 grep -q 'trying again' flow.err
kill -TERM "$job"
wait "$job"
is 'SIGTERM between two tries' "$? $(grep -c '^rc-fetch: ' flow.err)" '143 1'
faults

jq -c 'if .numero_fiche == $k then .motif_rappel = {} else . end' --arg k \
	"$(tail -n 1 data.jsonl | jq -r .numero_fiche)" data.jsonl >served.jsonl
t 'a bad record stops the task' 65 'rc-transform: .*motif_rappel: an object' rc-flow run
t '... unless it is to be set aside' 0 'rc-transform: 1 of .* records rejected' \
	env RC_FLOW_REJECTS="$dir/bad" rc-flow run
is '... where it can be found' "$(jq -r .field bad/rc-transform.jsonl)" motif_rappel
export RC_FLOW_REJECTS=$dir/bad
t '... by the next run, too' 0 'rc-transform: 1 of .* records rejected' rc-flow run
is '... it is set aside once' "$(wc -l <bad/rc-transform.jsonl)" 1
t '... status' 65 '' rc-flow status
ok '... says where it waits, and what to do' grep -qx "rejects    1 waiting in $dir/bad: rc-flow replay sends them again, mended or not" out
t '... replayed as it is' 0 'rc-transform: 1 of 1 records rejected' rc-flow replay
is '... it is set aside again' "$(wc -l <bad/rc-transform.jsonl)" 1
jq -c '.record.motif_rappel = "mended"' bad/rc-transform.jsonl >mended && mv mended bad/rc-transform.jsonl
# what the two other programs have set aside
jq -c '{tool: "rc-produce", reason: "", record: .}' <(head -n 1 data.jsonl | rc-transform | jq -c '.motif_du_rappel = "produced"') >bad/rc-produce.jsonl
jq -c '{tool: "rc-load", reason: "", record: .}' <(sed -n 2p data.jsonl | rc-transform | jq -c '.motif_du_rappel = "loaded"') >bad/rc-load.jsonl
PGPORT=1 t '... while PostgreSQL is away' 69 'replay: rc-load: see the message above: what it was to send is still in ' rc-flow replay
is '... nothing is lost' "$(wc -l <bad/rc-load.jsonl)" 1
t '... mended' 0 '' rc-flow replay
is '... all is in the table, with what the others had set aside' \
	"$(sql "SELECT count(*) FROM rappel_conso_table WHERE motif_du_rappel IN ('mended', 'produced', 'loaded')")" 3
is '... and nothing waits' "$(find bad -type f -size +0)" ''
is '... which is recorded' "$(sql "SELECT task, status FROM rc_runs WHERE sequence = (SELECT max(sequence) FROM rc_runs) ORDER BY started")" 'replay|0
replay-load|0
load|0'
t '... status' 0 '' rc-flow status
unset RC_FLOW_REJECTS
t 'replay without a folder' 78 'RC_FLOW_REJECTS is not set' rc-flow replay
cp data.jsonl served.jsonl
t 'in the end' 0 '' rc-flow run --full

cp data.jsonl served.jsonl
{ rc-stack env | sed -n '/PATH=/!s/^export //p'; echo "RC_API=$RC_API"; echo "RC_STATE=file:$dir/other.json"; } >flow.env
sql 'DROP TABLE rappel_conso_table, rc_positions'
t 'settings from a file' 0 '' env -i HOME="$dir" PATH="$PATH" RC_STACK_DIR="$RC_STACK_DIR" rc-flow -c flow.env run
is '... are those that count' "$(rows) $(jq -r .last_processed other.json)" "300 $(rc-state get | jq -r .last_processed)"

# --- settings: see rc-settings.t

echo 'RC_FLOW_RETRY_DELAY=abc' >wrong.env
t 'a setting that is wrong' 78 '^rc-flow: RC_FLOW_RETRY_DELAY=abc: not a time' rc-flow -c wrong.env run
t '... is shown' 78 'RC_FLOW_RETRY_DELAY=abc' rc-flow -c wrong.env config
ok '... with the others' grep -qx RC_FLOW_RETRY_DELAY=abc out
t 'RC_FLOW_ENV that is not there' 78 '^rc-flow: gone.env: cannot be read' env RC_FLOW_ENV=gone.env rc-flow run
t 'the example file' 0 '' rc-flow -c "$top/scripts/flow.env" config
names() { grep -oE '^#?(RC|PG)[A-Z_]+=' "$top/scripts/flow.env" | tr -d '#=' | grep RC_FLOW; }
ok '... has each setting of the script' cmp <(names | sort -u) \
	<(grep -ohE 'RC_FLOW_[A-Z_]+' "$top"/lib/state/settings_check.c | grep -v RC_FLOW_ENV | sort -u)
ok '... as has the page' eval 'for name in $(names); do grep -q "Ev $name" "$top/man/rc-flow.1" || echo "$name"; done | (! grep .)'

# --- the lock

t 'no place for a lock' 78 'XDG_STATE_HOME nor HOME' env -u HOME -u XDG_STATE_HOME -u RC_FLOW_LOCK rc-flow run
: >theirs
ln -s "$dir/theirs" link
t 'a lock that is a link' 78 'link: a link' env RC_FLOW_LOCK=link rc-flow run
is '... is not followed' "$(cat theirs)" ''

# --- cron

cp data.jsonl served.jsonl
{ rc-stack env | sed -n '/PATH=/!s/^export //p'; echo "RC_API=$RC_API"; } >flow.env
chmod 600 flow.env
line=$(sed -n 's/^    30 5 \* \* \*  *//p' "$top/README.md")
is 'the README has a line for cron' "$(wc -l <<<"$line")" 1
line=${line//\/usr\/bin\/rc-flow/$dir\/quick\/rc-flow}
line=${line//\/etc\/rappelconso\/flow.env/$dir\/flow.env}
t '... that runs as cron runs it, and says nothing' 0 '' \
	env -i HOME="$dir" PATH=/usr/bin:/bin SHELL=/bin/sh /bin/sh -c "$line"

# --- it heals itself

end() { kcat -Q -b "$RC_BROKERS" -t rappel_conso:0:-1 | sed 's/.*offset \([0-9]*\).*/\1/'; }
marks() { sql 'SELECT md5(string_agg(xmin::text, chr(44) ORDER BY reference_fiche)) FROM rappel_conso_table'; }
# recorded: the newest run, as rc_runs has it.
recorded() { sql "SELECT task, attempt, status FROM rc_runs WHERE run = (SELECT max(run) FROM rc_runs) ORDER BY started, attempt"; }
t 'an ordinary run' 0 '' rc-flow run
before=$(marks)
delete_topic rappel_conso
t 'a topic that is gone' 0 '^rc-flow: the topic was re-created: everything is fetched again' rc-flow -q run
is '... one line says so' "$(wc -l <err)" 1
is '... the table is right, and unchanged' "$(rows) $(marks)" "300 $before"
is '... and all of it is recorded' "$(recorded)" 'run|0|0
stream|1|0
stream|2|0
load|1|0'
t '... once' 0 '' rc-flow run
delete_topic rappel_conso
rc-flow stream 2>stream.err
t 'load alone, of a topic re-created' 65 're-created: rc-flow run' rc-flow load
is '... keeps the positions, which show it' "$(sql "SELECT count(*) FROM rc_positions")" 1
faults 403:times=1,path=exports,skip=1
t '... a run whose second fetch fails' 77 're-created: everything' rc-flow run
is '... does, too' "$(sql "SELECT count(*) FROM rc_positions")" 1
faults
rc-flow stream --full 2>stream.err # more messages than the stored position, and others
sql "DELETE FROM rappel_conso_table WHERE reference_fiche IN (SELECT reference_fiche FROM rappel_conso_table LIMIT 9)"
t 'a topic re-created with as many messages' 0 're-created' rc-flow run
is '... is loaded' "$(rows)" 300
rc-flow stream --full
delete_before rappel_conso 0 $(($(end) - 5))
sql "DELETE FROM rappel_conso_table WHERE reference_fiche IN (SELECT reference_fiche FROM rappel_conso_table LIMIT 9)"
t 'load alone, of what was deleted unread' 65 'deleted before they were loaded: rc-flow run' rc-flow load
t 'messages that retention deleted unread' 0 'deleted before they were loaded: everything' rc-flow -q run
is '... are there all the same' "$(rows) $(grep -c '^rc-flow' err)" '300 1'
is '... and all of it is recorded' "$(recorded)" 'run|0|0
stream|1|0
stream|2|0
load|1|0'
sql 'DROP TABLE rappel_conso_table, rc_positions'
rc-flow stream --full
delete_before rappel_conso 0 $(($(end) - 5))
t '... before anything was loaded' 0 'deleted before any was loaded: everything' rc-flow run
is '... too' "$(rows)" 300
sql 'DROP TABLE rappel_conso_table'
t 'load alone, of a table that is lost' 65 'the table was lost, or emptied: rc-flow run' rc-flow load
t 'a table that is lost' 0 '^rc-flow: the table was lost, or emptied: everything is fetched again' rc-flow -q run
is '... is there again, and one line says so' "$(rows) $(wc -l <err)" '300 1'
sql 'TRUNCATE rappel_conso_table'
t 'a table that was emptied' 65 '' rc-flow status
ok '... is seen' grep -q '^table .*: 0 rows, though [0-9]* records were loaded: rc-flow run loads it again$' out
t '... and filled again' 0 '^rc-flow: the table was lost, or emptied: everything' rc-flow -q run
is '... all of it' "$(rows)" 300
t '... once' 0 '' rc-flow run
few_messages() { # in a topic that has not lost any
	delete_topic rappel_conso
	head -n 2 data.jsonl | rc-transform | rc-produce --create-topic >/dev/null
}
few_messages
t 'another table' 0 '^rc-flow: the table is another one, or was lost: everything' env RC_FLOW_TABLE=another rc-flow -q run
is '... has all' "$(sql 'SELECT count(*) FROM another')" 300
sql 'DROP TABLE another; DELETE FROM rc_positions'
few_messages
t '... by load alone' 65 'the table is another one, or was lost: rc-flow run' env RC_FLOW_TABLE=another rc-flow load
t '... again' 0 'the table is another one' env RC_FLOW_TABLE=another rc-flow run
is '... whose positions are gone' "$(sql 'SELECT count(*) FROM another')" 300
t 'an ordinary run' 0 '' rc-flow run
t 'run --full' 0 '' rc-flow run --full
is '... has all' "$(rows)" 300

# --- what may be missing is fetched again

position() { rc-state get; }
before=$(position)
echo 2020-01-01 | rc-state set
faults omit:after=150,path=exports,times=0
t 'records that the portal leaves out' 75 '^rc-flow: something older than what came may be missing: the position is put back to .*2020-01-01' quick/rc-flow run
is '... the position is the one from before' "$(position)" '{"last_processed":"2020-01-01"}'
rc-state forget
t '... in a first run' 75 'put back to \{\}$' quick/rc-flow run
is '... there is none' "$(position)" '{}'
t '... with --full' 75 'put back to .*2020-01-02' eval 'rc-state set <<<2020-01-02; quick/rc-flow run --full'
is '... as it was' "$(position)" '{"last_processed":"2020-01-02"}'
faults cut:after=150,path=exports,times=0
t 'an export that breaks off' 75 'broke off' quick/rc-flow run
ok '... keeps what came in order' eval '[[ $(position) > "{\"last_processed\":\"2020-01-02\"}" ]]'
faults
t 'in the end' 0 '' rc-flow run
is '... it is where it was' "$(position)" "$before"

# --- other settings of the programs

t 'another topic and table, as one transaction' 0 '' env RC_FLOW_TOPIC=other RC_FLOW_TABLE=other \
	RC_FLOW_TRANSACTIONAL_ID=flow RC_STATE="file:$dir/third.json" rc-flow run
is '... are taken' "$(sql 'SELECT count(*) FROM other') $(sql "SELECT consumer, topic FROM rc_positions WHERE topic = 'other'")" \
	'300 other|other'
sql "UPDATE other SET motif_du_rappel = 'by hand'"
t '--on-conflict' 0 '' env RC_FLOW_TOPIC=other RC_FLOW_TABLE=other RC_FLOW_ON_CONFLICT=skip \
	RC_STATE="file:$dir/third.json" rc-flow run --full
is '... is taken' "$(sql "SELECT count(*) FROM other WHERE motif_du_rappel = 'by hand'")" 300
echo 'client.id=by-file' >kafka.properties
t 'RC_KAFKA_CONFIG' 0 '' env RC_KAFKA_CONFIG=kafka.properties rc-flow run
echo 'no.such.property=1' >kafka.properties
t '... is for each program' 78 'no.such.property' env RC_KAFKA_CONFIG=kafka.properties rc-flow run
is '... of both tasks' "$(env RC_KAFKA_CONFIG=kafka.properties rc-flow load 2>&1 | grep -c 'rc-consume.*no.such')" 1

faults hang:times=0,seconds=60
background flow 'rc-flow run'
hangs() { [ "$(requests '.[-1].faults | length')" -gt 0 ]; }
wait_for 20 hangs
mapfile -t programs < <(pgrep -f -- "--stats $dir")
kill -TERM "$job"
wait "$job"
is 'SIGTERM ends a run that hangs' $? 143
is '... with all four programs of its task' "${#programs[@]}" 4
for program in "${programs[@]}"; do
	ok '... none of which stays' sh -c "! kill -0 $program"
done
plan
