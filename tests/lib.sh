# shellcheck shell=bash
# lib.sh - sourced by the tests written in bash: TAP, a folder of their own, and
# where wanted a Kafka and a PostgreSQL of their own.
#
#   RC_BUILD        the build to test (default: build/ of the source tree)
#   RC_TEST_LIMIT   seconds after which a test that has not ended fails (default: 120,
#                   or what the test says in test_limit before it sources this)
#   RC_TEST_KEEP=1  keep its folder, with the logs and data of its services

# shellcheck disable=SC2034 # what is set here is for those who source it

set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/rc-test.XXXXXX") || exit 1
shared=$top/../shared
n=0
pids=()
besides=()
job=
has_stack=
PATH=/usr/bin:$PATH # Debian's own: what a version manager has before it, a shell script, takes longer than most tests
# psql itself, where there is one: Debian's in PATH is a program in Perl that looks for it
for pg_bin in /usr/lib/postgresql/*/bin; do [ ! -x "$pg_bin/psql" ] || PATH=$pg_bin:$PATH; done
PATH=$(cd "${RC_BUILD:-$top/build}" && pwd):$top/scripts:$PATH
unset RC_DATASET RC_DATASETS RC_API RC_API_KEY RC_BROKERS RC_KAFKA_CONFIG RC_STATE NO_COLOR \
	PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD PGSERVICE POSTGRES_PASSWORD
export PATH XDG_STATE_HOME=$dir/state LC_ALL=C.UTF-8

# end_jobs: those that are still children of this shell, for a pid may be another's by now.
end_jobs() {
	local pid stat
	for pid in ${pids+"${pids[@]}"}; do
		{ read -r stat <"/proc/$pid/stat"; } 2>/dev/null && [[ $stat == *") "?" $BASHPID "* ]] && kill "$pid"
	done
}
cleanup() {
	local purge=--purge
	[ -z "${RC_TEST_KEEP-}" ] || purge=
	end_jobs
	[ ! -e "$dir/failed~" ] || services_said
	[ -z "$has_stack" ] || timeout 20 rc-stack down $purge >/dev/null 2>&1
	cd /
	# what is ending may still have been making a file there
	if [ -n "$purge" ]; then rm -rf "$dir" 2>/dev/null || { sleep 1 && rm -rf "$dir"; }; else echo "# kept: $dir"; fi
}
trap cleanup EXIT
trap 'exit 1' INT TERM
test_limit=${RC_TEST_LIMIT:-${test_limit:-120}}
trap 'echo "not ok $((n + 1)) - ${0##*/} ends within $test_limit s"; exit 1' USR1
"$top/tests/limit" "$test_limit" $$ "${0##*/}" &
disown
cd "$dir" || exit 1

# failed WHAT: the test of this number has.  What the services said is shown at the end.
failed() {
	echo "not ok $n - $1"
	: >"$dir/failed~"
}
services_said() {
	local log
	for log in "$dir"/{stack.log,stack/*.log,kafka.log,api.log,proxy.err,beside.*/*.log,beside.*/proxy.err}; do
		[ ! -s "$log" ] || { echo "# --- the end of ${log#"$dir/"}" && tail -n 15 "$log" | cut -c 1-300 | sed 's/^/# /'; }
	done
}

# ok WHAT COMMAND...: the command must succeed.
ok() {
	local what=$1 got
	shift
	n=$((n + 1))
	"$@" >ok~ 2>&1
	got=$?
	if [ "$got" -eq 0 ]; then echo "ok $n - $what"; else
		failed "$what"
		echo "# status $got of: $*"
		sed 's/^/# /' ok~
	fi
}

# is WHAT GOT WANT: two texts must be the same.
is() {
	n=$((n + 1))
	if [ "$2" = "$3" ]; then echo "ok $n - $1"; else
		failed "$1"
		printf 'got:  %.1000s\nwant: %.1000s\n' "$2" "$3" | sed 's/^/# /'
	fi
}

# err_says EXPRESSION: a line of the file err matches.
err_says() {
	local line
	while IFS= read -r line || [ -n "$line" ]; do
		[[ ! $line =~ $1 ]] || return 0
	done <err
	grep -Eqe "$1" err # of bytes that are no text, the shell thinks otherwise
}

# t WHAT STATUS STDERR COMMAND...: the command must end with this status, and its
# standard error match the extended regular expression, or stay empty where that
# is ''.  Its output is in the files out and err for what comes next.
t() {
	local what=$1 want=$2 says=$3 got good=
	shift 3
	n=$((n + 1))
	[ -d t~ ] || mkdir t~
	: >t~/err
	"$@" >t~/out 2>>t~/err # appended to, for tests/limit may write there, too
	got=$?
	mv t~/out t~/err .
	if [ -n "$says" ]; then err_says "$says" && good=1; else [ -s err ] || good=1; fi
	if [ "$got" -eq "$want" ] && [ -n "$good" ]; then echo "ok $n - $what"; else
		failed "$what"
		echo "# of: $*"
		echo "# status $got, not $want; or standard error is not: ${says:-empty}"
		head -c 2000 err | sed 's/^/# /'
	fi
}

