#!/usr/bin/env bash
# rc-flow verify: whether the table is what the portal has, and with --repair, so that it is: of rows that were edited, deleted and
# added by hand; and nothing that only looks withdrawn is ever deleted.
# shellcheck disable=SC2016 # the dollars are jq's
test_limit=240 # many runs, one after the other
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
"$top/scripts/sample-records" --count 300 >all
"$top/scripts/sample-records" --count 300 --dataset rappelconso0 | head -n 2 | jq -c '.reference_fiche = "old-" + .reference_fiche' >first
serve() { cat >served.new && mv served.new served; }
serve <all
start_stack
start_api --data served --dataset rappelconso-v2-gtin-espaces --data first --dataset rappelconso0
export RC_FLOW_RETRY_DELAY=0
table=rappel_conso_table
# is_portal: the table has each row that the portal has, and no other; state: of all rows, when they were written.
is_portal() { diff <(rc-transform <served | jq -c '[.[]]' | LC_ALL=C sort) <(sql "SELECT to_json(t) FROM $table t" | jq -c '[.[]]' | LC_ALL=C sort) >differ; }
state() { sql "SELECT md5(string_agg(t::text || xmin, ',' ORDER BY reference_fiche)) FROM $table t"; }
line() { sed -n "${1}p" all | jq -r .numero_fiche; }
spoil() { sql "UPDATE $table SET motif_du_rappel = 'by hand' WHERE reference_fiche = '$(line 20)'; DELETE FROM $table WHERE reference_fiche = '$(line 30)';
	INSERT INTO $table (reference_fiche) VALUES ('added')"; }

t 'a first run' 0 '' rc-flow run
t 'verify' 0 '^rc-flow: verify: 300 equal, 0 changed, 0 missing, 0 withdrawn$' rc-flow verify
spoil
before=$(state)
t '... after a row was edited, one deleted, one added' 1 '^rc-flow: verify: 298 equal, 1 changed, 1 missing, 1 withdrawn$' rc-flow verify
is '... which stay so' "$(state)" "$before"
is '... the run is recorded, with that' "$(sql "SELECT task, status, error FROM rc_runs WHERE attempt = 0 ORDER BY sequence DESC LIMIT 1")" \
	'verify|1|298 equal, 1 changed, 1 missing, 1 withdrawn'
t '... said by status' 1 '' rc-flow status
t 'quietly' 1 '' rc-flow -q verify
end=$(rc-load --positions | jq .offset)
t 'repair' 0 '298 equal, 1 changed, 1 missing, 1 withdrawn' rc-flow verify --repair
ok '... makes them equal' is_portal
is '... by way of the topic: a tombstone, then rows' "$(rc-consume -eE -o "$end" --no-positions 2>/dev/null | jq -r 'if .value == null then "\(.key) gone" else .key end' | tr '\n' ' ')" \
	"added gone $(lines "$(line 20)" "$(line 30)" | LC_ALL=C sort | tr '\n' ' ')"
t '... which is so then' 0 '300 equal' rc-flow verify
before=$(state)
t '... and nothing is left to be repaired' 0 '300 equal' rc-flow verify --repair
is '... nor written' "$(state)" "$before"

# --- what only looks withdrawn

head -n 150 all | serve
t 'a portal that answers with half' 75 'more than 1%: is the input all there is.*' rc-flow verify --repair
is '... deletes nothing' "$(state)" "$before"
head -n 297 all | serve
t 'as many as may be' 0 '3 withdrawn' rc-flow verify --repair
ok '... are deleted' is_portal
head -n 290 all | serve
t 'more' 75 'nothing was sent' rc-flow verify --repair
t '... if asked for' 0 '7 withdrawn' rc-flow verify --repair --max-withdrawn 10
ok '... are deleted, too' is_portal
serve <all
t 'what comes back' 0 '10 missing' rc-flow verify --repair
ok '... is there' is_portal
jq -c --arg k "$(line 40)" 'if .numero_fiche == $k then .motif_rappel = {} else . end' all | serve
before=$(state)
t 'a live recall whose record is bad' 0 '299 equal, 0 changed, 0 missing, 0 withdrawn' rc-flow verify --repair
is '... stays' "$(state)" "$before"
jq -c --arg k "$(line 40)" 'if .numero_fiche == $k then del(.numero_fiche) else . end' all | serve
t '... whose key is lost' 0 'rows that it alone has cannot be told' rc-flow verify --repair
is '... stays, as do all' "$(state)" "$before"
serve <all
t 'rows that are to stay as they are' 78 'RC_FLOW_ON_CONFLICT=skip' eval "sql \"UPDATE $table SET motif_du_rappel = 'x' WHERE reference_fiche = '$(line 1)'\"; RC_FLOW_ON_CONFLICT=skip rc-flow verify --repair"
t '... are mended without' 0 '1 changed' rc-flow verify --repair
t 'a table that another dataset fills' 0 '' env RC_DATASET=rappelconso0 rc-flow run
before=$(state)
t '... is not what the portal has' 1 '2 withdrawn' rc-flow verify
t '... but no row of it goes' 78 "another dataset's rows" rc-flow verify --repair
is '... indeed' "$(state)" "$before"
sql "DELETE FROM $table WHERE reference_fiche IN ($(jq -r '"'\''" + .reference_fiche + "'\''"' first | paste -sd,)); DELETE FROM rc_runs WHERE dataset = 'rappelconso0'"

# --- killed at any moment

bad=0
for moment in 0.05 0.1 0.15 0.2 0.3 0.4 0.5 0.7 0.9 1.2; do
	spoil 2>/dev/null
	background killed 'rc-flow verify --repair'
	sleep "$moment"
	kill -KILL "$job" 2>/dev/null
	wait "$job" 2>/dev/null
	wait_for 20 flock -n "$XDG_STATE_HOME/rappelconso/rappelconso-v2/flow.lock" true
	rc-flow -q verify --repair 2>again || bad=$((bad + 1))
	is_portal || bad=$((bad + 1))
done
is 'killed at ten moments: the next repair makes it what it would have been' "$bad" 0

# --- a description that says so

jq '.name = "whole" | .refresh = "replace" | .topic.name = "whole" | .table = "whole"' "$top/lib/dataset/rappelconso-v2.json" >whole.json
export RC_DATASET=./whole.json
table=whole
t 'a dataset that each run replaces' 0 '300 equal' rc-flow run
sed 5d all | serve
t '... when one is withdrawn' 0 '299 equal, 0 changed, 0 missing, 1 withdrawn' rc-flow run
ok '... deletes it' is_portal
head -n 100 all | serve
t '... when too many are' 75 'is the input all there is' rc-flow run
t '... as many as a setting says' 0 '200 withdrawn' env RC_FLOW_MAX_WITHDRAWN=70% rc-flow run
ok '... deletes them' is_portal
t 'a setting that is none' 78 'RC_FLOW_MAX_WITHDRAWN=many: not a number, or per cent' env RC_FLOW_MAX_WITHDRAWN=many rc-flow run
t 'refresh' 78 '"refresh"' eval 'jq ".refresh = \"x\"" whole.json >bad.json; RC_DATASET=./bad.json rc-flow run'
t 'an option of verify' 64 'only with verify' rc-flow --repair run
t '... which is no number' 64 'per cent' rc-flow --max-withdrawn x verify
plan
