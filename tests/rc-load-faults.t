#!/usr/bin/env bash
# rc-load: what goes wrong around it: services, other sessions, signals, kills.
test_limit=300 # it loads a lot
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
rc-load --create </dev/null
few reference_fiche motif_du_rappel

# --- two at once

empty
mkfifo held
background first 'rc-load -e <held'
first=$job
exec 7>held
env_ 0 a one >&7
wait_for 20 test -s first.out
is 'what waits in a pipe is committed' "$(rows) $(stored)" 'a=one 0:1'
env_ 1 a two >in
t 'a second loader of one name'            0  ''                      load -e
env_ 1 a three >&7
exec 7>&-
wait "$first"
is '... takes its place: the first ends' "$? $(grep -c 'another loader has moved the position of consumer' first.err)" '75 1'
is '... and changes nothing more' "$(rows) $(stored)" 'a=two 0:2'
t '... of another name is fine'            0  ''                      load -e --consumer second
is 'no lock is left behind' "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")" 0

# --- services

row a one >in
t 'nobody listens'                         69 'PGHOST'                env PGHOST=127.0.0.1 PGPORT=1 rc-load
t 'no socket'                              69 'PGHOST'                env PGHOST=/nowhere rc-load
t 'no database'                            78 'PGDATABASE'            env PGDATABASE=nowhere rc-load
t 'no role'                                77 'PGUSER'                env PGUSER=nobody rc-load
password_role secretive
export PGUSER=secretive
unset PGPASSWORD
t 'no password'                            77 'PGPASS'                load
t 'a wrong password'                       77 'PGPASS'                env POSTGRES_PASSWORD=swordfish rc-load
is '... is not in the message' "$(grep -c swordfish err)" 0
t '... of libpq neither'                   77 'PGPASS'                env PGPASSWORD=swordfish rc-load -v
is '... is not in the message' "$(grep -c swordfish err)" 0
t 'POSTGRES_PASSWORD is honoured'          77 'ermission denied|not permitted' eval 'POSTGRES_PASSWORD=right load'
t 'PGPASSWORD wins'                        77 'uthentication'         eval 'PGPASSWORD=wrong POSTGRES_PASSWORD=right load'
export PGUSER=rappelconso
sql "grant select, insert, update, delete on $table to secretive"
t 'a role with rights is enough'           0  ''                      eval 'PGUSER=secretive PGPASSWORD=right load'

# --- what goes wrong in between

# A connection that is lost.
empty
mkfifo lost
background first 'rc-load -e <lost'
first=$job
exec 7>lost
env_ 0 a one >&7
wait_for 20 test -s first.out
sql "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rc-load'" >/dev/null
env_ 1 b two >&7
exec 7>&-
wait "$first"
is 'a lost connection is made again' "$? $(grep -c 'connected again' first.err)" '0 1'
is '... and nothing is lost' "$(tail -1 first.out) $(rows)" '{"topic":"t","partition":0,"offset":2,"timestamp":1} a=one b=two'

# A deadlock, which the loader loses: it tries again.
empty
lines "$(env_ 0 a 1)" "$(env_ 1 b 1)" >in
load -e >/dev/null
open_session "set deadlock_timeout = '60s'; begin; update $table set motif_du_rappel = 'psql'
	where reference_fiche = 'b' returning 'b';" b
lines "$(env_ 2 a 2)" "$(env_ 3 b 2)" >in
PGOPTIONS='-c deadlock_timeout=500ms' background first 'rc-load -v -e <in'
first=$job
waits() { [ "$(sql "select count(*) from pg_stat_activity where application_name = 'rc-load' and
	wait_event_type = 'Lock'")" = 1 ]; }
wait_for 20 waits
echo "update $table set motif_du_rappel = 'psql' where reference_fiche = 'a' returning 'a'; commit;" >&7
wait_for 20 grep -q a session.out
exec 7>&-
wait "$first"
is 'a deadlock is tried again' "$? $(rows) $(grep -c 'deadlock.*again' first.err)" '0 a=2 b=2 1'
is '... with its position' "$(tail -1 first.out)" '{"topic":"t","partition":0,"offset":4,"timestamp":1}'

# A row that another inserts meanwhile is not seen, but waited for: what is held by then has lesser keys, also where tombstones
# are in the batch, so that whoever takes rows in the order of their keys meets no deadlock.
lines "$(env_ 4 z 1)" >in
load -e >/dev/null
open_session "set deadlock_timeout = '60s'; begin; insert into $table (reference_fiche) values ('m') returning 'm';" m
lines "$(env_ 5 m 2)" '{"topic":"t","partition":0,"offset":6,"timestamp":1,"key":"z","value":null}' >in
PGOPTIONS='-c deadlock_timeout=500ms' background first 'rc-load -v -e <in'
first=$job
wait_for 20 waits
echo "update $table set motif_du_rappel = 'psql' where reference_fiche = 'z' returning 'z'; commit;" >&7
wait_for 20 grep -q z session.out
exec 7>&-
wait "$first"
is 'a row inserted meanwhile, and a tombstone' "$? $(rows) $(grep -c deadlock first.err)" '0 a=2 b=2 m=2 0'

# Signals: what was read is committed.
mkfifo signalled
background first 'rc-load -e --batch 3 <signalled'
first=$job
exec 7>signalled
lines "$(env_ 7 c 3)" "$(env_ 8 d 3)" "$(env_ 9 e 3)" "$(env_ 10 f 3)" >&7
wait_for 20 test -s first.out
kill -TERM "$first"
wait "$first"
is 'SIGTERM' "$? $(cat first.err)" '143 '
exec 7>&-
is '... what was read is loaded, and printed' "$(stored)" "0:$(tail -1 first.out | jq .offset)"
is '... no less than the first batch' "$(sql "select count(*) >= 3 from $table where motif_du_rappel = '3'")" t