# clean WHAT FILE: nothing in it is a control, or turns the direction of text.
clean() {
	is "$1" "$(LC_ALL=C tr -d '\n\040-\176\200-\377' <"$2" | od -An -c)$(iconv -f UTF-8 -t UTF-8 "$2" 2>&1 >/dev/null)$(
		grep -cP '[\x{80}-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{feff}]' "$2")" 0
}

# beside FUNCTION [ARGUMENT]...: its tests in a process and a folder of their own, beside what comes
# next, for tests that wait; they share no file, table or topic with others.
beside() {
	local it=$dir/beside.${#besides[@]}
	mkdir "$it"
	apart "$it" "$@" >"$it/tap~" 2>&1 &
	pids+=($!)
	besides+=("$! $*")
}
apart() {
	local pids=() besides=() job='' proxy='' n=0
	trap 'end_jobs; exit 1' TERM
	exec 7>&- 8>&- # by which tests write to pipes
	cd "$1" && "${@:2}"
	: >"$1/ended~"
	end_jobs
}
# together: wait for them, and tell their results, in the order in which they began.
together() {
	local i it
	for i in ${besides+"${!besides[@]}"}; do
		it=$dir/beside.$i
		[ ! -e "$it/told~" ] || continue
		wait "${besides[i]%% *}"
		awk -v n="$n" '/^(not )?ok [0-9]/ { sub(/[0-9]+/, ++n) } { print }' "$it/tap~"
		n=$((n + $(grep -cE '^(not )?ok [0-9]' "$it/tap~")))
		: >"$it/told~"
		[ -e "$it/ended~" ] || ok "${besides[i]#* }: to its end" false
	done
}

# background NAME COMMAND: start a shell's command, with its output in NAME.out and NAME.err, which are empty by then,
# so that what waits for something in them sees nothing of an earlier one; its pid is in $job.  It heeds SIGINT and SIGQUIT, which a
# shell lets its background jobs ignore.
# shellcheck disable=SC2016 # the dollar is perl's
background() {
	: >"$1.out"
	: >"$1.err"
	perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec @ARGV' sh -c "exec $2" >"$1.out" 2>"$1.err" &
	job=$!
	pids+=("$job")
}

# skip WHAT WHY: one test that cannot be made here.
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# wait_for SECONDS COMMAND...: until it succeeds, looking often at first, for most waits are short.
wait_for() {
	local tries=0 last=$(($1 * 3 + 10))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ $((tries += 1)) -lt $last ] || return 1
		if [ $tries -le 10 ]; then sleep 0.05; else sleep 0.33; fi
	done
}

# ended PID: in time, for one whose own time is far longer.
ended() { wait_for 20 eval "! kill -0 $1"; }

