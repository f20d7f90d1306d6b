#!/usr/bin/env bash
# A Kafka with access lists, and one whose advertised name does not resolve: what a user lacks is
# said, and nothing is asked for that is not needed.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
start_stack --kafka
few reference_fiche date_de_publication
row() { printf '{"reference_fiche":"%s","date_de_publication":"2024-05-02"}\n' "$1"; }

# The same broker again, with listeners for the user "writer", whom nothing is allowed yet, and for
# those who are sent elsewhere.
user=$(free_port)
away=$(free_port)
module='org.apache.kafka.common.security.plain.PlainLoginModule required user_writer="pw";'
kafka_with "USER://127.0.0.1:$user,AWAY://127.0.0.1:$away" "USER://127.0.0.1:$user,AWAY://kafka.invalid:9092" <<END
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,AWAY:PLAINTEXT,USER:SASL_PLAINTEXT
listener.name.user.sasl.enabled.mechanisms=PLAIN
listener.name.user.plain.sasl.jaas.config=$module
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
END
ok 'Kafka with access lists' wait_for 60 kcat -L -b "$RC_BROKERS"
acl() { kafka_tool AclCommand --add --allow-principal User:writer "$@" >>acl.log 2>&1; }
printf '%s\n' security.protocol=SASL_PLAINTEXT sasl.mechanism=PLAIN sasl.username=writer sasl.password=pw >user
chmod 600 user
as_user() { "$1" -b "127.0.0.1:$user" -F user --timeout 8000 "${@:2}"; }

row a >in
t 'a topic that may not be seen, or is not there' 77 'may not see it, if it is there.*Describe' as_user rc-produce <in
t '... to be read' 77 'may not see it' as_user rc-consume -E
t '... to be made' 77 'right Create' as_user rc-produce --create-topic <in
rc-produce --create-topic <in >/dev/null
t 'one that is there, but may not be seen' 77 'may not see it, if it is there' as_user rc-produce <in
acl --operation Describe --topic rappel_conso
t 'Describe without Write' 77 'right Write on the topic' as_user rc-produce <in
is '... is no passing failure, nor "0 of 0"' "$(grep -c '0 of 0' err)" 0
t 'Describe without Read' 77 'Read to consume' as_user rc-consume -E
acl --operation Write --topic rappel_conso
t 'Write is enough to write' 0 '' as_user rc-produce <in
t '... with --create-topic too, where the topic is there' 0 '' as_user rc-produce --create-topic <in
acl --operation Read --topic rappel_conso
t 'Read is enough to read, without a group' 0 '' as_user rc-consume -E
is '... all of it' "$(wc -l <out)" 3
rc-consume -e -E | tail -n 1 >positions
t '... from positions' 0 '' as_user rc-consume -E -o positions
background reader "rc-consume -b 127.0.0.1:$user -F user"
all_read() { [ "$(wc -l <reader.out)" -eq 3 ]; }
ok '... without an end' wait_for 20 all_read
kill -TERM "$job"
wait "$job"
is '... without a complaint' "$? $(<reader.err)" '143 '
t 'a group that is not allowed' 77 'right Read on the group' as_user rc-consume -E -o stored -g g
t '... to be committed for' 77 'right Read on the group' as_user rc-state set --store kafka:g <positions
acl --operation Read --group g
t '... that is' 0 '' as_user rc-state set --store kafka:g <positions
t '... is read' 0 '' as_user rc-consume -E -o stored -g g
acl --operation Describe --transactional-id x
t 'a transactional id that is not allowed' 77 'Write on the transactional id' as_user rc-produce --transactional-id x <in

for program in 'rc-produce <in' 'rc-consume -E' 'rc-consume -E -o positions' 'rc-state set --store kafka:g <positions'; do
	t "an advertised name that does not resolve: $program" 69 'kafka.invalid.*[Nn]ame or service not known' \
		sh -c "exec ${program/ / -b 127.0.0.1:$away --timeout 2000 }"
done
plan
