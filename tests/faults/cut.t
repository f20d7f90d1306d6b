#!/usr/bin/env bash
# Connections to PostgreSQL that are cut in a COPY and in a COMMIT, and disks that
# are full.
# shellcheck source=tests/lib.sh
. "${0%/*}/../lib.sh"
start_stack --postgres
few reference_fiche motif_du_rappel
table=rappel_conso_table

rows=600
commit='COMMIT\0' # the whole statement, not ON COMMIT DROP

# messages FROM TO [N]: envelopes of N partitions, each with a row of its own.
messages() {
	# shellcheck disable=SC2016
	awk -v from="$1" -v to="$2" -v n="${3-1}" 'BEGIN { for (i = from; i < to; i++) printf "{\"topic\":\"t\"," \
		"\"partition\":%d,\"offset\":%d,\"key\":\"k%d\",\"value\":{\"reference_fiche\":\"k%d\"," \
		"\"motif_du_rappel\":\"%0200d\"}}\n", i % n, int(i / n), i, i, i }'
}

# times WHAT N: the proxy has cut N connections; it tells when the server has its part.
times() {
	wait_for 20 eval "test \"\$(grep -c ^cut: proxy.log)\" -ge $2"
	is "$1" "$(grep -c ^cut: proxy.log)" "$2"
}
load() { through rc-load "$@"; }

# all WHAT: each row is there once, and the position agrees with what was printed.
all() {
	is "$1: each row once" "$(sql "SELECT count(*), count(DISTINCT reference_fiche) FROM $table")" "$rows|$rows"
	is '... and the position is theirs' "$(sql "SELECT string_agg(next_offset::text, ' ' ORDER BY partition)
		FROM rc_positions WHERE consumer = '$table'") $(tail -n 1 out | jq .offset)" "300 300 300"
}
anew() { sql "TRUNCATE $table; DELETE FROM rc_positions"; }

messages 0 $rows 2 >in
rc-load -e --create <in >/dev/null
for how in before heard late; do
	for batch in 10000 100; do
		anew
		start_proxy --once 'COPY ' --when "$commit" --how $how
		t "a connection cut in a COMMIT ($how, batches of $batch)" 0 'connected again' \
			eval "load -e --batch $batch --stats stats <in"
		times '... once' 1
		all '... loaded all the same'
		is '... and counted once' "$(jq -c '[.records_out, .skipped]' stats)" "[$rows,0]"
	done
	# Only then has the server heard of the COMMIT before its client was gone.
	case $how in
	before) ok '... which was known not to be done' eval '! grep -q "had been committed" err' ;;
	*) ok '... which was known to be done' grep -q 'had been committed' err ;;
	esac
done

for after in 0 30000 100000; do
	anew
	start_proxy --when PGCOPY --after $after
	t "a connection cut in a COPY, after $after bytes" 0 'connected again' load -e <in
	times '... once' 1
	all '... loaded all the same'
done

anew
start_proxy --once 'COPY ' --when "$commit" --how before --times 3
t 'cut again and again' 0 'connected again' load -e <in
times '... three times' 3
all '... loaded all the same'
anew
start_proxy --once 'COPY ' --when "$commit" --how before --times 100
t 'cut each time' 69 'connection was lost' load -e <in
times '... is given up after some tries' 5
is '... nothing is there, nothing printed' "$(sql "SELECT count(*) FROM $table") $(cat out)" '0 '

# Tombstones and rejects: told once, however often the batch is tried.
anew
{ messages 0 $rows 2; echo '{"topic":"t","partition":0,"offset":300,"key":"k0","value":null}'
	echo '{"topic":"t","partition":0,"offset":301,"key":"x","value":{"reference_fiche":[],"motif_du_rappel":null}}'; } >more.in
start_proxy --once 'COPY ' --when "$commit" --how heard
t 'with a tombstone and a reject' 0 '1 of 602 records rejected' load -e --rejects rejects <more.in
is '... each once' "$(sql "SELECT count(*) FROM $table") $(wc -l <rejects)" "$((rows - 1)) 1"

# Without positions: what can be done again, is.
anew
jq -c .value in >rows
start_proxy --once 'COPY ' --when "$commit" --how heard
t 'without positions: done again' 0 'connected again' load <rows
is '... with the same result' "$(sql "SELECT count(*) FROM $table")" "$rows"
anew
start_proxy --once 'COPY ' --when "$commit" --how heard
t 'what cannot be done again: not known' 69 'whether the last batch was committed is not known' \
	load --on-conflict fail <rows
