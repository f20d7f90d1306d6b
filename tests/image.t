#!/usr/bin/env bash
# The image, without Docker: what its Dockerfile copies is what make install needs; and daily, which it runs.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
docker=$top/scripts/docker

mkdir tree
while read -r _ files; do
	# shellcheck disable=SC2086 # several
	(cd "$top" && cp -a ${files% *} "$dir/tree/")
done < <(sed '/^FROM.*/,/^RUN make/!d; /^COPY --/d; /^COPY /!d; /^FROM/d' "$docker/Dockerfile")
is 'all that it copies reaches Docker' "$(cd tree && printf "%s\n" * | sort)" "$(sed -n 's/^!//p' "$top/.dockerignore" | sort)"
is 'the Dockerfile copies more than one thing' "$(($(find tree -maxdepth 1 | wc -l) > 5))" 1
# what is built already is not built again
t 'make install of what it copies' 0 '' make -s -C tree O="$(cd "${RC_BUILD:-$top/build}" && pwd)" install DESTDIR="$dir/copied"
t '... is what make install gives' 0 '' make -s -C "$top" O="${RC_BUILD:-build}" install DESTDIR="$dir/whole"
is '... all of it' "$(cd copied && find . | sort)" "$(cd whole && find . | sort)"

# --- daily

mkdir bin
printf '#!/bin/sh\necho "$@" >>"%s/ran"\nexit "$(cat "%s/status")"\n' "$dir" "$dir" >bin/rc-flow
chmod +x bin/rc-flow
PATH=$dir/bin:$PATH
# daily_after STATUS [AT]: what it says when the flow has ended with that status.
daily_after() {
	echo "$1" >status
	rm -f ran
	background daily "env RC_DAILY_AT=${2-} '$docker/daily'"
	wait_for 20 test -s daily.err
	kill -TERM "$job"
	wait "$job"
	ended=$?
	cat daily.err
}
hour() { date -u -d "$1" '+%F %H:%M'; }
later=$(date -u -d '+3 hours' +%H:%M)
want="daily: status 0: the next run is at $(hour '+3 hours') UTC"
is 'after a run that is well, the next is at the time of day' "$(daily_after 0 "$later")" "$want"
is '... it ran the flow, once' "$(cat ran)" run
is 'after a failure that may pass, in an hour' "$(daily_after 75 "$later" | cut -d ' ' -f 1-9)" "daily: status 75: the next run is at $(hour '+1 hour' | cut -d ' ' -f 1)"
is 'after one that wants a person, not before the next day' "$(daily_after 78 "$later")" "${want/status 0/status 78}"
is 'no time of day' "$(daily_after 0 5h30)" 'daily: RC_DAILY_AT=5h30: not a time of day such as 05:30: nothing is run until that is mended'
ok '... runs nothing' test ! -e ran
daily_after 0 25:00 >/dev/null
is '... waits, rather than to be started again, and heeds SIGTERM' "$ended" 143
printf '#!/bin/sh\ntrap "exit 143" TERM\n: >"%s/begun"\nwhile :; do sleep 0.1; done\n' "$dir" >bin/rc-flow
background daily "'$docker/daily'"
wait_for 20 test -e begun
kill -TERM "$job"
wait "$job"
is 'a signal is handed on to the flow' "$? $(pgrep -fc "$dir/bin/rc-flow")" '143 0'
plan
