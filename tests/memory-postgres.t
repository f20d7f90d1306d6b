#!/usr/bin/env bash
# Memory that runs out: what speaks to PostgreSQL.
# shellcheck source=tests/memory.sh
. "${0%/*}/memory.sh"
start_stack --postgres
rc-load --create </dev/null

each rc-load rows rc-load
is 'the table is right in the end' "$(sql 'SELECT count(*), count(DISTINCT reference_fiche) FROM rappel_conso_table')" '40|40'
echo 2024-04-18 >day
each 'rc-state set, PostgreSQL' day rc-state set --store postgres:
mkdir journal
jq -nc '{run: "20260101T000000.000Z-1", task: ("run", "stream"), attempt: 0, started: "2026-01-01T00:00:00Z",
	ended: "2026-01-01T00:00:01Z", status: 0}' | while read -r it; do echo "$it" >"journal/$(jq -r .task <<<"$it").json"; done
ok 'runs' rc-runs --journal journal record
each 'rc-runs list' /dev/null rc-runs list
each 'rc-runs status' /dev/null rc-runs --json status
plan