# start_stack [--kafka|--postgres|--brokers 3]: services of this test's own, and the settings
# for them.
start_stack() {
	local path=$PATH which=()
	[ $# -ne 1 ] || which=("$1") # of two arguments, --brokers N is no choice of services
	export RC_STACK_DIR=$dir/stack RC_STACK_KAFKA_PORT=0
	has_stack=1
	rc-stack up "$@" >stack.log 2>&1 || {
		sed 's/^/# /' stack.log
		echo "Bail out! no services"
		exit 1
	}
	eval "$(rc-stack env ${which+"${which[@]}"})"
	export PATH=$path # the build that is tested stays the first
}
# rc-stack COMMAND...: with services that do not wait for a disk: processes are killed here, machines are not.  A broker whose
# disk is busy for seconds is taken for dead.
no_sync=$(command -v eatmydata)
rc-stack() { command ${no_sync:+"$no_sync"} rc-stack "$@"; }

# free_port: one that nobody has at the moment.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# short MS COMMAND: a shell's command with that time limit behind its name; timeout(1) is for one
# that does not end.
short() { timeout -k 1 30 sh -c "exec ${2/ / --timeout $1 }"; }

# stops COMMAND READY...: a shell's command, to which SIGTERM is sent half a second after READY
# succeeds: "0 STATUS" if that ends it, whose time limit is far.
stops() {
	local got
	background stopped "$1"
	wait_for 20 "${@:2}"
	sleep 0.5
	kill -TERM "$job"
	ended "$job"
	got=$?
	[ "$got" -eq 0 ] || kill -KILL "$job"
	wait "$job"
	echo "$got $?"
}

# sql TEXT: what psql answers, without decoration.
sql() { psql -XqAt -v ON_ERROR_STOP=1 -c "$1"; }

# open_session SQL ANSWER: a session of psql's beside the others, once it has answered so; more goes to it by descriptor 7, whose
# end is its own.
open_session() {
	[ -p session ] || mkfifo session
	psql -XqAt <session >session.out 2>&1 &
	pids+=($!)
	exec 7>session
	echo "$1" >&7
	wait_for 20 grep -q "$2" session.out
}

# peak FILE COMMAND...: run it, and put its greatest RSS in KiB into FILE.
peak() {
	python3 -c 'import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open(sys.argv[1], "w"))
sys.exit(status)' "$@"
}
# peak_below WHAT FILE MIB: what peak() has put there is less.
peak_below() {
	if grep -q __asan_init "$(command -v rc-load)"; then
		skip "$1" 'the sanitizer wants more'
		return
	fi
	n=$((n + 1))
	if [ "$(<"$2")" -lt $(($3 * 1024)) ]; then echo "ok $n - $1"; else failed "$1"; fi
	echo "# $(<"$2") KiB, of $(($3 * 1024))"
}

# lines TEXT...: a line each.
lines() { printf '%s\n' "$@"; }

# password_role NAME: from now on that role, whose password is "right", has to give it.
password_role() {
	local hba
	hba=$(sql 'SHOW hba_file')
	sql "CREATE ROLE $1 LOGIN PASSWORD 'right'" >/dev/null
	{ echo "local all $1 scram-sha-256" && cat "$hba"; } >hba.new && cat hba.new >"$hba"
	sql 'SELECT pg_reload_conf()' >/dev/null
	wait_for 20 eval "! PGUSER=$1 PGPASSWORD= psql -wXc ''"
}

# preload NAME SOURCE: make NAME.so of it, for LD_PRELOAD; not with the sanitizers, which have to come first.
preload() {
	! grep -q __asan_init "$(command -v rc-produce)" && gcc -shared -fPIC -O1 -o "$1.so" "$2" -ldl 2>gcc.err
}

# start_proxy ARGUMENT...: something between the test's PostgreSQL and its clients; see pg-proxy.
# What it tells is in the file proxy.log; through COMMAND...: with it in between.
start_proxy() {
	[ -z "${proxy-}" ] || kill "$proxy" 2>/dev/null
	rm -f proxy.port
	"$top/tests/pg-proxy" --to "$PGHOST/.s.PGSQL.$PGPORT" --port-file proxy.port "$@" >proxy.log 2>proxy.err &
	proxy=$!
	pids+=("$proxy")
	wait_for 20 test -s proxy.port || {
		echo "Bail out! no proxy"
		exit 1
	}
}
through() { PGHOST=127.0.0.1 PGPORT=$(<proxy.port) "$@"; }

# start_api ARGUMENT...: the stand-in for the portal; sets RC_API.
start_api() {
	"$top/tests/stand-in-api" --port-file "$dir/api.port" "$@" >/dev/null 2>api.log &
	pids+=($!)
	api_pid=$!
	wait_for 20 test -s "$dir/api.port" || {
		echo "Bail out! no stand-in API"
		exit 1
	}
	RC_API=http://127.0.0.1:$(cat "$dir/api.port")
	export RC_API
	rm -f "$dir/api.port"
}

# json_list TEXT...: of texts with nothing in them to be escaped.
json_list() {
	local list=
	[ $# -eq 0 ] || list=$(printf ',"%s"' "$@")
	echo "[${list#,}]"
}

# faults SPEC...: what the stand-in does wrong from now on; none: nothing.
faults() {
	curl -fsS -o /dev/null -X POST -d "$(json_list "$@")" "$RC_API/_control/faults"
}

# requests FILTER: what was asked of the stand-in, through jq.
requests() { curl -fsS "$RC_API/_control/requests" | jq -r "$1"; }

# few COLUMN...: from now on the dataset is one whose rows have these columns alone.
few() {
	jq --arg names "$*" '.columns |= map(select(.name | IN($names | splits(" ")))) |
		if any(.columns[]; .name == "date_de_publication") then . else
			.cursor = {column: "reference_fiche"} end' \
		"$top/lib/dataset/rappelconso-v2.json" >"$dir/few.json"
	export RC_DATASET=$dir/few.json
}

# whole: rows, with null for each column of the usual dataset that they lack.
whole() {
	jq -c --slurpfile d "$top/lib/dataset/rappelconso-v2.json" \
		'($d[0].columns | map({(.name): null}) | add) + .'
}

# plan: to be called last, so that a test which dies early fails.
plan() { echo "1..$n"; }
