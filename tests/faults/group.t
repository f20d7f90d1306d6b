#!/usr/bin/env bash
# A group of loaders on a cluster of three brokers, of which everything fails in turn, while records come in transactions.
#   RECORDS (30000), SESSION of the members in ms (6000), SEED: of the moments
test_limit=${RC_TEST_LIMIT:-280}
# shellcheck source=tests/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
# shellcheck source=tests/group.sh
. "$top/tests/group.sh"
records=${RECORDS:-30000} session=${SESSION:-6000} batch=1000
RANDOM=${SEED:=$((RANDOM % 1000))}
echo "# SEED=$SEED: $records records, sessions of $session ms"
export replicas=3
start_stack --brokers 3
unset RC_STACK_KAFKA_PORT
begin_group
rc-load -e --by-time </dev/null # partitions are added
# what is switched on and off by a row needs no lock that would wait for who is frozen
sql "create table slowness (of float); insert into slowness values (0);
	create function slow() returns trigger language plpgsql as 'begin
		if random() < (select of from slowness) then perform pg_sleep(0.3); end if; return new; end';
	create table before (partition int, next_offset bigint, epoch bigint);
	create trigger slow before insert on $table for each row execute function slow()" >/dev/null

# feed: all records, in forty transactions, each until it is in, and as far as it may.
feed() {
	local each=$((records / 40)) from part
	for ((part = 0; part < 40; part++)); do
		from=$((part * each))
		until [ "$part" -lt "$(<may)" ]; do sleep 0.05; done
		until sent=$from new "$each" | rc-produce -q --transactional-id feed --timeout 20000 >/dev/null 2>>feed.err; do sleep 0.2; done
	done
}
count() { sql 'SELECT count(*) FROM written' 2>/dev/null || echo 0; }
more_than() { [ "$(count)" -gt "$1" ]; }
echo "${may:=4}" >may
feed_more() { echo "$((may += $1))" >may.new && mv may.new may; }
# strikes WHAT COMMAND...: do it at some moment, and say how long nothing more was loaded: of any partition, and of one of all that
# there are then.
strikes() {
	local what=$1 from any
	shift
	feed_more 4
	sleep "0.$((RANDOM % 900 + 100))"
	from=$(date +%s%N)
	"$@" >>strikes.log 2>&1
	sql "truncate before; insert into before select partition, next_offset, epoch from rc_positions" >/dev/null
	feed_more 2
	ok "$what: it goes on" wait_for 90 moved 1
	any=$(($(date +%s%N) - from))
	ok '... each partition does' wait_for 90 moved "${partitions:=6}"
	echo "# ... after $((any / 1000000)) ms, and all after $((($(date +%s%N) - from) / 1000000)) ms, $(sql 'select count(*) filter (where
		p.epoch > coalesce(b.epoch, 0)) from rc_positions p left join before b using (partition)') claimed anew; $(count) of $records"
}
# moved COUNT: the positions of so many partitions have, since it struck.
moved() { [ "$(sql 'select count(*) from rc_positions p left join before b using (partition) where p.next_offset > coalesce(b.next_offset, 0)')" -ge "$1" ]; }
coordinator() { # NAME of the broker that leads the groups' partition
	local it
	it=$(kcat -L -b "$RC_BROKERS" -t __consumer_offsets | sed -n 's/.*partition 0, leader \([123]\).*/\1/p')
	[ "${it:-1}" = 1 ] && echo kafka || echo "kafka$it"
}
kill_coordinator() {
	struck=$(coordinator)
	kill -KILL "$(cat "$RC_STACK_DIR/$struck.pid")"
}
kill_member() { kill -KILL "${consume[a]}" "${load[a]}"; }
add_member() { member d; }
freeze_member() { kill -STOP "${consume[b]}" "${load[b]}"; }
restart_postgres() { rc-stack down --postgres; rc-stack up --postgres; }

feed 2>/dev/null &
feeding=$!
pids+=("$feeding")
member a
member b
member c
ok 'three members' wait_for 40 more_than 0
strikes 'a member is killed' kill_member
strikes 'one is added' add_member
strikes 'the broker of the coordinator is killed' kill_coordinator
rc-stack up --kafka >>strikes.log 2>&1
# in the middle of a transaction, that is
sql 'update slowness set of = 0.001'
wait_for 20 eval "[ \$(sql \"select count(*) from pg_stat_activity where wait_event = 'PgSleep'\") -ge 1 ]"
strikes 'one is frozen' freeze_member
sql 'update slowness set of = 0'
strikes 'PostgreSQL is started again' restart_postgres
partitions=12
strikes 'partitions are added' kafka_admin partitions rappel_conso 12
feed_more 40
sleep $((session / 1000 + 1))
kill -CONT "${consume[b]}" "${load[b]}"
# revive: a member that has ended begins again, as rc-flow has it; more_is_loaded and is_loaded are asked again and again.
revive() {
	local it
	for it in b c d; do
		if jobs -rp | grep -qx "${consume[$it]}" || jobs -rp | grep -qx "${load[$it]}"; then continue; fi
		ends "$it"
		echo "# member $it: status $ended: begun again: $(grep -hv 'the group\|librdkafka: \|: _\|: the loader is late' "$it".*.err | paste -sd ' ')" >&3
		rm "$it.acks" "$it.messages"
		member "$it"
	done
}
exec 3>&1
is_loaded() { revive && [ "$(loaded)" = "$sent" ]; }
more_is_loaded() { revive && [ "$(loaded)" -gt "$1" ]; }
sent=$records
load_on # what is fed meanwhile, too
wait "$feeding"
all_loaded 'all is loaded'
is '... as it was sent' "$(sql "SELECT count(*) FROM $table WHERE motif_du_rappel = 'one' AND reference_fiche ~ '^k[0-9]+$'")" "$records"
t 'what is left' 0 '' eval 'rc-load --positions | rc-consume --lag -o -'
is '... is nothing, of twelve partitions' "$(jq -s 'length, (map(.lag) | add)' out | paste -sd ' ')" '12 0'
# What each part says, if anything is not so.
[ ! -e "$dir/failed~" ] || {
	date +'%T'
	cat may out
	sql 'select * from rc_positions order by partition'
	sql "select pid, state, wait_event_type, wait_event, now() - xact_start, left(query, 60) from pg_stat_activity where state <> 'idle'"
	tail -n 5 feed.err
	for it in a b c d; do
		ps -o pid=,stat=,wchan=,args= -p "${consume[$it]}" -p "${load[$it]}"
		tail -n 12 "$it.consume.err" "$it.load.err"
	done
} | sed 's/^/# /'
plan
