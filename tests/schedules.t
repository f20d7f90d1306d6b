#!/usr/bin/env bash
# The examples of schedules: systemd accepts the units, and the crontab's lines are those of the
# README and of rc-flow(1).
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

lines() { grep -hE '^ *(MAILTO=|[0-9*]+ [0-9*]+ )' "$@" | sed 's/^ *//'; }
is 'the crontab has the lines of the README, which are those of the package' "$(lines "$top/scripts/crontab" | sed 's|/usr/local|/usr|')" "$(lines "$top/README.md")"
is '... and of the manual' "$(lines "$top/scripts/crontab")" "$(lines "$top/man/rc-flow.1")"

# As they are installed, but for where the program is.
mkdir units
for unit in "$top"/scripts/systemd/*; do
	sed "s|/usr/local/bin/rc-flow|$top/scripts/rc-flow|" "$unit" >"units/${unit##*/}"
done
is 'neither service stops the other' "$(grep -l Conflicts= units/*)" ''
is '... the daily one has nothing to do while the other is at work' \
	"$(grep -h -e ConditionPathExists -e RuntimeDirectory= units/*)" 'ConditionPathExists=!/run/rc-follow
RuntimeDirectory=rc-follow'
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
for service in rc-flow rc-follow; do
	# root's, for the group of the unit's own user to read
	mkdir -p etc.$service state.$service
	printf 'RC_DATASET=fuel\nRC_API=nowhere\nRC_BROKERS=127.0.0.1:1\nPGHOST=/nowhere\nPGPASSWORD=s3cret\n' >etc.$service/flow.env
	chmod 640 etc.$service/flow.env
	is "$service: a user of its own" "$(grep -c '^User=rappelconso$' units/$service.service)" 1
	mapfile -t env < <(sed -n 's/^Environment=//p' units/$service.service |
		sed "s|/etc/rappelconso|$dir/etc.$service|; s|/var/lib/rappelconso|$dir/state.$service|")
	user=()
	if [ "$(id -u)" -eq 0 ]; then
		chgrp nogroup etc.$service/flow.env
		chown nobody state.$service
		chmod 711 "$dir"
		user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	fi
	t '... is the environment of the service' 64 'RC_API: not the address' "${user[@]}" env -i PATH=/usr/bin:/bin "${env[@]}" \
		"$top/scripts/rc-flow" -q "$(sed -n 's/^ExecStart=.* //p' units/$service.service)"
	ok '... with a place for the lock' test -e state.$service/rappelconso/fuel/flow.lock
	t '... and a password, of which nothing is shown' 0 '' "${user[@]}" env -i PATH=/usr/bin:/bin "${env[@]}" "$top/scripts/rc-flow" config
	ok '... indeed' eval 'grep -qx "PGPASSWORD=\*\*\*" out && ! grep s3cret out'
done
plan
