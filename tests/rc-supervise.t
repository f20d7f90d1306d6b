#!/usr/bin/env bash
# rc-supervise: the lock, what a run starts and how that ends, whatever ends the run, and the record of it.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
start_stack --postgres
lock=$dir/flow/lock
supervise() { rc-supervise --lock "$lock" --journal "$dir/flow/runs" --task run "$@"; }
# recorded: the newest run, as rc_runs has it, a line for each row.
recorded() { sql "SELECT task, attempt, status, error FROM rc_runs WHERE sequence = (SELECT max(sequence) FROM rc_runs) ORDER BY attempt > 0, task, attempt"; }
# none_left: nothing that was started with this word in its arguments.
none_left() { ! pgrep -f "[w]ord-$1" ; }

t 'no command' 64 'a command is missing' supervise
t '... nor one behind a bar' 64 'a command is missing' supervise sh -c 'rc-supervise true "|"; exit $?'
t 'no journal' 64 'with --journal and --task' rc-supervise --lock "$lock" true
t 'no part of a run' 78 'no part of a run' rc-supervise true
t 'a run that is long over' 78 'no part of a run' env RC_SUPERVISED='0 1 0 0 it /nowhere' rc-supervise true
t 'a command that is not there' 78 'no-such-command: cannot be run: No such file' supervise no-such-command
t 'a run' 0 '' supervise true
is '... is recorded' "$(recorded)" 'run|0|0|'
is '... the journal is empty, and only its own user sees what there is' "$(ls -A flow/runs) $(cd flow && stat -c '%n %a' . lock runs | tr '\n' ' ')" ' . 700 lock 600 runs 700 '
t 'its status' 3 '' supervise sh -c 'echo why >"$1.work/reason"; exit 3' sh "$lock"
is '... and the reason are recorded' "$(recorded)" 'run|0|3|why'
t 'nothing that was left there is its own' 0 '' supervise sh -c 'ls -A "$1.work" | grep -v record; exit 0' sh "$lock"
is '... nor are its files kept' "$(ls -A flow out; cat out)" 'out

flow:
lock
runs'
(umask 0; supervise sh -c ': >"$1.work/it"; stat -c %a "$1.work"' sh "$lock") >mode
is 'nobody else may write there, whatever the umask' "$(cat mode) $(find flow -perm -o+w)" '700 '

heeds_nothing() {
	t 'one that heeds nothing is killed' 75 'not ended within 1s' env PGHOST=/nowhere rc-supervise --lock lock --journal runs --task run --limit 1s \
		rc-supervise perl -e '$SIG{TERM} = "IGNORE"; sleep 1 while 1'
}

# --- the lock

background holder "rc-supervise --lock '$lock' --journal '$dir/flow/runs' --task run sleep 60"
holder=$job
wait_for 20 grep -q "^$holder [0-9]* [0-9T.Z]*-$holder run" "$lock"
t 'another run meanwhile' 75 "^rc-flow: another run is at work, process $holder: let it end" supervise --name rc-flow true
flock -n "$lock" true
is '... flock(1) sees it, too' $? 1
asked() { rc-runs --lock "$lock" status | grep '^last run   at work'; }
ok '... who asks is told' wait_for 20 asked
for i in {1..200}; do rc-runs --lock "$lock" --timeout 1 status >/dev/null 2>&1; done &
asking=$!
kill -TERM "$holder"
wait "$holder"
for i in {1..40}; do supervise true || echo refused; done >refused 2>&1
kill "$asking" 2>/dev/null
wait "$asking" 2>/dev/null
is '... and who asks is in nobody'\''s way' "$(cat refused)" ''
printf '4711\n4712' >"$lock"
exec 8>>"$lock"
flock 8
t 'what an earlier release has locked' 75 'process 4712' supervise true
exec 8>&-
t '... and left' 0 '' supervise true
is '... was no run that was killed' "$(recorded)" 'run|0|0|'
ln -s "$dir/theirs" link
t 'a lock that is a link' 78 'link: a link, which is not followed' rc-supervise --lock link --journal j --task run true
ok '... is not' test ! -e theirs
t 'a folder' 73 'flow: cannot be opened: Is a directory' rc-supervise --lock flow --journal j --task run true
cat >nolock.c <<'E'
#include <errno.h>
int flock(int fd, int operation) { (void)fd, (void)operation; errno = ENOLCK; return -1; }
E
if preload nolock nolock.c; then
	t 'a file system without locks' 78 'unlocked: cannot be locked: .*: name a file on a file system that has locks with RC_FLOW_LOCK' \
		env LD_PRELOAD=./nolock.so rc-supervise --lock unlocked --journal j --task run true
