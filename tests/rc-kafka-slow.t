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

# The same broker again, with listeners of which proxies are what clients know: one for anybody, one for who logs in.
through=$(free_port)
known=$(free_port)
login_through=$(free_port)
login_known=$(free_port)
kafka_with "PROXY://127.0.0.1:$through,LOGIN://127.0.0.1:$login_through" \
	"PROXY://127.0.0.1:$known,LOGIN://127.0.0.1:$login_known" <<'END'
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXY:PLAINTEXT,LOGIN:SASL_PLAINTEXT
listener.name.login.sasl.enabled.mechanisms=PLAIN
listener.name.login.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_loader="right";
END
echo pass >mode
echo pass >login
"$top/tests/kafka-proxy" "$known" "$through" mode 2>proxy.err &
pids+=($!)
"$top/tests/kafka-proxy" "$login_known" "$login_through" login 2>>proxy.err &
pids+=($!)
direct=$RC_BROKERS
export RC_BROKERS=127.0.0.1:$known
ok 'Kafka behind a proxy' wait_for 60 kcat -L -b "$RC_BROKERS"

echo 'delay 0.9' >mode
t 'a broker that answers each request 0.9 s late: rc-produce' 0 '' rc-produce --timeout 20000 <in
t '... rc-consume' 0 '' rc-consume -E --timeout 20000
is '... has both' "$(wc -l <out)" 2
t '... --lag' 0 '' eval "echo '{}' | rc-consume --lag -o - --timeout 20000"
echo pass >mode

# A transaction whose end (the request is EndTxn) is held up, until a signal comes, or another producer has the id.
transaction() { # NAME
	echo 'hold 26' >mode
	background "$1" "rc-produce --transactional-id $1 <in"
	job_of=$job
	wait_for 20 grep -q silent mode
}
transaction stopped
kill -TERM "$job_of"
ok 'a commit that is waited for, and SIGTERM' ended "$job_of"
wait "$job_of"
is '... what is said' "$? $(cat stopped.err)" \
	"143 rc-produce: the transaction's commit: a signal asked to stop while Kafka was being waited for"
echo pass >mode
transaction fenced
RC_BROKERS=$direct rc-produce --transactional-id fenced <in >/dev/null
echo pass >mode
ok 'a commit that comes too late' ended "$job_of"
wait "$job_of"
is '... is fenced' "$? $(grep -c 'fenced: a newer producer has the transactional id' fenced.err) $(wc -l <fenced.err)" '75 1 1'

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

# A member of a group: the start of a partition, whose limits are asked for (ListOffsets), is checked while the group is polled,
# as it must be at least once in max.poll.interval.ms.
echo pass >mode
topic two 1
claimed() { echo "{\"topic\":\"two\",\"partition\":$1,\"offset\":0,\"epoch\":1,\"claimed\":true}" >&8; }
mkfifo answers
background member 'rc-consume -v -e -t two --join two --acks answers --timeout 20000 -X topic.metadata.refresh.interval.ms=500 \
	-X session.timeout.ms=6000 -X max.poll.interval.ms=6000'
member=$job
exec 8>answers
wait_for 20 grep -q '"partition":0,.*"assigned"' member.out
claimed 0
row a | put two 0
came() { grep -q "\"$1\"" member.out; }
ok 'a member of a group' wait_for 20 came a
echo 'stall 2' >mode
RC_BROKERS=$direct kafka_admin partitions two 2
wait_for 20 grep -q '"partition":1,.*"assigned"' member.out
claimed 1
row c | RC_BROKERS=$direct put two 1
sleep 8
is '... does not read what is not checked' "$(grep -c '"c"' member.out)" 0
echo pass >mode
ok '... reads it once the broker has answered' wait_for 20 came c
is '... and has polled meanwhile' "$(grep -c 'maximum poll interval' member.err)" 0
kill -TERM "$member"
wait_for 20 grep -q revoked member.out
exec 8>&-
ok '... and ends' ended "$member"

# A connection that is cut while a client logs in is no refusal: the keys are those of SaslHandshake and SaslAuthenticate.
(umask 077 && printf '%s\n' security.protocol=SASL_PLAINTEXT sasl.mechanism=PLAIN sasl.username=loader \
	"bootstrap.servers=127.0.0.1:$login_known" >user)
unset RC_BROKERS
for password in right wrong; do (umask 077 && { cat user && echo "sasl.password=$password"; } >"$password"); done
for key in 17 36; do
	for program in 'rc-produce <in' 'rc-consume -E' 'rc-consume -E -o positions' 'rc-state set --store kafka:g <positions'; do
		echo '{"topic":"rappel_conso","partition":0,"offset":1}' >positions
		echo "cut $key" >login
		t "cut while it logs in, at a request $key: $program" 0 '' sh -c "exec ${program/ / -F right }"
		is '... at which it was' "$(<login)" pass
	done
done
t 'a wrong password is one' 77 'refuses this user' rc-produce -F wrong <in
plan
