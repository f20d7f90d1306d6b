#!/usr/bin/env bash
# A cluster of several brokers, of which some are away: what was acknowledged and lost all the same is not passed over, and
# what is missing is said.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
start_stack --kafka
few reference_fiche date_de_publication
# rows FROM TO
rows() { seq "$1" "$2" | sed 's/.*/{"reference_fiche":"&","date_de_publication":"2024-05-02"}/'; }
broker 2
two=$pid
broker 3
three=$pid
broker 4
# has TEXT...: what kcat says of the cluster.
has() { kcat -L -b "$RC_BROKERS" 2>/dev/null | grep -q "$@"; }
all_here() { has 'broker 2 at' && has 'broker 3 at' && has 'broker 4 at'; }
ok 'four brokers' wait_for 60 all_here
kafka_admin place-topic torn 2,3 unclean.leader.election.enable=true min.insync.replicas=1
kafka_admin place-topic pair 2,3 min.insync.replicas=2
wait_for 20 eval "has 'leader 2, replicas: 2,3, isrs: 2,3'"

rows 1 10 | rc-produce -t torn >/dev/null
kill -STOP "$three"
alone() { ! has 'isrs: .*3'; }
ok 'one of two replicas is out of sync' wait_for 30 alone
t 'a topic that wants both' 75 'first at line 1: pair partition 0: 1 of 2 replicas are in sync, and min.insync.replicas is 2' \
	eval 'rows 1 1 | rc-produce -t pair --timeout 2000'
t '... and is found to while more of them come' 75 'pair partition 0: 1 of 2 replicas are in sync' \
	eval '{ rows 1 9; sleep 4; rows 10 1009; } | rc-produce -t pair --timeout 2000'
t '... and where it is the broker that says so' 75 'first at line 1: pair partition 0: 1 of 2 replicas are in sync' \
	eval 'rows 1 1 | rc-produce -t pair -X message.send.max.retries=1'
rows 11 60 | rc-produce -t torn >/dev/null
background held 'rc-consume -e -t torn'
held=$job
background reader 'rc-consume -e -t torn'
reader=$job
wait_for 20 grep -q '"offset":60}' held.out
wait_for 20 grep -q '"offset":60}' reader.out
kill -STOP "$held"

# The leader dies with what it alone has, and the other, which lacks it, takes over.
kill -KILL "$two"
kill -CONT "$three"
ok 'the replica that was out of sync leads' wait_for 60 has 'leader 3, replicas: 2,3, isrs: 3'
rows 101 200 | rc-produce -t torn >/dev/null
kill -CONT "$held"
for program in held reader; do
	job=$held
	[ "$program" = held ] || job=$reader
	ok "a reader of what is lost ends: $program" ended "$job"
	wait "$job"
	is '... before it passes over what it has not read' "$? $(grep -c '"key":"1[0-9][0-9]"' "$program.out")" '65 0'
	ok '... which says why' grep -q 'torn partition 0: offset 60 ' "$program.err"
done
kill -KILL "$three"
no_leader() { has 'leader -1' && ! has 'leader 3'; }
ok 'no replica is left' wait_for 60 no_leader
t 'a topic without a leader: rc-produce' 75 'torn partition 0 has no leader' eval 'rows 1 1 | rc-produce -t torn --timeout 2000'
t '... rc-consume' 75 'Leader not available' rc-consume -E -t torn --timeout 2000
kill -STOP "$(cat "$RC_STACK_DIR/kafka.pid")" # the only controller
t 'no controller' 75 'brokers answer, but what was asked for did not come within 3000 ms: is a leader, a coordinator or a quorum' \
	eval "rc-produce -b $(sed -n 's|^listeners=PLAINTEXT://||p' broker4.properties) -t new --create-topic --timeout 3000 </dev/null"
kill -CONT "$(cat "$RC_STACK_DIR/kafka.pid")"
plan
