#!/usr/bin/env bash
# The progress line: one for a pipe, never over anything else, as wide as the terminal at most.
# shellcheck disable=SC2016 # what a terminal's shell expands is in single quotes
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

"$top/scripts/sample-records" --count 200 >records
# slowly SECONDS [TOTAL]: those records again and again for that long, told to be so many in all, as rc-fetch does.
cat >slowly <<'E2'
#!/usr/bin/env python3
import fcntl, struct, sys, time
records = open(sys.path[0] + "/records", "rb").read()
if len(sys.argv) > 2:
    fcntl.fcntl(1, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, int(sys.argv[2]), 0))
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    sys.stdout.buffer.write(records)
    sys.stdout.flush()
    time.sleep(0.1)
E2
chmod +x slowly
PATH=$dir:$PATH

# frames: what was drawn, a line each; everything else is left out.
frames() { tr '\r' '\n' <out | sed -n 's/^\(rc-.*\)\x1b\[K$/\1/p'; }
# drawn: which programs drew.
drawn() { frames | sed 's/:.*//' | sort -u | tr '\n' ' '; }
# at COLUMNS COMMAND: at a terminal that wide.
at() { "$top/tests/at-terminal" "$1" '' "$2"; }
# draws WHAT WHO COMMAND: these programs draw, at a terminal of 80 columns, and leave nothing behind.
draws() {
	t "$1" 0 '' at 80 "$3"
	is '... it is drawn by' "$(drawn)" "$2"
	[ -z "$2" ] || is '... and erased at the end' "$(tail -c 4 out | od -An -c | tr -d ' ')" '\r033[K'
	[ -n "$2" ] || is '... nothing moves the cursor' "$(grep -c $'\x1b' out)" 0
}

# --- one program, and pipes

width() { # COLUMNS EXPRESSION
	t "at $1 columns" 0 '' at "$1" 'slowly 1.5 100000 | rc-transform >rows'
	is '... it stays in one line' "$(frames | awk -v n="$1" 'length >= n' | wc -l)" 0
	ok '... and says how far it is' eval "frames | tail -n 1 | grep -qE '$2'"
}
beside width 20 '^rc-transform: [0-9]'
beside width 40 '^rc-transform: [0-9 ]+ records, [0-9]+%(, [0-9]+:[0-9]{2} left)?$'
beside width 80 '^rc-transform: [0-9 ]+ records, [0-9]+%, [0-9]+:[0-9]{2} left, [0-9 ]+/s$'
beside width 200 '^rc-transform: [0-9 ]+ records, [0-9]+%, [0-9]+:[0-9]{2} left, [0-9 ]+/s$'
beside draws 'output in a file' 'rc-transform ' 'slowly 1.5 | rc-transform >rows'
beside draws 'the last of two' 'rc-rejects ' 'slowly 1.5 | rc-transform | sed "s/.*/{\"record\":&}/" | rc-rejects >rows'
beside draws 'the last of ours' 'rc-transform ' 'slowly 1.5 | rc-transform | gzip >rows'
beside draws 'one whose output is a position' 'rc-transform ' 'slowly 1.5 | rc-transform | grep -v . | rc-state --store file:x set; [ $? = 65 ] || :'
beside draws 'another that writes to the terminal' '' 'slowly 1.5 | rc-transform | wc -l'
beside draws '... at the end of all' '' 'slowly 1.5 | rc-transform | gzip | wc -c'
beside draws 'the terminal itself' '' 'slowly 1.2 | rc-transform'
beside draws '... as /dev/tty' 'rc-transform ' 'slowly 1.2 | rc-transform >/dev/null'
supervised="PGHOST=/nowhere rc-supervise -q --lock lock --journal runs --task run -- rc-supervise --task part slowly 1.5 '|' rc-transform '|' gzip"
in_a_run() {
	t 'a run in the foreground' 0 '' at 80 "$supervised >rows"
	is '... it is drawn by' "$(drawn)" 'rc-transform '
	ok '... and erased before it is said that PostgreSQL has no record of the run' grep -q $'\r\x1b\\[Krc-supervise: ' out
}
beside in_a_run
beside draws '... in the background' '' "set -m; $supervised >rows & wait"
beside draws '... with tostop' '' "stty tostop; $supervised >rows"
told() {
	t 'how many there will be, through a pipe' 0 '' at 80 'slowly 1.5 100000 | rc-transform | sed -u "s/.*/{\"record\":&}/" | rc-rejects >rows'
	is '... is not told by another program' "$(frames | grep -c %)" 0
	t '... ' 0 '' at 80 'slowly 1.5 100000 | rc-transform | rc-transform --rejects rows >/dev/null'
	ok '... is by one of ours' eval 'frames | grep -q %'
}
beside told

# --- where nobody wants it

beside draws 'a terminal that cannot move its cursor' '' 'TERM=dumb; slowly 1.2 | rc-transform >rows'
beside draws '... of no kind' '' 'unset TERM; slowly 1.2 | rc-transform >rows'
beside draws '--no-progress' '' 'slowly 1.2 | rc-transform --no-progress >rows'
beside draws 'RC_PROGRESS=0' '' 'export RC_PROGRESS=0; slowly 1.2 | rc-transform >rows'
beside draws '-q' '' 'slowly 1.2 | rc-transform -q >rows'
beside draws 'RC_PROGRESS=1' 'rc-transform ' 'export RC_PROGRESS=1; slowly 1.2 | rc-transform >rows'
beside draws 'in the background' '' 'set -m; slowly 1.2 | rc-transform >rows & wait'
beside draws 'beside a program that has the terminal for itself' '' 'stty raw; slowly 1.2 | rc-transform >rows; stty cooked'
beside draws 'a short run' '' 'rc-transform <../records >rows'
none() {
	t 'no terminal' 0 '' eval 'slowly 1.2 | rc-transform >rows'
	t '... plain' 0 '' eval 'slowly 1.2 | RC_PROGRESS=plain rc-transform >rows'
	t 'a form that there is not' 78 'RC_PROGRESS=2: is not one of: 0, 1, plain' env RC_PROGRESS=2 rc-transform </dev/null
}
beside none
plain() {
	t 'lines for a screen reader' 0 '' at 80 'export RC_PROGRESS=plain; slowly 11 100000 | rc-transform >rows'
	is '... one every ten seconds, and nothing else' \
		"$(sed -E 's/[0-9]+/N/g; s/N( N)+/N/g; s/\r//' out)" 'rc-transform: N records, N%, N:N left, N/s'
}
beside plain

# --- messages, and what else is written meanwhile

cleared() {
	t 'a message' 0 '' at 80 'slowly 1.5 | rc-transform --rejects bad -d ../other.json >rows'
	ok '... is not behind the line' grep -q $'\r\x1b\\[Krc-transform: [0-9]* of [0-9]* records rejected' out
	t '... of another program of the pipe' 0 '' at 80 'slowly 1.5 | rc-transform | { sleep 1; rc-load --bogus; cat; } | gzip >rows'
	ok '...' grep -q $'\r\x1b\\[Krc-load: --bogus: no such option' out
}
jq '.columns[0].from = "not_there"' "$top/lib/dataset/rappelconso-v2.json" >other.json
beside cleared
together
plan
