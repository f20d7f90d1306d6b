#!/usr/bin/env bash
# Memory that runs out: what needs no service but the portal.
# shellcheck source=tests/memory.sh
. "${0%/*}/memory.sh"
start_api --data records --dataset rappelconso-v2-gtin-espaces
export RC_STATE=file:$dir/state/position

each rc-transform records rc-transform
each 'rc-transform --rejects' records rc-transform --rejects rejects
each rc-fetch /dev/null rc-fetch
each 'rc-fetch --paged' /dev/null rc-fetch --paged
each 'rc-load --ddl' /dev/null rc-load --ddl
echo 2024-04-18 >day
each 'rc-state set' day rc-state set
each 'rc-state get' /dev/null rc-state get
plan
