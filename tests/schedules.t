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
is 'neither service stops the other' "$(grep -l Conflicts= units/*)" ''
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
	# as LoadCredential= gives it: to the unit's own user alone
	mkdir -p credentials.$service state.$service
	printf 'RC_DATASET=none\nPGPASSWORD=s3cret\n' >credentials.$service/flow.env
	chmod 400 credentials.$service/flow.env
	is "$service: a credential" "$(grep -c '^LoadCredential=flow.env:/etc/rappelconso/flow.env$' units/$service.service)" 1
	mapfile -t env < <(sed -n 's/^Environment=//p' units/$service.service |
		sed "s|%d|$dir/credentials.$service|; s|/var/lib/rappelconso|$dir/state.$service|")
	user=()
	if [ "$(id -u)" -eq 0 ]; then
		chown -R nobody credentials.$service state.$service
		chmod 711 "$dir"
		user=(setpriv --reuid=nobody --clear-groups)
	fi
	t '... is the environment of the service' 78 'none: no description' "${user[@]}" env -i PATH=/usr/bin:/bin "${env[@]}" \
		"$top/scripts/rc-flow" -q "$(sed -n 's/^ExecStart=.* //p' units/$service.service)"
	ok '... with a place for the lock' test -e state.$service/rappelconso/none/flow.lock
	t '... and a password, of which nothing is shown' 0 '' "${user[@]}" env -i PATH=/usr/bin:/bin "${env[@]}" "$top/scripts/rc-flow" config
	ok '... indeed' eval 'grep -qx "PGPASSWORD=\*\*\*" out && ! grep s3cret out'
done
plan