else
	skip 'a file system without locks' 'not with the sanitizers'
fi
if script -qec true /dev/null >/dev/null 2>&1; then
	t 'a terminal whose background may not write to it (stty tostop)' 0 '' script -qec "stty tostop
		timeout --foreground 30 rc-supervise --lock '$lock' --journal flow/runs --task run sh -c 'rc-supervise sh -c \"echo said >&2\"'" /dev/null
	ok '... is written to all the same' grep -q said out
else
	skip 'a terminal with tostop' 'no script(1)'
fi
mkdir full
if mount -t tmpfs -o size=16k none full 2>/dev/null; then
	mkdir full/runs
	t 'a journal' 0 '' rc-supervise --lock other/lock --journal full/runs --task run true
	cat /dev/zero >full/runs/zero 2>/dev/null
	t '... whose disk is full' 74 '^rc-supervise: .*full/runs/.*: No space left' \
		rc-supervise --lock other/lock --journal full/runs --task run touch ran
	is '... nothing is run, and nothing left' "$(ls -A full/runs) $(test -e ran || echo no)" 'zero no'
	rm full/runs/zero
	t '... at its end' 74 'No space left' env PGHOST=/nowhere rc-supervise --lock other/lock --journal full/runs --task run \
		sh -c 'cat /dev/zero >full/runs/zero 2>/dev/null || true'
	is '... leaves no half of a file' "$(find full/runs -name '.?*')" ''
	umount full
else
	skip 'a journal whose disk is full' 'no right to mount a file system'
fi

# --- a part of a run

part() { supervise sh -c "$1" sh "$lock"; }
t 'a pipe' 0 '' part 'printf "b\na\n" | rc-supervise sort "|" head -n 1 "|" cat'
is '... whose first reads what it is given' "$(cat out)" a
t 'its status' 7 '' part 'rc-supervise yes "|" sh -c "exit 7" "|" sh -c "exit 8"'
t 'a ring' 0 '' part 'rc-supervise --ring sh -c "echo 1; read n; echo \$n >got; echo \$n" "|" sh -c "read n; echo \$((n + 1)); read n; echo \$n >>got"'
is '... goes round' "$(paste -sd ' ' got) $(cat out)" '2 2 '
t '... and is not side by side' 64 'not with --beside' part 'rc-supervise --ring --beside a true'
t '... is not that of one whose reader has gone' 8 '' part 'rc-supervise yes "|" true "|" sh -c "exit 8"'
t '... or of one that was killed' 137 '' part 'rc-supervise true "|" sh -c "kill -9 \$\$" "|" cat'
counted='{"tool":"rc-load","records_in":3,"records_out":2,"rejected":1,"skipped":0,"status":0,"error":null,"position":"p"}'
printf '#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\n[ -n "$SILENT" ] || printf %%s\\\\n "$COUNTS" >"$2"\n[ -z "$SILENT" ] || kill -9 $$\n' >counting
chmod +x counting
printf '{"a":1}\n{"a":2}\n' >before
t 'a task' 0 '' env COUNTS="$counted" rc-supervise --lock "$lock" --journal flow/runs --task run \
	rc-supervise --task load --attempt 2 --before before --counts c "$dir/counting"
