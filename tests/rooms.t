#!/usr/bin/env bash
# make lint's check of the includes in lib/ finds what it is there for.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

t 'lib/ keeps to its rooms' 0 '' "$top/tests/lint-rooms"
# with FILE LINE: a copy of lib/ in which a file has one more line.
with() {
	rm -rf lib
	cp -r "$top/lib" .
	echo "$2" >>"lib/$1"
}
with json/json.c '#include "kafka/topic.h"'
t 'a forbidden include' 1 '' "$top/tests/lint-rooms" lib
is '... is named' "$(cat out)" 'lib/json/json: a file of json may not include kafka/topic'
with base/buf.h '#include "json/json.h"'
t 'base includes nothing' 1 'loop' "$top/tests/lint-rooms" lib
with base/buf.c '#include "hash.h"'
t 'an include without a room' 1 '' "$top/tests/lint-rooms" lib
with base/status.h '#include "base/buf.h"'
t 'a circle' 1 'loop' "$top/tests/lint-rooms" lib
printf 'static int\nsay_waiting(void)\n{\n}\n' >twice
with kafka/topic.c "$(<twice)"
t 'a function of a name that is taken' 1 '' "$top/tests/lint-rooms" lib
is '... is named' "$(cat out)" 'lib/kafka/: two functions are called say_waiting'

# Each file has a unit test, or its header names the test of a program that covers it.
untested() {
	local file test
	cd "$top/lib" || return
	for file in */*.c; do
		file=${file%.c}
		[ -e "$file.h" ] || continue # part of another
		test=$(sed -n '/^#ifndef/q; s|.*Tested by \(tests/[^ ]*\)\. .*|\1|p' "$file.h" 2>/dev/null)
		[ -e "$top/tests/unit/$file.c" ] || { [ -n "$test" ] && [ -e "$top/$test" ]; } || echo "$file"
	done
}
is 'each file of lib/ is tested' "$(untested)" ''
plan
