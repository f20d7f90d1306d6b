#!/usr/bin/env bash
# scripts/bench: measures each stage beside its peers; here with little input, for the figures are not what is tested.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
if grep -q __asan_init "$(command -v rc-load)"; then
	echo '1..0 # SKIP a bench of the sanitizers'
	exit
fi
t 'a bench of few records'        0  'bench: 600 records: rc-consume -e | rc-load -e'                  bench --records 300,600 --rounds 1 --json figures
is '... has each stage, of each size' "$(jq -r '.results[] | select(.ratio == null and .records == 600) | .stage' figures)" \
	"$(lines rc-fetch rc-transform rc-produce rc-consume 'rc-consume -e' 'rc-load, empty table' 'rc-load, all unchanged' \
	'rc-load, all changed' 'rc-consume -e | rc-load -e')"
ok '... beside peers, with ratios' jq -e '[.results[] | select(.ratio != null)] | length > 16 and all(.ratio_least <= .ratio)' figures
ok '... and a day of the flow' jq -e '[.results[] | select(.stage == "rc-flow run") | .wall_s > 0] == [true, true]' figures
ok '... as tables' grep -q '^| \*\*rc-load, empty table\*\* | rc-load | [0-9.]* |' out
t 'what fails is said'            1  'bench: .*rc-load.*exit status 78' env RC_DATASET=nothing bench --records 300 --rounds 1
t 'a size that is none'           2  'records'             bench --records many
plan
