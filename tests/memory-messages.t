#!/usr/bin/env bash
# Memory that runs out: messages on their way into PostgreSQL.
# shellcheck source=tests/memory.sh
. "${0%/*}/memory.sh"
start_stack --postgres
awk '{ printf "{\"topic\":\"rappel_conso\",\"partition\":0,\"offset\":%d,\"timestamp\":1,\"headers\":[],\"value\":%s}\n", NR - 1, $0 }' \
	rows >envelopes
rc-load -e --create <envelopes >/dev/null

each 'rc-load -e' envelopes rc-load -e --consumer other
each 'rc-load --positions' /dev/null rc-load --positions --consumer other
rc-load -e <envelopes >/dev/null 2>&1
is 'the table is right in the end' "$(sql 'SELECT count(*), count(DISTINCT reference_fiche) FROM rappel_conso_table')" '40|40'
plan
