#!/usr/bin/env bash
# rc-fetch --follow, and the whole chain without an end: what is new or changes
# arrives, an outage passes, a signal or a lost neighbour ends all of it.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

"$top/scripts/sample-records" --count 400 >all
serve() { cp "$1" served.new && mv served.new served; }
lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }
gone() { ! kill -0 "$1"; }
head -n 300 all >first
serve first
start_api --data served --dataset rappelconso-v2-gtin-espaces

# follow: rc-fetch in the background, a look each second.
follow() {
	background follow 'rc-fetch --follow --interval 1 --backoff 1'
}
# terminated NAME WANT: by SIGTERM, with this status.
terminated() {
	local got
	kill -TERM "$job"
	wait "$job"
	got=$?
	is "$1" "$got" "$2"
}

t 'an end and --follow' 64 'follow has no end' rc-fetch --follow --limit 3
t '... or an until' 64 'follow has no end' rc-fetch --follow --until 2024-01-01
t 'an interval without --follow' 64 'are for --follow' rc-fetch --interval 3
t 'an interval of nothing' 64 '--interval 0' rc-fetch --follow --interval 0

follow
ok 'what is there comes at once' wait_for 20 lines follow.out 300
ok '... as without --follow' cmp follow.out first
serve all
ok 'what is new comes after an interval' wait_for 20 lines follow.out 400
ok '... once, and in order' cmp follow.out all
last=$(tail -n 1 all | jq -r .numero_fiche)
jq -c 'if .numero_fiche == $k then .numero_version += 1 else . end' --arg k "$last" all >changed
serve changed
ok 'what changes comes again' wait_for 20 lines follow.out 401
is '... in its new version' "$(tail -n 1 follow.out)" "$(tail -n 1 changed)"
newest=$(tail -n 1 all | jq -r '.date_publication[:10]')
is '... asking for the last days only' \
	"$(requests '.[-1].params.where' | grep -o '[0-9]*-[0-9]*-[0-9]*')" \
	"$(date -d "$newest - 7 days" +%F)"

faults 503:times=0
ok 'an outage is said' wait_for 20 grep -q '(5 times)' follow.err
ok '... and ends nothing' kill -0 "$job"
head -n 399 all >late
tail -n 1 changed | jq -c '.numero_version += 1' >>late
serve late
faults
ok '... and when it is over, it goes on' wait_for 20 lines follow.out 402
is '... with what came meanwhile' "$(tail -n 1 follow.out)" "$(tail -n 1 late)"
ok '... and says so' grep -q 'it answers again, after [0-9]* s' follow.err
terminated 'SIGTERM while it waits: 143' 143
is '... with nothing more written' "$(wc -l <follow.out)" 402

faults 401:times=0
t 'what another try cannot mend ends it' 77 'RC_API_KEY' rc-fetch --follow --interval 1
faults

# A date that is to come must not hide what today brings.
tail -n 1 all | jq -c '.date_publication = "2999-12-31"' >future
cat first future >odd
serve odd
follow
ok 'a date in 2999' wait_for 20 lines follow.out 301
tail -n 1 all | jq -c --arg d "$(date +%F)" '.date_publication = $d | .numero_fiche = "new" |
	.rappel_guid = "new" | .reference_fiche = "new"' >today
cat first today future >odd
serve odd
ok '... hides nothing' wait_for 20 lines follow.out 302
terminated '... and SIGTERM' 143

# Neighbours that go.
mkfifo pipe
rc-fetch --follow --interval 600 >pipe 2>err &
job=$!
pids+=("$job")
head -n 302 pipe >/dev/null
ok 'rc-fetch whose reader goes while it waits ends' wait_for 20 gone "$job"
wait "$job"
is '... with 141' $? 141
mkfifo silence
exec 9<>silence
rc-transform <silence >pipe &
job=$!
pids+=("$job")
: <pipe
ok 'rc-transform, too' wait_for 20 gone "$job"
wait "$job"
is '... with 141' $? 141
exec 9>&-

# The whole chain.
start_stack
rows() { [ "$(sql 'SELECT count(*) FROM rappel_conso_table')" -ge "$1" ]; }
serve first
{ rc-fetch --follow --interval 1 & echo $! >fetch.pid; wait $!; } 2>err.fetch |
	rc-transform | rc-produce --create-topic 2>err.produce >position &
up=$!
topic() { kcat -L -b "$RC_BROKERS" -t rappel_conso | grep -q 'partition 0'; }
ok 'the topic is made' wait_for 20 topic
{ rc-consume -e & echo $! >consume.pid; wait $!; } 2>err.consume |
	rc-load -e --create >/dev/null 2>err.load &
down=$!
ok 'the chain without an end: what is there is in the table' wait_for 20 rows 300
serve all
ok '... and what is new, soon' wait_for 20 rows 400
kill -TERM "$(cat fetch.pid)" "$(cat consume.pid)"
wait "$up"
is '... and SIGTERM to its heads ends it: rc-produce' $? 0
wait "$down"
is '... and rc-load' $? 0
is '... with the position' "$(tail -n 1 position)" \
	"{\"last_processed\":\"$(date -d "$newest - 1 day" +%F)\"}"
is '... and no complaint' "$(cat err.fetch err.produce err.consume err.load)" ''
t '... and a clean run has nothing to add' 0 'not loaded again' sh -c 'rc-consume -E -e | rc-load -e --stats stats'
is '... indeed' "$(jq .records_out stats)" 0

plan
