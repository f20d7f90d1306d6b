#!/usr/bin/env bash
# The examples of schedules: systemd accepts the units, and the crontab's lines are those of the
# README and of rc-flow(1).
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

lines() { grep -hE '^ *(MAILTO=|[0-9*]+ [0-9*]+ )' "$@" | sed 's/^ *//'; }
is 'the crontab has the lines of the README' "$(lines "$top/scripts/crontab")" "$(lines "$top/README.md")"
is '... and of the manual' "$(lines "$top/scripts/crontab")" "$(lines "$top/man/rc-flow.1")"

# As they are installed, but for where the program is.
mkdir units
for unit in "$top"/scripts/systemd/*; do
	sed "s|/usr/local/bin/rc-flow|$top/scripts/rc-flow|" "$unit" >"units/${unit##*/}"
done
if command -v systemd-analyze >/dev/null; then
	for unit in units/*; do
		t "${unit##*/}" 0 '' systemd-analyze verify "./$unit"
	done
	t 'the time is one' 0 '' systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' units/rc-flow.timer)"
	ok '... once a day' grep -q 'Normalized form: \*-\*-\* 05:30:00' out
else
	skip 'the units' 'systemd-analyze is not here'
fi

# What the service sets is enough for a run: the settings file, the position, the lock.
mkdir state
printf 'RC_DATASET=none\n' >flow.env
mapfile -t env < <(sed -n 's/^Environment=//p' units/rc-flow.service |
	sed "s|/etc/rappelconso|$dir|; s|/var/lib/rappelconso|$dir/state|")
t 'the environment of the service' 78 'rc-state: none: no description' env -i PATH=/usr/bin:/bin "${env[@]}" \
	"$top/scripts/rc-flow" -q run
ok '... has a place for the lock' test -e state/rappelconso/none/flow.lock
plan
