#!/usr/bin/env bash
# Command lines: the habits that people have of others, what each mistake is told, and what a
# person at a terminal is told.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# --- mistakes, each with its own message

t 'no such option' 64 '^rc-consume: --zzz: no such option: see rc-consume --help$' rc-consume --zzz
t '... but one that is near' 64 'did you mean --topic\?' rc-consume --tpoic=x
t '... of one letter' 64 '^rc-consume: -Z: no such option' rc-consume -Z
t 'one that is short for two' 64 '^rc-consume: --p: is short for --partitions or --property: write more of it$' rc-consume --p 0
t 'one that takes no argument' 64 '^rc-consume: --quiet: takes no argument' rc-consume --quiet=yes
t 'one that needs one' 64 '^rc-consume: --topic: needs an argument' rc-consume --topic
t '... in a group' 64 'needs an argument' rc-consume -et
t 'a word that is none of its words' 64 'rc-load: --on-conflict x: is not one of: update, skip, fail$' rc-load --on-conflict x
t 'what cannot be undone wants its whole name' 64 '^rc-load: --forg: --forget cannot be undone: write all of it$' rc-load --forg
for program in rc-state rc-runs rc-flow; do
	t "$program without a command" 64 "^$program: no command given: .*, .* or " "$program"
	t '... with one that is none' 64 "^$program: xyz: no such command: .*, .* or " "$program" xyz
	t '... with two' 64 "^$program: a b: one command at a time: " "$program" a b
done

# --- what is short, and the spellings that stay

t 'a beginning that is enough' 0 '' rc-consume --vers
is 'how many is -n' "$(grep -lE -- '-n, --count N' <(rc-consume --help) <(rc-fetch --help) <(rc-runs --help) <(rc-flow --help) | wc -l)" 4
for old in 'rc-fetch --limit=2 --follow' 'rc-fetch -n2 --follow' 'rc-fetch --count 2 --follow'; do
	# shellcheck disable=SC2086 # several words
	t "$old" 64 'not with --count or --until' $old
done
t 'rc-consume -c' 64 '^rc-consume: -c x: not a whole number' rc-consume -c x
for kcat in '-C' '-J' '-f x' '-Q' '-P'; do
	# shellcheck disable=SC2086 # two words
	t "rc-consume $kcat, as for kcat" 64 "^rc-consume: ${kcat% *}: .*(always|-e|rc-produce|--lag)" rc-consume $kcat
done

# --- times, wherever one is taken

for it in 'rc-load --timeout' 'rc-fetch --timeout' 'rc-fetch --backoff' 'rc-consume --timeout' 'rc-runs --timeout' 'rc-fetch --interval' \
	'rc-fetch --overlap' 'rc-runs --max-age' 'rc-runs --keep' 'rc-supervise --limit'; do
	# shellcheck disable=SC2086 # two words
	t "$it 3d, which is a time" 0 '' $it 3d --version
	# shellcheck disable=SC2086
	t '... and 3w, which is none' 64 "${it#* } 3w: not " $it 3w --version
done

# --- rc-flow takes options as the others do

for line in '-qc flow.env config' 'config -qc flow.env' '-q -cflow.env config' '--conf=flow.env -q -- config' '--config flow.env --qui config'; do
	echo RC_API=http://127.0.0.1:1 >flow.env
	# shellcheck disable=SC2086 # several words
	t "rc-flow $line" 0 '' rc-flow $line
	ok '...' grep -q '^RC_API=http://127.0.0.1:1$' out
done
t 'an option of another command' 64 '^rc-flow: --full: only with run or stream' rc-flow --full load
t 'an age that is none' 64 '^rc-flow: --max-age 3: not an age' rc-flow status --max-age 3
t '--version' 0 '' rc-flow -V
is '... has the libraries' "$(grep -cE '^(rc-flow|librdkafka|libpq) .*[0-9]' out)" 3
t '--help into a full disk' 74 'stdout' eval 'rc-flow --help >/dev/full'

# --- at a terminal

t 'somebody has to type the rows' 0 '' "$top/tests/at-terminal" 80 $'\4' 'rc-transform'
is '... and is told' "$(grep -c 'rc-transform: reading records from the terminal; ^D ends' out)" 1
t 'a position' 0 '' "$top/tests/at-terminal" 80 $'\4' "rc-state -q --store file:$dir/x set"
is '... with -q is not' "$(grep -c 'reading' out)" 0
plan
