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
plan
