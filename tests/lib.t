#!/usr/bin/env bash
# What a test says that fails, what it keeps, and tests that run side by side.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# told NAME LINE...: the test NAME has these lines, and is run; what it tells is in NAME.told.
told() {
	{ printf '. "%s/tests/lib.sh"\n' "$top" && lines "${@:2}" plan; } >"$1.t"
	bash "./$1.t" >"$1.told" 2>&1
}
has() { grep -qxF -- "$2" "$1.told"; }
results() { grep -E '^(not )?ok|^1\.\.' "$1.told"; }

# shellcheck disable=SC2016 # for the test that is written
told fails 'for i in {1..40}; do echo "line $i"; done >"$dir/api.log"' \
	"t 'what' 0 '' sh -c 'echo no >&2; exit 3' a-word" 'ok fine true'
is 'a test that fails' "$(results fails)" $'not ok 1 - what\nok 2 - fine\n1..2'
ok '... shows its command' has fails '# of: sh -c echo no >&2; exit 3 a-word'
ok '... its status' has fails '# status 3, not 0; or standard error is not: empty'
ok '... what it said' has fails '# no'
ok '... the end of what its services said' has fails '# line 40'
ok '... alone' eval '! has fails "# line 9"'
told passes "echo here >\"\$dir/api.log\"" 'ok fine true'
is 'one that passes shows none of it' "$(<passes.told)" $'ok 1 - fine\n1..1'

# shellcheck disable=SC2016 # for the test that is written
RC_TEST_KEEP=1 told keeps 'echo "$dir" >"'"$dir"'/kept"' 'echo here >file' 'ok fine true'
ok 'RC_TEST_KEEP=1 says what it keeps' has keeps "# kept: $(<kept)"
is '... and keeps it' "$(cat "$(<kept)/file")" here
rm -rf "$(<kept)"

told besides 'one() { sleep 1; ok a true; is b 1 2; echo x >mine; }' 'two() { ok c test ! -e mine; exit 3; }' \
	'ok first true' 'beside one' 'beside two' 'ok meanwhile true' 'together' 'ok last true'
is 'tests side by side are told in their order, one that dies has failed' "$(results besides)" 'ok 1 - first
ok 2 - meanwhile
ok 3 - a
not ok 4 - b
ok 5 - c
not ok 6 - two: to its end
ok 7 - last
1..7'
told ends "background job 'sh -c \"echo said; exec sleep 12347\"'" 'wait_for 20 test -s job.out' 'ok fine grep -qx said job.out'
is 'a job in the background' "$(results ends)" $'ok 1 - fine\n1..1'
ok '... is ended with the test' eval '! pgrep -f "sleep 12347"'
plan
