#!/usr/bin/env bash
# Surroundings that are odd but legitimate: output that does not block, signals that are ignored,
# few descriptors.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
few reference_fiche motif_du_rappel

# unblocked COMMAND...: its output and messages go into one pipe that does not block and is full
# at first, as one that is shared with another program may be; they are read only later.
cat >unblocked.py <<'E'
import fcntl, os, subprocess, sys, time
end, start = os.pipe()
fcntl.fcntl(start, fcntl.F_SETFL, os.O_NONBLOCK)
full = 0
try:
    while True:
        full += os.write(start, b"\0" * 4096)
except BlockingIOError:
    pass
try:
    while True:
        full += os.write(start, b"\0")
except BlockingIOError:
    pass
child = subprocess.Popen(sys.argv[1:], stdout=start, stderr=start)
os.close(start)
time.sleep(0.7)
waited = child.poll() is None
with os.fdopen(end, "rb") as pipe:
    pipe.read(full)
    for piece in iter(lambda: pipe.read1(1000), b""):
        sys.stdout.buffer.write(piece)
sys.stdout.buffer.flush()
status = child.wait()
sys.exit(status if waited or status else "it did not wait")
E
unblocked() { timeout 60 python3 unblocked.py "$@"; }

for i in {1..20000}; do printf '{"numero_fiche":"%d","motif_rappel":"é %0100d"}\n' "$i" 0; done >records
rc-transform <records >rows
t 'output that does not block' 0 '' eval 'unblocked rc-transform <records'
ok '... is whole' cmp rows out
for i in {0..9}; do env_ "$i" "k$i" m; done >in
t 'the position, which has to wait' 0 '' eval 'unblocked rc-load -e --create <in'
is '... is printed once it can be' "$(jq -c '[.partition, .offset]' out)" '[0,10]'
t 'messages' 65 '' eval 'unblocked rc-load <<<nothing'
is '... are whole, too' "$(grep -c '^rc-load: <stdin>: line 1: ' out)" 1
for it in --help --version; do
	rc-load $it >want
	t "$it" 0 '' unblocked rc-load $it
	ok '... is whole' cmp want out
done

# --- signals that are ignored: nohup, and what a shell starts in the background
mkfifo pipe
for signals in 'INT' 'TERM' 'INT TERM'; do
	rm -f out err # of the one before
	# shellcheck disable=SC2086 # words
	(trap '' $signals && exec rc-transform <pipe >out 2>err) &
	pid=$!
	exec 3>pipe
	wait_for 20 grep -qa ^rc-transform "/proc/$pid/cmdline"
	head -n 1 records >&3
	wait_for 20 test -s out
	for signal in $signals; do kill -s "$signal" $pid; done
	sleep 0.2
	head -n 2 records | tail -n 1 >&3
	exec 3>&-
	wait $pid
	is "$signals ignored: it goes on to its end" "$? $(wc -l <out) $(wc -c <err)" '0 2 0'
done
rm -f out err
(trap '' INT && exec rc-transform <pipe >out 2>err) &
pid=$!
exec 3>pipe
head -n 1 records >&3
wait_for 20 test -s out
kill -TERM $pid
wait $pid
is 'INT ignored: TERM is heeded all the same' "$?" 143
exec 3>&-

# --- few descriptors: 0, 1, 2, those of a shell, and what the programs keep
few_files() { (ulimit -n "$1" && shift && "$@"); }
for limit in 7 8 9 10; do
	t "$limit descriptors" 0 '' eval "few_files $limit rc-transform <records"
	ok '... are enough' cmp rows out
done
t 'none to spare at the end' 0 '' eval 'few_files 6 rc-transform --rejects bad <records'
ok '... is no failure' cmp rows out
t 'too few' 71 'cannot set up the handling of signals: Too many open files' eval 'few_files 4 rc-transform <records'
plan