is '... is recorded, with what its programs counted' \
	"$(sql "SELECT attempt, status, records_out, rejected, position_before, position_after FROM rc_runs WHERE task = 'load'")" \
	'2|0|2|1|[{"a": 1}, {"a": 2}]|"p"'
failed='{"tool":"rc-fetch","status":141,"error":"an outage that was over"}'
t '... whose program is killed' 137 '' env SILENT=1 rc-supervise --lock "$lock" --journal flow/runs --task run \
	rc-supervise --task load --counts c sh -c "echo '$failed' >c.1" '|' "$dir/counting"
is '... has the signal as its reason' "$(recorded | tail -n 1)" "load|1|137|$dir/counting: ended by SIGKILL"
t '... that goes well' 0 '' part 'rc-supervise --task load --if-failed true'
is '... need not be recorded' "$(recorded)" 'run|0|0|'
t '... but if it fails' 4 '' part 'rc-supervise --task load --if-failed sh -c "exit 4"'
is '... is' "$(recorded)" 'run|0|4|
load|1|4|'
t 'two side by side' 5 '' part 'rc-supervise --beside a,b sh -c "sleep 0.2; exit 5" "&" rc-supervise sleep 60.5'
ok '... end both when one has ended for good' eval '! pgrep -f "sleep 60[.]5"'
t 'one that may be done again' 6 '^rc-supervise: task b: status 75: again in 1 s' part \
	'rc-supervise --beside a,b rc-supervise sleep 62.5 "&" sh -c "test -e \$0 && exit 6; : >\$0; exit 75" again'
is '... is' "$(grep -c again err)" 1
t '... even if it was killed' 6 'task a: status 137: again in 1 s' part \
	'rc-supervise --beside a sh -c "test -e \$0 && exit 6; : >\$0; kill -9 \$\$" killed'
t '... but not while the run ends' 75 'not ended' supervise --limit 1s sh -c 'rc-supervise -q --beside a sh -c "exit 75"'
t 'a name for each' 64 'one name for each command' part 'rc-supervise --beside a true "&" true'

# --- how it ends

beside heeds_nothing

t 'its time' 75 '^rc-flow: not ended within 1s \(RC_FLOW_TIMEOUT\)' supervise --name rc-flow --limit 1s rc-supervise --task load sleep 60
is '... is over' "$(recorded)" 'run|0|75|not ended within 1s
load|1|143|sleep: ended by SIGTERM'
wait_it() { wait_for 20 grep -q "^$job " "$lock" && wait_for 20 pgrep -f "[w]ord-$1"; }
for signal in HUP INT QUIT PIPE ALRM TERM USR1 USR2 XCPU VTALRM; do
	background it "rc-supervise --lock '$lock' --journal flow/runs --task run sh -c 'rc-supervise --task load sleep 60 \"|\" perl -e \"sleep 60\" word-$signal; sleep 50 # word-$signal'"
	wait_it "$signal"
	kill -"$signal" "$job"
	wait "$job"
	got=$?
	is "SIG$signal" "$got $(recorded | head -n 1)" "$((128 + $(kill -l "$signal"))) run|0|$((128 + $(kill -l "$signal")))|ended by SIG$signal"
	ok '... leaves nothing' none_left "$signal"
done
background it "rc-supervise --lock '$lock' --journal flow/runs --task run sh -c 'rc-supervise --task load sleep 60 \"|\" perl -e \"sleep 60\" word-KILL; sleep 50 # word-KILL'"
wait_it KILL
kill -KILL "$job"
wait "$job" 2>/dev/null
ok 'SIGKILL leaves nothing' wait_for 10 none_left KILL
t '... the next run' 0 '' supervise true
is '... says what became of it' "$(sql "SELECT status, ended IS NULL, error FROM rc_runs WHERE run LIKE '%-$job' AND attempt = 0")" \
	'137|t|killed, or the machine went down: its end was not recorded'