lines "$(env_ 11 g 4)" >in
t 'a full standard output'                 74 '<stdout>'              eval 'load -e >/dev/full'
is '... is no reason to lose rows' "$(sql "select count(*) from $table where reference_fiche = 'g'") $(stored)" '1 0:12'
lines "$(env_ 12 h 4)" >in
quiet() { { rc-load -e <in; echo $? >status; } | true; }
t 'a closed standard output'               0  ''                      quiet
ok '... ends as a filter does, quietly' grep -qxE '141|0' status

# Several loaders of the same rows, in different orders: each takes them in that of their keys, so none waits for one that
# waits for it.
several() { # WHAT, AWK: what line i of loader j is
	empty
	for j in 1 2 3; do
		awk -v j=$j "BEGIN { for (i = 0; i < 6000; i++) { k = j == 1 ? i : j == 2 ? 5999 - i : (i * 7) % 6000
			printf \"{\\\"topic\\\":\\\"t\\\",\\\"partition\\\":%d,\\\"offset\\\":%d,\\\"key\\\":\\\"k%d\\\",\\\"value\\\":%s}\\n\", j, i, k, $2 } }" >several.$j
		background loader$j "rc-load -v -e --batch 1500 <several.$j"
	done
	statuses=
	for pid in "${pids[@]: -3}"; do wait "$pid"; statuses+="$?"; done
	is "three loaders of $1" "$statuses $(cat loader?.err | grep -c deadlock)" '000 0'
}
value='"{\"reference_fiche\":\"k" k "\",\"motif_du_rappel\":\"" j "\"}"'
several 'the same rows' "$value"
is '... load them' "$(sql "select count(*) from $table")" 6000
several '... and tombstones' "i % 3 ? $value : \"null\""
sql 'delete from rc_positions where partition > 0'

# A serialization failure, wherever it comes: it is tried again.
fails() { # TABLE statement|commit TIMES: the first transactions that write to it fail, then or at their end
	sql "set client_min_messages = warning; drop sequence if exists failing; create sequence failing;
		create or replace function fails() returns trigger language plpgsql as
			'begin if nextval(''failing'') <= $3 then raise exception ''not serializable'' using errcode = ''40001'';
			end if; return null; end';
		create or replace function waits() returns trigger language plpgsql as
			'begin set constraints fails deferred; return null; end';
		create constraint trigger fails after insert or update on $1 deferrable for each row execute function fails()"
	[ "$2" = statement ] ||
		sql "create trigger waits before insert or update on $1 execute function waits()"
}
well() { sql "set client_min_messages = warning; drop trigger if exists waits on $1; drop trigger fails on $1"; }
at=20
for where in "$table statement" "$table commit" 'rc_positions statement' 'rc_positions commit'; do
	# shellcheck disable=SC2086
	fails $where 1
	env_ $at a "again $at" >in
	t "a serialization failure: $where"    0  'a deadlock or a conflict: trying again' rc-load -v -e <in
	is '... is no failure' "$(stored) $(sql "select motif_du_rappel from $table where reference_fiche = 'a'")" \
		"0:$((at += 1)) again $((at - 1))"
	well "${where% *}"
done
fails rc_positions commit 100
env_ $at a never >in
t '... one that stays'                     75 'a deadlock or a conflict with others: run it again' rc-load -e <in
is '... is one, and nothing is loaded' "$(stored) $(sql "select count(*) from $table where motif_du_rappel = 'never'")" "0:$at 0"
well rc_positions

# Killed at any time, and run again: all is there, once.
empty
messages() {
	# shellcheck disable=SC2016
	awk 'BEGIN { for (i = 0; i < 30000; i++) printf "{\"topic\":\"t\",\"partition\":%d,\"offset\":%d,\"key\":\"k%d\",\"value\":{\"reference_fiche\":\"k%d\",\"motif_du_rappel\":\"m%d\"}}\n", i % 2, int(i / 2), i % 7000, i % 7000, i }'
}
messages >in
ahead=0
for lines in 4 8 16; do
	# the rest is held back, for a fast loader may be done before it is looked at
	mkfifo feed
	{ head -n $((6000 + 1000 * lines)) in; exec sleep 30; } >feed & pids+=($!)
	background first 'rc-load -e --batch 500 <feed'
	first=$job
	more() { [ "$(wc -l <first.out)" -ge "$lines" ] || ! kill -0 "$first" 2>/dev/null; }
	wait_for 20 more
	kill -9 "$first" 2>/dev/null
	wait "$first" 2>/dev/null
	rm feed
	mv first.out out
	for p in $(printed); do # of partition:offset that were printed, none is ahead of what is stored
		[ "$(sql "select next_offset >= ${p#*:} from rc_positions where partition = ${p%:*}")" = t ] || ahead=1
	done
	[ "$(sql "select coalesce(sum(next_offset), 0) < 30000 from rc_positions")" = t ] && cut=yes
done
nobody() { [ "$(sql "select count(*) from pg_stat_activity where application_name = 'rc-load'")" = 0 ]; }
wait_for 20 nobody # the server sees only at its next statement's end that its client is gone
is 'kill -9: the load was cut off' "${cut-no}" yes
is '... no position was ahead' "$ahead" 0
t '... and run again'                      0  'not loaded again' load -e
is '... all is there' "$(sql "select count(*), count(*) filter (where motif_du_rappel = 'm' || n) from
	(select motif_du_rappel, k, k + 7000 * ((29999 - k) / 7000) n from
	(select motif_du_rappel, substr(reference_fiche, 2)::int k from $table) x) y")" '7000|7000'
is '... to the end' "$(stored)" '0:15000 1:15000'
plan
