#!/usr/bin/env bash
# The whole way, against what is known to be right: the old system's own output
# for 6,000 records of the first API, and a page of the second one by hand.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
start_stack

table=rappel_conso_table
data=$shared/data/rappelconso0-6000.jsonl.gz
golden=$shared/golden/rappelconso0-6000.transformed.jsonl.gz
page=$shared/data/rappelconso-v2-page.json
# in_table: its rows as JSON, by key.
in_table() { sql "select row_to_json(t) from $table t order by reference_fiche collate \"C\"" | jq -cS .; }
# writes: which row was last written by which transaction, and where.
writes() { sql "select reference_fiche, xmin, ctid from $table order by 1"; }
into_kafka() { rc-transform -d rappelconso0 | rc-produce -d rappelconso0 --create-topic; }
into_table() {
	rc-load -d rappelconso0 --positions >positions &&
		rc-consume -d rappelconso0 -e -E -o positions | rc-load -d rappelconso0 -e --create
}

if [ -r "$data" ] && [ -r "$golden" ]; then
	zcat "$data" >raw
	zcat "$golden" | jq -cS . >want
	t 'the first API: rc-transform'           0  ''                      eval 'rc-transform -d rappelconso0 <raw'
	is '... as many records' "$(wc -l <out)" "$(wc -l <want)"
	jq -cS . out >got
	ok '... every value is what the old system made' cmp got want

	# The last of each key, by key: what a table holds.
	jq -cs 'map({key: .reference_fiche, value: .}) | from_entries | [.[]] | sort_by(.reference_fiche)[]' want >rows
	t 'into Kafka'                            0  ''                      eval 'into_kafka <raw'
	is '... the position is the newest date less a day' "$(tail -1 out)" \
		"{\"last_processed\":\"$(date -d "$(jq -r .date_de_publication want | sort | tail -1) - 1 day" +%F)\"}"
	t 'into PostgreSQL'                       0  ''                      into_table
	is '... the position is the end' "$(tail -1 out | jq -c 'del(.timestamp)')" \
		"{\"topic\":\"rappel_conso\",\"partition\":0,\"offset\":$(wc -l <want)}"
	in_table >got
	ok '... the table is what the old system made, row for row' cmp got rows
	is '... its columns are those of the output' "$(sql "select string_agg(attname, ' ' order by attnum) from pg_attribute
		where attrelid = '$table'::regclass and attnum > 0")" "$(rc-transform -d rappelconso0 <raw | head -1 | jq -r 'keys_unsorted | join(" ")')"
	writes >before

	t 'what was loaded is not loaded again'   0  ''                      into_table
	is '... there is nothing to do' "$(cat out)" ''
	t 'all once more into Kafka'              0  ''                      eval 'into_kafka <raw'
	t '... and into PostgreSQL'               0  ''                      into_table
	is '... the position moves' "$(tail -1 out | jq .offset)" "$(($(wc -l <want) * 2))"
	is '... as many rows' "$(sql "select count(*) from $table")" "$(wc -l <rows)"
	writes >after
	ok '... not one is written again' cmp before after

	jq -c 'select(.reference_fiche == "2021-03-0002") | .motif_du_rappel = "Changé"' raw >changed
	t 'one that has changed'                  0  ''                      eval 'into_kafka <changed && into_table'
	jq -c 'if .reference_fiche == "2021-03-0002" then .motif_du_rappel = "Change" else . end' rows >changed.rows
	in_table >got
	ok '... is changed' cmp got changed.rows
	writes >after
	is '... alone' "$(diff before after | grep -c '^>')" 1

	sql "drop table $table; drop table rc_positions"
	t 'without Kafka'                         0  ''                      eval 'rc-transform -d rappelconso0 <raw | rc-load -d rappelconso0 --create'
	in_table >got
	ok '... the table is the same' cmp got rows
else
	skip 'the first API' 'its data are not here'
fi

if [ -r "$page" ]; then
	jq -c '.results[]' "$page" >raw
	t 'the second API: rc-transform'          0  ''                      eval 'rc-transform <raw'
	ok '... every value is right' cmp <(jq -cS . out) <(jq -cS . "$top/tests/data/v2-page.expected.jsonl")
	sql "drop table if exists $table"
	t '... into the same table'               0  ''                      eval 'rc-transform <raw | rc-load --create'
	in_table >got
	ok '... row for row' cmp got <(jq -cs 'sort_by(.reference_fiche)[]' "$top/tests/data/v2-page.expected.jsonl" | jq -cS .)
else
	skip 'the second API' 'its data are not here'
fi
plan