killed() { rc-runs -n 40 list | grep -B 1 "killed, or the machine" | grep -c ' killed '; }
is '... as does the list' "$(killed)" 1
# begun HOW COMMAND...: a script of a run whose beginner tells it to end (told), or has been killed, and has closed its files,
# but the kernel has not come to the script yet (killed); its status.
begun() {
	perl -MSocket -MFcntl -e '($how, @command) = @ARGV;
		socketpair(OURS, THEIRS, AF_UNIX, SOCK_STREAM, 0) && fcntl(THEIRS, F_SETFD, 0) or die;
		if (!($pid = fork)) { close OURS; setpgrp; $ENV{RC_SUPERVISED} = fileno(THEIRS) . " 1 0 0 it '"$dir"'"; exec @command }
		close THEIRS; $how eq "told" ? shutdown(OURS, 1) : close OURS; waitpid $pid, 0; print $?' "$@"
}
is 'a script that is told to end goes on' "$(begun told sh -c 'rc-supervise sleep 30; echo $? >told; exit 3') $(cat told)" '768 143'
is '... but not one of a run that was killed' "$(begun killed sh -c 'rc-supervise sleep 30; : >went-on') $(test -e went-on || echo no)" '9 no'
background it "rc-supervise --lock '$lock' --journal flow/runs --task run rc-supervise sh -c 'trap : TERM; while :; do sleep 0.1; done' word-TWICE"
wait_it TWICE
kill -TERM "$job"
sleep 0.3
ok 'a first SIGTERM may not be heeded' eval '! none_left TWICE'
kill -TERM "$job"
sleep 0.3
kill -TERM "$job"
wait "$job"
is '... who asks three times has it killed' "$? $(none_left TWICE && echo none)" '143 none'
background it "env - PATH='$PATH' PGHOST='$PGHOST' PGPORT='$PGPORT' PGDATABASE='$PGDATABASE' nohup rc-supervise --lock '$lock' --journal flow/runs --task run sleep 1.5"
wait_for 20 grep -q "^$job " "$lock"
kill -HUP "$job"
wait "$job"
is 'what nohup(1) has ignored' $? 0
t 'what a child leaves behind' 0 '' supervise sh -c 'setsid sh -c "rc-supervise sleep 61.5" >/dev/null 2>&1 & sleep 0.5'
ok '... ends with the run' eval '! pgrep -f "sleep 61[.]5"'
t '... even what looks at no pipe' 0 '' timeout 20 rc-supervise --lock "$lock" --journal flow/runs --task run sh -c 'sleep 63.5 & exit 0'
ok '... does' eval '! pgrep -f "sleep 63[.]5"'

together

# --- clocks

ahead=$(date -u -d '+400 days' +%FT%TZ)
mkdir theirs
printf '{"run":"%s-1","task":"run","attempt":0,"started":"%s","ended":"%s","status":0}' "${ahead//[-:]/}" "$ahead" "$ahead" >theirs/1.json
t 'a run by a clock that is far ahead' 0 '' rc-runs --journal theirs record
t '... and one that fails after it' 3 '' supervise sh -c 'exit 3'
t '... is not hidden by it' 3 '' rc-runs status
ok '... in status' grep -q '^last run   failed with status 3' out
is '... in history' "$(rc-runs -n 2 list | awk 'NR > 1 { print $NF }')" '3
ok'
sql 'ALTER TABLE rc_runs DROP COLUMN sequence' # as an earlier release has it
t 'a table of an earlier release' 0 '' rc-runs -n 1 list
t '... has a run added' 0 '' supervise true
is '... which is the newest' "$(recorded | head -n 1) $(rc-runs -n 1 list | grep -c ' ok$')" 'run|0|0| 1'
is 'an end is never before its start' "$(sql 'SELECT count(*) FROM rc_runs WHERE ended < started')" 0
plan