anew
start_proxy --when PGCOPY
t '... but cut before: done again' 0 'connected again' load --on-conflict fail <rows
is '... once' "$(sql "SELECT count(*) FROM $table")" "$rows"

# The search for bad rows is begun again, and sets none aside twice.
sql "CREATE TABLE picky (LIKE $table INCLUDING ALL, CHECK (motif_du_rappel <> 'bad'))"
jq -c 'if .offset % 50 == 7 then .value.motif_du_rappel = "bad" else . end' in >bad.in
rm -f rejects
start_proxy --once 'RELEASE part' --when 'ROLLBACK TO part' --how heard
t 'a connection cut in the search for bad rows' 0 '12 of 600 records rejected' load -e -t picky --rejects rejects <bad.in
times '... once' 1
is '... each is set aside once' "$(wc -l <rejects) $(jq .line rejects | sort -u | wc -l) $(sql 'SELECT count(*) FROM picky')" '12 12 588'

# A position that cannot be read.
anew
start_proxy --when 'CASE WHEN next_offset' --times 100
t 'cut at each look at a position' 69 'connection was lost' load -e --timeout 10000 <in
times '... is given up after some tries' 5

# Positions that move while the loader is away: what is stored is neither what was, nor what was to be.
moves() { # WHAT SQL
	anew
	rc-load -e <in >/dev/null
	start_proxy --act stuck --when "$commit" --how before --once 'COPY '
	load -e --timeout 4000 <next.in >out 2>err &
	first=$!
	wait_for 20 grep -q stuck proxy.log
	# the lock is this session's as soon as that one ends, and before the loader's, which has to connect
	sql "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended(jsonb_build_array('$table', 't', p::text)::text, 0)) FROM generate_series(0, 1) p;
		$2; COMMIT" >/dev/null
	wait $first
	is "$1" "$? $(grep -c 'another loader has moved the position' err)" '75 1'
	is '... nothing is loaded, nothing printed' "$(sql "SELECT count(*) FROM $table") $(cat out)" "$rows "
}
messages $rows 800 2 >next.in
moves 'positions that were moved meanwhile' 'UPDATE rc_positions SET next_offset = 350'
moves '... or deleted' 'DELETE FROM rc_positions'
moves '... one of two to what was to be' 'UPDATE rc_positions SET next_offset = 400 WHERE partition = 1'

# A partition that another session has locked.
anew
rc-load -e <in >/dev/null
open_session "SELECT pg_advisory_lock(hashtextextended(jsonb_build_array('$table', 't', '1')::text, 0)), 'locked';" locked
t 'a partition that another loader is at' 75 'lock of the positions: .*another session has it locked' rc-load -e --timeout 2000 <next.in
is '... is not touched' "$(sql "SELECT count(*) FROM $table") $(cat out)" "$rows "
exec 7>&-
wait_for 20 eval "[ \"\$(sql \"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'\")\" = 0 ]"

# The session that was lost goes on, and a second loader is there as well.
anew
start_proxy --once 'COPY ' --when "$commit" --how late --times 1
load -v -e <in >out 2>err &
first=$!
wait_for 20 grep -q 'trying again' err
rc-load -e <in >second.out 2>second.err
second=$?
wait $first
status=$?
ok 'a second loader meanwhile: one of them says why it ends' test "$status-$second" != 75-75
is '... each row once' "$(sql "SELECT count(*) FROM $table") $(sql "SELECT sum(next_offset) FROM rc_positions")" \
	"$rows $rows"

# PostgreSQL gone for longer than is waited for, and for less.
anew
mkfifo held
start_proxy --when never
load -e --timeout 3000 <held >out 2>err &
first=$!
exec 7>held
messages 0 1 2 >&7
wait_for 20 test -s out
rc-stack down --postgres >>stack.log 2>&1 7>&-
messages 1 2 2 >&7
wait $first
is 'PostgreSQL gone for too long' "$? $(grep -c 'not connected again within 3000 ms' err)" '69 1'
exec 7>&-
rc-stack up --postgres >>stack.log 2>&1
anew
rc-load -e <held >out 2>err &
first=$!
exec 7>held
messages 0 300 2 >&7
wait_for 20 test -s out
rc-stack down --postgres >>stack.log 2>&1 7>&-
messages 300 400 2 >&7
rc-stack up --postgres >>stack.log 2>&1 7>&-
messages 400 $rows 2 >&7
exec 7>&-
wait $first
is 'gone and back while a loader waits' "$?" 0
all '... it goes on'
plan
