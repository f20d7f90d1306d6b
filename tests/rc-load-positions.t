#!/usr/bin/env bash
# rc-load: positions live beside their table, and are worth nothing without it.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
few reference_fiche motif_du_rappel
lines "$(env_ 0 a one)" "$(env_ 1 b two)" >in
# positions [SCHEMA]: consumer:next of each in that schema's table.
positions() { sql "select coalesce(string_agg(consumer || ':' || next_offset, ' ' order by consumer), '') from ${1-public}.rc_positions"; }
in_path() { PGOPTIONS="-c search_path=$1" "${@:2}"; }

# --- two schemas

sql 'create schema a; create schema b'
t 'a table in a schema'                    0  ''                      load -e --create -t a.rappels --consumer c
t '... and one of the same name in another' 0 'consumer "c" in a.rc_positions are taken for those of a."rappels"' \
	in_path a,b rc-load -e --create -t b.rappels --consumer c <in
is '... each gets all' "$(rows a.rappels) $(rows b.rappels)" 'a=one b=two a=one b=two'
is '... and has its own positions' "$(positions a) $(positions b)" 'c:2 c:2'
is '... nothing is elsewhere' "$(sql "select to_regclass('public.rc_positions')")" ''
t '--positions'                            0  ''                      rc-load --positions -t b.rappels --consumer c
is '... are those of the table' "$(jq -c .offset out)" 2
t '--forget'                               0  ''                      rc-load --forget -t b.rappels --consumer c
is '... too' "$(positions a) $(positions b)" 'c:2 '
t 'a table that the search path finds'     0  'messages were not loaded again' in_path b,a eval 'sql "drop table b.rappels" && rc-load -e -t rappels --consumer c <in'
is '... has its positions beside it' "$(positions a) $(positions b)" 'c:2 '
t 'a schema that is not there'             78 'nowhere'               rc-load --positions -t nowhere.rappels
t '... nor any to be used'                 78 'no schema'             in_path nowhere rc-load -e --create -t rappels <in

# Of two loaders that make the table of positions at once, the second does not wait for what the first is at.
sql 'create schema twin'
rc-load --create -t twin.rappels </dev/null
start_proxy --when 'SELECT pg_advisory_xact_lock' --act slow --delay 2
background first "env PGHOST=127.0.0.1 PGPORT=$(<proxy.port) rc-load -e -t twin.rappels --timeout 4000 --consumer one <in"
first=$job
wait_for 20 grep -q slow proxy.log
rc-load -e -t twin.rappels --consumer two </dev/null
open_session "begin; insert into twin.rc_positions values ('held', 't', 0, 1); select 'held';" held
ok 'the second of two that make the table' ended "$first"
wait "$first"
is '... waits for nobody' "$? $(cat first.err)" '0 '
exec 7>&-

# What a look at them runs into is said, too.
sql "create schema odd; create view odd.rc_positions as select 'odd.rappels'::text consumer, ''::text topic, 0 as partition,
	1 / (random() * 0)::bigint as next_offset, 0::bigint as last_timestamp, now() as updated"
t 'positions that cannot be read'          65 'rc_positions: division by zero' rc-load --positions -t odd.rappels

# --- where an older release has put them

sql "create schema old; create table old.rc_positions (like a.rc_positions including all);
	create schema new; insert into old.rc_positions values ('rappels', 't', 0, 2, 1), ('others', 't', 0, 7, 1)"
rc-load --create -t new.rappels </dev/null
sql "insert into new.rappels values ('a', 'one'), ('b', 'two')"
older() { in_path old,new "$@" -t rappels; }
t 'positions that an older release put elsewhere' 0 '' older rc-load --positions
is '... are found' "$(jq .offset out)" 2
t '... and moved'                          0  'positions of consumer "rappels" are moved from old.rc_positions to new.rc_positions' \
	eval 'older rc-load -e <in'
