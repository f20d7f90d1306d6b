#!/usr/bin/env bash
# limit: a test that hangs fails, says where, and leaves nothing behind.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# hangs WHAT CODE: a test in bash that never ends.
hangs() {
	# shellcheck disable=SC2016 # expanded by that test
	printf '. "%s/tests/lib.sh"\necho "$dir" >"%s/folder"\n%s\nplan\n' "$top" "$dir" "$2" >hangs.t
	t "$1" 1 '^hangs.t: not ended within 1 s' timeout 50 env RC_TEST_LIMIT=1 bash ./hangs.t
	ok '... it fails by name' grep -q '^not ok 1 - hangs.t ends within 1 s$' out
	ok '... it has cleaned up' test ! -e "$(cat folder)"
}
hangs 'a program that never ends' 'sleep 12345'
ok '... it is shown, with where it waits' grep -A1 'sleep 12345' err
ok '... and ended' eval '! pgrep -f "sleep 12345"'
hangs 'a fifo that nobody opens' 'mkfifo f; cat <f'
hangs 'a program in the background' 'sleep 12346 & wait'
ok '... and ended' eval '! pgrep -f "sleep 12346"'
hangs 'a program that heeds no SIGTERM' 'bash -c "trap : TERM; while :; do sleep 0.1; done"'

cat >hangs.py <<E
import sys, time
sys.path.insert(0, "$top/tests")
sys.dont_write_bytecode = True
import limit
limit.start()
time.sleep(1000)
E
t 'a test in Python' 1 '^hangs.py: not ended within 1 s' timeout 50 env RC_TEST_LIMIT=1 python3 ./hangs.py
ok '... it fails by name' grep -q '^not ok - hangs.py ends within 1 s$' out

printf '. "%s/tests/lib.sh"\nok fine true\nplan\n' "$top" >quick.t
t 'a test that ends' 0 '' timeout 50 env RC_TEST_LIMIT=5 bash ./quick.t
is '... is left alone' "$(tr '\n' ' ' <out)" 'ok 1 - fine 1..1 '
plan
