#!/usr/bin/env bash
# A Kafka that is slow, or away for a while that is shorter than --timeout: no failure.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
start_stack --kafka
few reference_fiche date_de_publication
row() { printf '{"reference_fiche":"%s","date_de_publication":"2024-05-02"}\n' "$1"; }
row a >in
rc-produce --create-topic <in >/dev/null

# The same broker again, with a listener of which a proxy is what clients know.
through=$(free_port)
known=$(free_port)
kafka_with "PROXY://127.0.0.1:$through" "PROXY://127.0.0.1:$known" <<END
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXY:PLAINTEXT
END
echo pass >mode
"$top/tests/kafka-proxy" "$known" "$through" mode 2>proxy.err &
pids+=($!)
export RC_BROKERS=127.0.0.1:$known
ok 'Kafka behind a proxy' wait_for 60 kcat -L -b "$RC_BROKERS"

echo 'delay 0.9' >mode
t 'a broker that answers each request 0.9 s late: rc-produce' 0 '' rc-produce --timeout 20000 <in
t '... rc-consume' 0 '' rc-consume -E --timeout 20000
is '... has both' "$(wc -l <out)" 2
t '... --lag' 0 '' eval "echo '{}' | rc-consume --lag -o - --timeout 20000"
echo pass >mode

# An idle reader, at --timeout 4000, and a broker that is away for 2 s, again and again.
background reader 'rc-consume --timeout 4000'
reader=$job
wait_for 20 test -s reader.out
for _ in 1 2 3 4; do
	echo silent >mode
	sleep 2
	echo pass >mode
	sleep 0.7
done
row b >in
rc-produce <in >/dev/null
come() { grep -q '"b"' reader.out; }
ok 'an idle reader outlives pauses that are shorter than --timeout' wait_for 20 come
ok '... without a word' test ! -s reader.err
echo silent >mode
ok '... and no longer ones' ended "$reader"
wait "$reader"
is '... with a reason' "$? $(grep -c 'no broker within 4000 ms' reader.err)" '69 1'
plan