is '... those of this table' "$(positions old) $(positions new)" 'others:7 rappels:2'
t '... once'                               0  'messages were not loaded again' eval 'older rc-load -e <in'
is '... said' "$(grep -c moved err)" 0
sql "delete from new.rc_positions; insert into old.rc_positions values ('rappels', 't', 0, 2, 1); create table old.rappels (like new.rappels)"
t 'positions that may be another table'\''s' 0 'positions of consumer "rappels" in old.rc_positions are taken for those of old."rappels"' \
	eval 'in_path old,new rc-load -e -t new.rappels --consumer rappels <in'
is '... stay' "$(positions old) $(positions new)" 'others:7 rappels:2 rappels:2'

# --- moved back by hand

for i in {0..4}; do env_ "$i" "k$i" one; done >five
t 'five messages'                          0  ''                      rc-load -e --create --consumer back <five
at_5=$(cat out)
sed -i 's/one/two/' five
t '--rewind'                               0  ''                      rc-load --consumer back --rewind "$(pos 2)"
is '... says where it is' "$(cat out)" "$(pos 2)"
t '... and what follows'                   0  '2 messages were not loaded again' rc-load -e --consumer back <five
is '... is loaded again' "$(rows | grep -o two | wc -l) $(stored back)" '3 0:5'
t '... to where it is'                     0  ''                      rc-load --consumer back --rewind "$at_5"
is '... changes nothing' "$(stored back)" 0:5
t '... ahead'                              65 'rc-load: --rewind: t partition 0 is at offset 5: 6 lies ahead, and what is between would be passed over' rc-load --consumer back --rewind "$(pos 6)"
t '... of no partition'                    65 'consumer "back" has no position of t partition 7' rc-load --consumer back --rewind "$(pos 1)"$'\n'"$(pos 1 7)"
t '... of no consumer'                     65 'consumer "nobody" has no position' rc-load --consumer nobody --rewind "$(pos 1)"
t '... that is none'                       65 '^rc-load: --rewind x: no position' rc-load --consumer back --rewind x
t '... with another'                       64 'one of them'           rc-load --forget --rewind "$(pos 1)"
is '... nothing was moved' "$(stored back)" 0:5
mkfifo held
background loader 'rc-load -e --consumer back <held'
exec 7>held
env_ 5 k5 two >&7
wait_for 20 test -s loader.out
t '... under a loader'                     0  ''                      rc-load --consumer back --rewind "$(pos 3)"
env_ 6 k6 two >&7
exec 7>&-
wait "$job"
is '... which ends' "$? $(grep -c 'another loader has moved the position' loader.err) $(stored back)" '75 1 0:3'
sql "drop table $table; delete from rc_positions where consumer = 'back'"

# --- a table that is lost

load -e --create >/dev/null
sql "drop table $table"
t 'a table that is gone, though its positions are there' 65 'does not exist, though consumer .* has loaded into it: .*--forget' load -e --create
is '... is not made' "$(sql "select to_regclass('$table')")" ''
t '... nor are they shown'                 65 'does not exist, though' rc-load --positions
t '... without --create'                   78 'does not exist'        load -e
t '... for another consumer it is made'    0  ''                      load -e --create --consumer else
t '... as it is once they are deleted'     0  ''                      rc-load --forget
t '...'                                    0  ''                      load -e --create
sql "alter table $table set unlogged; truncate $table"
t 'an unlogged table, as a crash leaves it' 65 'unlogged, and empty, though consumer' load -e
t '... its positions'                      65 'unlogged, and empty, though consumer' rc-load --positions
sql "alter table $table set logged"
t 'a table that was emptied'               0  'warning: .*is empty, though consumer .* has loaded into it: .*--forget' load -q -e
sql "create table rc_runs (task text, records_out bigint, dataset text); insert into rc_runs values
	('load', 2, 'another'), ('stream', 2, 'rappelconso-v2'), ('load', 0, 'rappelconso-v2')"
