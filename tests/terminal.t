#!/usr/bin/env bash
# What comes from elsewhere reaches no terminal as it is: names in records, what PostgreSQL says,
# topics, what was recorded of a run.  (What a portal says is in rc-fetch-strange.t.)
# shellcheck disable=SC2016 # the dollars are perl's
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
few reference_fiche motif_du_rappel
rc-load --create </dev/null

# A name and a text that would clear a screen, set a colour by C1, and turn what follows.
json='\u001b[2J\u009b31m\u202e\u007f\u2066'
raw=$'\x1b[2J\xc2\x9b31m\xe2\x80\xae\x7f\xe2\x81\xa6'
shown='\\x1b\[2J\\u009b31m\\u202e\\x7f\\u2066'
# shows WHAT STATUS COMMAND...: it says $shown.
shows() {
	t "$1" "$2" "$shown" "${@:3}"
	clean '... and nothing as it is' err
}
row a | jq -c ". + {\"$json\": 1}" >in
shows 'a name that is no column' 0 eval 'rc-load <in'
jq -nc "{reference_fiche: \"b\", motif_du_rappel: \"$json\"}" >in
sql "create or replace function no() returns trigger language plpgsql as \$\$ begin
	raise exception 'no %', new.motif_du_rappel using detail = 'not ' || new.motif_du_rappel; end \$\$"
sql "create trigger no before insert on $table for each row when (new.reference_fiche = 'b') execute function no()"
shows 'what PostgreSQL says of a row' 65 eval 'rc-load <in'
shows '... with -v, of one set aside' 0 eval 'rc-load -v --rejects bad --stats stats <in'
sql "drop trigger no on $table"
pos 1 | jq -c ".topic = \"$json\" | . + {value: 1, key: \"k\"}" >in
shows 'a topic' 65 eval 'rc-load -e <in'
shows 'an option' 64 rc-load "--$raw"
shows 'an operand' 64 rc-load "$raw"
shows 'a file' 73 rc-load --rejects "no/$raw"
shows 'a table' 78 rc-load -t "$raw" </dev/null
shows 'a description' 78 rc-load -d "$raw"
shows 'a broker' 69 rc-consume -E -b "$raw" --timeout 2000
shows 'a host' 69 env PGHOST="/$raw" rc-load </dev/null
shows 'a date' 64 rc-fetch --since "$raw"
shows 'a portal' 64 rc-fetch --api "http://$raw/api"
ln -s "$(command -v rc-load)" "rc$raw"
t 'a name that it is called by' 64 '^rc-load: --bogus' "./rc$raw" --bogus
t '... that is none' 64 '^rc-load: --bogus' perl -e 'exec { $ARGV[0] } "", "--bogus"' "$(command -v rc-load)"

# --- what was recorded
mkdir journal
for task in run stream; do jq -nc "{run: \"20260101T000000.000Z-1\", task: \"$task\", attempt: (${#task} - 3), started: \"2026-01-01T00:00:00Z\",
	ended: \"2026-01-01T00:00:01Z\", status: 65, error: \"no $json\"}" >journal/$task.json; done
t 'a run' 0 '' rc-runs --journal journal record
t '... is listed' 0 '' rc-runs list
ok '... with its error' grep -qE "no $shown" out
clean '... and nothing as it is' out
t 'the status after it' 65 '' rc-runs --journal journal status
ok '... has its error' grep -qE "no $shown" out
clean '... and nothing as it is' out
plan
