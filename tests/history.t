#!/usr/bin/env bash
# rc-flow views --history: what a recall was, on each day; what is new, changed and withdrawn; whatever loads and changes the table.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
export RC_FLOW_TABLE=$table
few reference_fiche motif_du_rappel # whole() fills the rest
unset RC_DATASET
load_() { whole | rc-load "$@"; }
# moment: the clock's, as a text; between two of them, things happen.
moment() { sql 'SELECT clock_timestamp()'; }
# at MOMENT: the table as it was: motif of each recall.
at() { sql "SELECT coalesce(string_agg(reference_fiche || '=' || coalesce(motif_du_rappel, '-'), ' ' ORDER BY reference_fiche), '') FROM r.au('$1')"; }
# versions KEY: motifs, in order, and whether each begins where the one before ends.
versions() { sql "SELECT string_agg(motif_du_rappel, ' ' ORDER BY valid_from) || ' ' || bool_and(gap IS NULL OR gap = '0')
	FROM (SELECT *, valid_from - lag(valid_to) OVER (ORDER BY valid_from) AS gap FROM r.versions WHERE reference_fiche = '$1') v"; }
news() { sql "SELECT coalesce(string_agg(reference_fiche || '=' || quoi || coalesce(' ' || (colonnes ->> 'motif_du_rappel'), ''), ', ' ORDER BY reference_fiche), '') FROM r.nouveautes('$1')"; }

{ row old first && row same all; } | load_ --create
t 'history' 0 '' rc-flow --history views r
t0=$(moment)
row it one | load_
t1=$(moment)
row it two | load_
t2=$(moment)
{ row it three && row same all && row old first; } | load_
t3=$(moment)
row it four | load_
t4=$(moment)
printf '{"topic":"t","partition":0,"offset":0,"timestamp":1,"key":"it","headers":[],"value":null}\n' | rc-load -e
t5=$(moment)
is 'a recall that was changed three times and withdrawn has four versions, one after the other' "$(versions it)" 'one two three four true'
is '... on each day the right one' "$(for moment in "$t0" "$t1" "$t2" "$t3" "$t4" "$t5"; do at "$moment"; done)" 'old=first same=all
it=one old=first same=all
it=two old=first same=all
it=three old=first same=all
it=four old=first same=all
old=first same=all'
is '... before all was kept, what was there' "$(at 2000-01-01)" 'old=first same=all'
is 'what is new' "$(news "$t0")" '' # it came, and went
is '... was changed' "$(news "$t1" | tr -d '"')" 'it=retire'
row other | load_
row old second | load_
is '... of all kinds' "$(news "$t4" | tr -d '"')" 'it=retire, old=modifie [first, second], other=nouveau'
row old first | load_
is '... and back: no news' "$(news "$t4" | tr -d '"')" 'it=retire, other=nouveau'
is '... when' "$(sql "SELECT bool_and(quand BETWEEN '$t4' AND clock_timestamp()) FROM r.nouveautes('$t4')")" t
row it again | load_
is 'a recall that comes again' "$(versions it)" 'one two three four again false'

# --- whatever changes the table

sql 'CREATE TABLE model (reference_fiche text PRIMARY KEY, motif_du_rappel text)' # every moment's state, kept by hand
RANDOM=7
bad=0
moments=() states=()
for round in {1..25}; do
	case $((RANDOM % 6)) in
	0) for ((i = 0; i < 40; i++)); do row "k$((RANDOM % 60))" "m$((RANDOM % 5))"; done | load_ --batch $((1 + RANDOM % 30)) ;;
	1) for ((i = 0; i < 5; i++)); do printf '{"topic":"u","partition":0,"offset":%d,"timestamp":1,"key":"k%d","headers":[],"value":null}\n' \
		$((round * 10 + i)) $((RANDOM % 60)); done | rc-load -e --consumer "c$round" ;;
	2) sql "UPDATE $table SET motif_du_rappel = motif_du_rappel WHERE reference_fiche < 'k3'" ;; # to the same
	3) sql "UPDATE $table SET motif_du_rappel = 'm$round' WHERE reference_fiche LIKE 'k%$((RANDOM % 10))'" ;;
	4) sql "BEGIN; DELETE FROM $table WHERE reference_fiche LIKE 'k%$((RANDOM % 10))'; INSERT INTO $table (reference_fiche, motif_du_rappel) VALUES ('k$round', 'x')
		ON CONFLICT (reference_fiche) DO UPDATE SET motif_du_rappel = 'y'; COMMIT" ;;
	5) sql "UPDATE $table SET reference_fiche = reference_fiche || '-' WHERE reference_fiche = 'k$((RANDOM % 60))'; BEGIN; UPDATE $table SET motif_du_rappel = 'z'; ROLLBACK" ;;
	esac
	[ "$round" -ne 20 ] || sql "TRUNCATE $table"
	moments+=("$(moment)")
	states+=("$(rows)")
done
for i in "${!moments[@]}"; do [ "$(at "${moments[i]}")" = "${states[i]}" ] || bad=$((bad + 1)); done
is 'at 25 moments of loads, tombstones, updates, renames and a TRUNCATE the table was what it was' "$bad" 0
is '... no version ends before it begins, or is there twice' "$(sql "SELECT count(*) FROM r.versions WHERE valid_to <= valid_from")$(
	sql "SELECT count(*) FROM r.versions a JOIN r.versions b USING (reference_fiche) WHERE a.valid_from < b.valid_from AND b.valid_from < a.valid_to")" 00
is '... nor two without a difference' "$(sql "SELECT count(*) FROM (SELECT motif_du_rappel AS m, lag(motif_du_rappel) OVER w AS before, valid_from, lag(valid_to) OVER w AS ended
	FROM r.versions WINDOW w AS (PARTITION BY reference_fiche ORDER BY valid_from)) v WHERE m = before AND valid_from = ended")" 0

# --- rights, columns, views that come and go

sql "CREATE ROLE loader LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON $table TO loader; CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA r TO reader;
	GRANT SELECT ON ALL TABLES IN SCHEMA r TO reader"
t 'who loads needs no right on what is kept' 0 '' eval 'row byloader x | whole | PGUSER=loader rc-load'
is '... who reads none but on the views' "$(PGUSER=reader sql "SELECT count(*) > 0 FROM r.nouveautes('$t4'), r.au('$t4')")" t
sql "ALTER TABLE $table ADD COLUMN lu text"
t 'a new column' 1 'new columns, of which no history is kept yet: lu: run rc-flow views r --history' sql "SELECT * FROM r.au(now())"
t '... which is what to do' 0 '' rc-flow views r --history
sql "UPDATE $table SET lu = 'oui' WHERE reference_fiche = 'byloader'"
is '... it is kept now' "$(sql "SELECT count(lu) FROM r.versions WHERE reference_fiche = 'byloader'") $(sql "SELECT count(*) FROM r.au(now()) WHERE lu = 'oui'")" '1 1'
kept=$(sql "SELECT count(*) FROM r.versions")
t 'views are dropped' 0 '' rc-flow views r --drop
row byloader y | load_
t '... made again' 0 '' rc-flow views r --history
is '... what changed meanwhile was kept' "$(($(sql "SELECT count(*) FROM r.versions") - kept))" 1
t 'the end of it' 0 '' rc-flow views r --drop --history
row byloader z | load_
is '... keeps what there was, and no more' "$(sql "SELECT count(*) FROM ${table}_historique WHERE reference_fiche = 'byloader'") $(
	sql "SELECT count(*) FROM pg_trigger WHERE tgrelid = '$table'::regclass")" '2 0'
plan