t '... as far as is known'                 0  'warning: .*is empty'   load -q -e
sql "insert into rc_runs values ('load', 2, 'rappelconso-v2')"
t '... which runs that loaded something show' 65 'is empty, though consumer .* has loaded into it: .*--forget' load -e
sql "drop table rc_runs; delete from rc_positions"
pos 0 >none
t '... of a topic that is empty'           0  ''                      rc-load -e <none
t '... is none that was emptied'           0  ''                      rc-load -e <none
sql "create role half login; alter table $table enable row level security; grant all on $table, rc_positions to half"
load -e >/dev/null
t '... nor is one whose rows are hidden'   0  'not loaded again'      env PGUSER=half rc-load -e <in
is '... said' "$(grep -c empty err)" 0
sql "alter table $table disable row level security; truncate $table; delete from rc_positions"
t '... and one that was not filled yet'    0  ''                      load -e
t '... or not by messages'                 0  ''                      eval 'jq -c .value in | rc-load'

# --- the rights that SECURITY.md lists, and no others

sql "drop table $table, rc_positions; create role clerk login; revoke temporary on database $PGDATABASE from public"
for ddl in 'rc-load --ddl -e' 'rc-state --ddl' 'rc-runs --ddl'; do
	t "$ddl"                               0  ''                      eval "env PGHOST=/nowhere $ddl >ddl"
	ok '... is what psql takes' psql -Xq -v ON_ERROR_STOP=1 -f out -f ddl
done
is '... each says its version' "$(sql "select string_agg(obj_description(c.oid), ', ' order by relname) from pg_class c where relname in ('rc_positions', 'rc_state', 'rc_runs')
	and relnamespace = current_schema()::regnamespace")" 'rappelconso: version 3 of this table, rappelconso: version 2 of this table, rappelconso: version 1 of this table'
t '... of a table in a schema'             0  ''                      rc-load --ddl -e -t a.rappels
is '... names that' "$(grep -c '^CREATE TABLE IF NOT EXISTS "a".rc_positions ' out)" 1
# shellcheck disable=SC2016 # Markdown's
rights=$(sed -n '/^```sql$/,/^```$/p' "$top/SECURITY.md" | grep -v '```')
as_clerk() { PGUSER=clerk "$@"; }
lines "$(env_ 0 a one)" "$(gone 1 a)" "$(env_ 2 b two)" >in
t 'a role without rights'                  77 'ermission denied'      as_clerk rc-load -e <in
psql -Xq -v ON_ERROR_STOP=1 -v role=clerk -v table=$table -v database="$PGDATABASE" <<<"$rights" 2>rights.err
is 'the rights of SECURITY.md can be given' "$(cat rights.err)" ''
t '... are enough: rc-load -e'             0  ''                      as_clerk rc-load -e <in
is '... loads' "$(rows) $(stored)" 'b=two 0:3'
t '... rc-load --positions'                0  ''                      as_clerk rc-load --positions
t '... rc-load --create'                   0  'not loaded again'      as_clerk rc-load -e --create <in
t '... rc-load --forget'                   0  ''                      as_clerk rc-load --forget
t '... rc-state set'                       0  ''                      eval 'echo 2024-01-01 | as_clerk rc-state set --store postgres:'
t '... rc-state get'                       0  ''                      as_clerk rc-state get --store postgres:
t '... rc-state forget'                    0  ''                      as_clerk rc-state forget --store postgres:
mkdir journal
echo '{"run":"20240101T000000.000Z-1","task":"run","attempt":0,"started":"2024-01-01T00:00:00Z","ended":"2024-01-01T00:00:01Z","status":0,"before":[],"programs":[],"error":null}' \
	>journal/20240101T000000.000Z-1-run-0-end.json
t '... rc-runs record'                     0  ''                      as_clerk rc-runs record --journal journal
is '... records' "$(ls journal) $(sql 'select count(*) from rc_runs')" ' 1'
t '... rc-runs list'                       0  ''                      as_clerk rc-runs list
t '... rc-runs status'                     0  ''                      as_clerk rc-runs status
plan
