#!/usr/bin/env bash
# The messages of TROUBLESHOOTING.md are those of the programs: each is brought about here, but
# for the one that takes a broker with passwords, which security.t has.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"

# said COMMAND...: one that fails; its messages are collected.
said() { ! "$@" >/dev/null 2>>said; }

sample-records --count 20 >data.jsonl
rc-transform <data.jsonl >rows.jsonl
start_stack
start_api --data data.jsonl --dataset rappelconso-v2-gtin-espaces
export RC_FLOW_RETRY_DELAY=0 RC_FLOW_LOCK=$dir/flow.lock

ok 'no broker' said rc-produce --timeout 2000 -b localhost:1 <rows.jsonl
ok 'no topic' said rc-produce <rows.jsonl
ok 'PostgreSQL is down' said env PGHOST=/nowhere rc-load <rows.jsonl
ok 'no table' said rc-load <rows.jsonl
rc-produce --create-topic <rows.jsonl >/dev/null
rc-consume -eE | rc-load -e --create >/dev/null
ok 'a replica' said env PGOPTIONS='-c default_transaction_read_only=on' rc-load <rows.jsonl
password_role refused
ok 'a wrong password' said env PGUSER=refused PGPASSWORD=wrong rc-load <rows.jsonl
rc-consume -eE >messages
mkfifo hold
rc-load -e --consumer two <hold >first.out 2>>said & holder=$!
exec 7>hold
head -n 2 messages >&7
wait_for 20 test -s first.out
rc-load -e --consumer two <messages >/dev/null 2>&1
sed 1,2d messages >&7
exec 7>&-
wait "$holder"
is 'another loader' $? 75
open_session "BEGIN; LOCK TABLE rappel_conso_table; SELECT 'locked';" locked
ok 'a lock' said rc-load --timeout 2000 <rows.jsonl
exec 7>&-
ok 'a table that is lost' said sh -c 'psql -Xqc "ALTER TABLE rappel_conso_table RENAME TO away"; rc-load --positions --consumer two
	status=$?; psql -Xqc "ALTER TABLE away RENAME TO rappel_conso_table"; exit $status'
start_proxy --act silent --when COMMIT
ok 'a server that stops' said through rc-load --timeout 2000 <rows.jsonl
start_proxy --refuse '08P01 unsupported startup parameter: geqo'
ok 'a pooler' said through rc-load <rows.jsonl

delete_before rappel_conso 0 10
ok 'retention' said sh -c 'echo "{\"topic\":\"rappel_conso\",\"partition\":0,\"offset\":5}" | rc-consume -eE -o -'
delete_topic rappel_conso
rc-produce --create-topic </dev/null
jq '.topic = {name: "bounds", partitions: 1, replication_factor: 1, config: {"message.timestamp.before.max.ms": "1000"}}' \
	"$top/lib/dataset/rappelconso-v2.json" >bounds.json
echo '{"topic":"bounds","timestamp":1,"key":"a","headers":[],"value":{}}' >old
ok 'a time out of bounds' said sh -c 'rc-produce -d ./bounds.json --create-topic -e <old'
ok 'a topic re-created' said sh -c 'rc-load --positions | rc-consume -eE -o -'

faults 503:times=1
ok 'the portal is slow' sh -c 'rc-fetch 2>>said'
faults 429:times=1,reset=3600
ok 'the portal limits' said rc-fetch
faults
ok 'a full disk' said sh -c 'rc-fetch >/dev/full'
sed -n 1p data.jsonl | jq -c '.motif_rappel = {}' >bad.jsonl
ok 'a bad record' said rc-transform <bad.jsonl
jq -c 'del(.motif_rappel) + {motif: .motif_rappel}' data.jsonl >renamed.jsonl
mv renamed.jsonl data.jsonl
ok 'a field renamed' said rc-fetch
ok 'no portal' said rc-fetch --retries 1 --api http://127.0.0.1:1
ok 'another run' flock "$RC_FLOW_LOCK" sh -c 'echo 1 >"$RC_FLOW_LOCK"; ! rc-flow run 2>>said'

# Each message in bold: "..." stands for what differs, as do numbers and "N".
mapfile -t messages < <(grep -oP '^\*\*`\K.+?(?=`\*\*)' "$top/TROUBLESHOOTING.md" | grep -v -e 'the broker refuses' -e 'replicas are in sync' \
	-e 'at the standby' -e 'the pooler gives' -e certificate) # which are seen in tests of their own
ok 'there are messages' test "${#messages[@]}" -ge 15
for message in "${messages[@]}"; do
	pattern=$(perl -e '$_ = quotemeta shift; s/(\\\.){3}/.*/g; s/\b(\d+|N)\b/[0-9]+/g; s/\\ /\\s+/g; print' "$message")
	ok "$message" grep -Pq -- "$pattern" said
done
[ ! -e "$dir/failed~" ] || sed 's/^/# /' said
plan
