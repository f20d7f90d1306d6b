#!/usr/bin/env bash
# The commands that README.md and DATA.md show do what they say: those behind a $ print what stands
# below them, the others, which start with a program's name, end with status 0.
# shellcheck disable=SC2016 # what is run later is in single quotes
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

"$top/scripts/sample-records" --count 2000 >records.jsonl
start_stack
start_api --data records.jsonl --dataset rappelconso-v2-gtin-espaces
ln -s "$top/scripts" scripts
export RC_STATE=file:$dir/state.json

# run: the command so far, and what came of it.
run() {
	local got status
	[ -n "$command" ] || return 0
	# The demo itself is for a machine of its own: this is what it brings into the table, and its own statement shows of it.
	[ "$command" != scripts/demo ] || command='rc-fetch | rc-transform | rc-produce --create-topic | rc-state set && rc-consume -eE | rc-load -e --create >loaded
		{ echo "$(psql -XqAtc "SELECT count(*) FROM rappel_conso_table") rows in rappel_conso_table, 2000 of them new; processed up to: $(rc-state get)"
		'"$(sed -n '/^psql/,/^EOF/p' "$top/scripts/demo")"'
		} | head -n 6 | sed "s/ *$//"'
	bash -c "set -o pipefail; $command" >got 2>err
	status=$?
	case $want in rc-*': '*) # a failure is shown as it is said
		is "$command" "$(grep -c . got) $(cat err)" "0 $want"
		command='' want=''
		return ;;
	esac
	# A sink that waits for its input says in between how far it is: the last lines are those shown.
	got=$(tail -n "$(wc -l <<<"$want")" got | sed 's/"timestamp":[0-9]*/"timestamp":1713398400000/')
	[ "$shown" = no ] || [ "$got" = "$want" ] || status="$status, but its output is: $got"
	is "$command" "$status$(grep -v 'no column of that name' err)" 0
	command='' want=''
}

# document NAME: run what it shows.
document() {
	command='' want='' shown=no
	while IFS= read -r line; do
		[[ ! $line =~ ^'    rc-'[a-z]+': ' ]] || { want=${line#'    '} && continue; } # what it says
		case $line in
		'    $ '*) run; command=${line#'    $ '} shown=yes ;;
		'    rc-fetch | rc-transform | rc-produce'* | '    rc-consume -e | rc-load -e '*) run ;; # the headline's picture
		'    rc-'* | '    jq '*) run; command=${line#'    '} shown=no ;;
		'    '*) [ -z "$command" ] || want=${want:+$want$'\n'}${line#'    '} ;;
		*) run ;;
		esac
	done <"$top/$1"
	run
}
document README.md
ok 'the README shows more than ten commands' [ "$n" -gt 10 ]
before=$n
document DATA.md
ok 'DATA.md, too' [ "$n" -gt $((before + 10)) ]
# figures FILE: those of its first screen that the two languages share.
figures() { sed -n '1,/^## Wh\|^Les noms/p' "$1" | grep -oE '2000 rows.*|[0-9]{4}-[0-9]{2}-[0-9]{2} \|.*|\b(170|36|65)\b|\((75|65|69|78)\)'; }
is 'the French first screen says the same' "$(figures "$top/README.fr.md" | grep -v '(' | sort -u)" "$(figures "$top/README.md" | grep -v '(' | sort -u)"
# what GUARANTEES.md and SECURITY.md say is shown by a test is shown by one that is there
missing() {
	grep -ohE '[a-z_/-]+\.(t|c)\b' "$top/GUARANTEES.md" "$top/SECURITY.md" | sed 's|^tests/||' | sort -u |
		while IFS= read -r it; do [ -e "$top/tests/$it" ] || echo "$it"; done
}
is 'each test that the promises name is there' "$(missing)" ''
plan
