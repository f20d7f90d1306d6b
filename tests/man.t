#!/usr/bin/env bash
# The pages: they are well formed, say what --help says, name what exists, and
# their examples work, as they are read, against services of this test's own.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/examples.sh
. "$top/tests/examples.sh"

command -v mandoc >/dev/null || {
	echo "1..0 # SKIP mandoc is not installed"
	exit 0
}
cd "$top/man" || exit 1
pages=(*.[157])
build=$(dirname "$(command -v rc-load)")
programs=("$build"/rc-*)
scripts=("$top"/scripts/rc-*)
externals=(cron.8 crontab.5 curl.1 kcat.1 less.1 flock.1 jq.1 nohup.1 prove.1 psql.1 systemd.1 systemd.exec.5 systemd.timer.5)
cd "$dir" || exit 1

# --- what pages say, from their source

# section PAGE NAME: its lines.
section() { awk -v name=".Sh $2" '/^\.Sh / { in_it = $0 == name } in_it' "$top/man/$1"; }

# The statuses that a page names, one a line.
statuses() { section "$1" 'EXIT STATUS' | sed -n 's/^\.It \([0-9 ,]*\)$/\1/p' | tr -s ' ,' '\n' | sort -n; }

# options_of_help PROGRAM, options_of_page PAGE: letter, name and argument of
# each option, one a line.
options_of_help() {
	"$1" --help | sed -nE 's/^ +(-(.), )?--([a-z-]+)( ([^ ]+))?(  .*|$)/\2 \3 \5/p' | sort
}
options_of_page() {
	sed -nE 's/^\.It (Fl (.) , )?Fl -([a-z-]+)( Ar (.*))?$/\2 \3 \5/p' "$top/man/$1" | sort
}

# names_in_help, names_in_page: only the long names, for help of another form.
names_in_help() { "$1" --help | grep -oE -e '--[a-z][a-z-]+' | sort -u; }
names_in_page() { options_of_page "$1" | awk '{ print "--" ($1 ~ /^.$/ ? $2 : $1) }' | sort -u; }

# The pages that a page names and that are neither here nor known.
unknown() {
	grep -ohE 'Xr [a-z.-]+ [1-8]' "$top/man/$1" | awk '{ print $2 "." $3 }' | sort -u |
		grep -vxF "$(printf '%s\n' "${pages[@]}" "${externals[@]}")"
}

fits() { [ "$(wc -l <"$1")" -le 30 ] && [ "$(wc -L <"$1")" -le 80 ]; }
silent() { ! "$@" 2>&1 | grep .; }
narrow() { [ "$(mandoc -Tutf8 "$1" | sed 's/.\x08//g' | wc -L)" -le 80 ]; }

for program in "${programs[@]}"; do
	name=${program##*/}
	t "$name --help" 0 '' "$program" --help
	ok '... fits a screen' fits out
	is '... and has the options of the page' "$(options_of_help "$program")" "$(options_of_page "$name.1")"
done
for program in "${scripts[@]}"; do
	name=${program##*/}
	t "$name --help" 0 '' "$program" --help
	is '... has the options of the page' "$(names_in_help "$program")" "$(names_in_page "$name.1")"
done

known=$(sed -n 's/^[[:space:]]*RC_[A-Z]* = \([0-9]*\).*/\1/p' "$top/lib/base/status.h" | sort -n)
known_and_signals=$(printf '%s\n' "$known" 130 143 | sort -n)	# 128 + SIGINT, + SIGTERM
is 'rappelconso(7) has all statuses' "$(statuses rappelconso.7)" "$known_and_signals"

for page in "${pages[@]}"; do
	ok "$page: mandoc finds nothing" silent mandoc -Tlint -Wwarning "$top/man/$page"
	ok '... and it fits 80 columns' narrow "$top/man/$page"
	is '... and names pages that there are' "$(unknown "$page")" ''
	[ "${page##*.}" = 1 ] || continue
	for it in ENVIRONMENT FILES 'EXIT STATUS' EXAMPLES; do
		ok "... and has $it" test -n "$(section "$page" "$it")"
	done
	others=$(statuses "$page" | grep -vxF "$known_and_signals" | tr '\n' ' ')
	[ "$page" != rc-stack.1 ] || others=${others/#3 /}	# not running: as an init script says it
	is '... and statuses that programs have' "$others" ''
done

# --- their examples, as they are read, against services of this test's own

if [ -x "$build/rc-fetch" ]; then
	sample-records --count 50 >records
	printf '{"stationcode":"%s","name":"Place %s","numbikesavailable":%s,"capacity":30,"duedate":"2026-11-2%sT10:15:09+00:00","coordonnees_geo":{"lon":2.%s,"lat":48.8}}\n' \
		1 A 3 1 1 2 B 0 2 2 3 C 12 3 3 >stations
	start_api --data records --dataset rappelconso-v2-gtin-espaces --data stations --dataset velib-disponibilite-en-temps-reel
	start_stack
	ok 'what an earlier run has left' eval \
		'rc-transform <records | tee rows | rc-produce --create-topic && rc-load --create <rows'
	for page in "${pages[@]/#rc-stack.1/}" rc-stack.1; do	# that one ends the services
		[ -n "$page" ] || continue
		(run_page "$page")
		n=$(<"$dir/n")
		[ "$page" != rc-dataset.5 ] || { (run_page "$page" TUTORIAL) && n=$(<"$dir/n"); }
	done
else
	skip 'examples' 'no rc-fetch'
fi
plan
