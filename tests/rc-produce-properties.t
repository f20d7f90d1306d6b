#!/usr/bin/env bash
# A file of librdkafka's properties that is shared with other programs: what a guarantee rests on is
# none of it; what an option names counts where no option does.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
start_stack --kafka
few reference_fiche date_de_publication
seq 5 | sed 's/.*/{"reference_fiche":"&","date_de_publication":"2024-05-02"}/' >in
rc-produce --create-topic <in >/dev/null
produce() { rc-produce "$@" <in; }
consume() { rc-consume -E "$@"; }

# Each property, a value that contradicts, and one that agrees.
while read -r name bad good; do
	[ "$bad" != - ] || continue
	printf '# shared\n\n%s = %s\n' "$name" "$bad" >shared
	for program in produce consume; do
		t "$name=$bad in a file: $program" 78 "^rc-$program: shared: line 3: $name=$bad: a guarantee rests on another value: leave it out: " \
			"$program" -F shared
		is '... nothing is done' "$(cat out)" ''
	done
	t '... of the environment' 78 "shared: line 3: $name=$bad: " env RC_KAFKA_CONFIG=shared rc-consume -E
	t '... with -X' 78 "^rc-consume: -X: $name=$bad: " consume -X "$name=$bad"
	printf '%s=%s\n' "$name" "$good" >shared
	for program in produce consume; do
		[ "$good" = - ] || t "$name=$good: $program" 0 '' "$program" -F shared
	done
done <<'END'
acks 0 all
acks 1 -1
allow.auto.create.topics true false
auto.commit.enable true false
auto.offset.reset earliest error
auto.offset.reset latest error
delivery.report.only.error true false
delivery.timeout.ms 0 20000
enable.auto.commit true false
enable.auto.offset.store true f
enable.idempotence false true
enable.partition.eof 0 1
enabled_events 2 0
isolation.level read_uncommitted read_committed
message.timeout.ms 0 20000
request.required.acks 1 all
transactional.id x -
END
is 'the records are there' "$(consume | sort | uniq -c | awk '{ print $1 }' | sort -u)" "$(($(consume | wc -l) / 5))"

# What an option names.
printf 'bootstrap.servers=127.0.0.1:1\ngroup.id=of-the-file\n' >shared
t 'brokers of a file, where RC_BROKERS names others' 0 '' consume -F shared
t '... where -b does' 0 '' env RC_BROKERS=127.0.0.1:2 rc-consume -E -F shared -b "$RC_BROKERS"
t '... where -X does' 0 '' env RC_BROKERS=127.0.0.1:2 rc-consume -E -F shared -X "bootstrap.servers=$RC_BROKERS"
t '... where nothing does' 69 '^rc-consume: 127.0.0.1:1: no broker' env -u RC_BROKERS rc-consume -E -F shared --timeout 2000
printf 'metadata.broker.list=%s\n' "$RC_BROKERS" >others
t '... by their other name' 0 '' env -u RC_BROKERS rc-consume -E -F others
echo '{"topic":"rappel_conso","partition":0,"offset":3}' >position
t 'a group of a file, where another is named' 0 '' eval 'rc-state set --store kafka:named -F shared <position'
all=$(consume | wc -l)
is '... has the position' "$(consume -F shared -o stored -g named | wc -l)" $((all - 3))
t '... and the one of the file none' 0 'group of-the-file has no positions of rappel_conso' consume -F shared -o stored
t '... unless it is given' 0 '' eval 'rc-state set --store kafka:of-the-file <position'
is '... which then counts' "$(consume -F shared -o stored | wc -l)" $((all - 3))
t 'a file that is not there, for a store that is no Kafka' 0 '' env RC_KAFKA_CONFIG=nowhere rc-state get

# The table of the manual is the one of the code.
of_code() { sed -n 's/^	{ "\([a-z._]*\)", .*/\1/p' "$top/lib/kafka/properties.c" | sort; }
of_manual() { sed -n '/^\.Ss Properties that are fixed/,/^\.S/s/^\.It Cm \([a-z._]*\).*/\1/p' "$top/man/rappelconso.7" | sort; }
is 'the manual has them all' "$(of_manual)" "$(of_code)"
plan
