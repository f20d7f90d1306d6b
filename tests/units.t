#!/usr/bin/env bash
# units: each program in the folders of tests/unit is a test here.
test_limit=300 # under the sanitizers they take long
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

units=${PATH%%:*}/tests/unit # lib.sh puts the build first
export RC_DATASETS=$top/lib/dataset

# Real records to be damaged, besides those that json_random has of its own.
if [ -r "$shared/data/rappelconso0-6000.jsonl.gz" ]; then
	gzip -dc "$shared/data/rappelconso0-6000.jsonl.gz" | awk 'NR % 20 == 1' >corpus
	export RC_CORPUS=$dir/corpus
fi

# unit NAME: run it; what passes in it need not be read.
unit() {
	local got
	"$units/$1" >unit~ 2>&1
	got=$?
	grep -av -e '^\[ RUN ' -e '^\[ *OK ' unit~
	return "$got"
}

for source in "$top"/tests/unit/*/*.c; do
	name=${source#"$top/tests/unit/"}
	ok "${name%.c}" unit "${name%.c}"
done

plan
