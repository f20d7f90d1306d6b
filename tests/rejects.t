#!/usr/bin/env bash
# rejects: a record that is set aside is on the disk before anything that passes it.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

if ! strace -o probe true 2>/dev/null; then
	echo '1..0 # SKIP strace cannot be used here'
	exit 0
fi
start_stack
few reference_fiche date_de_publication

# traced COMMAND...: run it, and note in the file order, a line each: reject, sync (of the
# rejects), out (standard output), commit.  A call during which another thread makes one stands
# there "unfinished", and its thread goes on only once it is over: it counts where it began.
traced() {
	strace -f -s 64 -e trace=write,sendto,fsync,openat -o trace "$@"
	local status=$?
	awk '/openat\(.*"rejects", .*O_APPEND/ { fd = $NF }
		fd != "" && index($0, "write(" fd ",") { print "reject" }
		fd != "" && (index($0, "fsync(" fd ")") || index($0, "fsync(" fd " ")) { print "sync" }
		/write\(1,/ { print "out" }
		/COMMIT/ { print "commit" }' trace >order
	return $status
}
# durable: between a reject and what passes it there is a sync, each time.
durable() {
	cat order
	awk '$1 == "reject" { open = 1; seen++ } $1 == "sync" { open = 0 }
		($1 == "out" || $1 == "commit") && open { bad++ }
		END { exit !(seen > 0 && bad == 0) }' order
}
many() { # many FROM TO: records of the portal, of a kilobyte
	awk -v f="$1" -v t="$2" 'BEGIN { for (i = f; i < t; i++)
		printf "{\"numero_fiche\":\"k%d\",\"date_publication\":\"2024-01-01\",\"x\":\"%01000d\"}\n", i, 0 }'
}
rm_rejects() { rm -f rejects; }

cat >sync.c <<'E'
#include <errno.h>
#include <sys/stat.h>
int fsync(int fd) { struct stat st; if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) return 0; errno = EIO; return -1; }
E
many 0 3000 >in
echo '{"numero_fiche":[]}' >>in
if preload sync sync.c; then
	LD_PRELOAD=./sync.so t 'a disk that fails' 74 'rejects cannot be made durable' eval 'rc-transform --rejects rejects <in'
	is '... which is said once' "$(grep -c durable err)" 1
	rm_rejects
fi

# A file that is made is kept only once its folder is written; one that replaces another is written before it does.
calls() { # COMMAND...: what it does to files in its folder, a word each
	strace -f -e trace=openat,fsync,renameat,rename -o calls "$@" >/dev/null 2>&1
	awk '/openat\(.*O_DIRECTORY/ { kind[$NF] = "folder" } /openat\(.*(O_CREAT|O_APPEND)/ { kind[$NF] = "file" }
		/openat\(.*O_CREAT/ { printf "open " }
		/fsync\(/ { sub(/.*fsync\(/, ""); sub(/\).*/, ""); printf "sync-%s ", kind[$0] } /rename/ { printf "rename " }' calls
}
is 'a file for rejects' "$(calls rc-transform --rejects made <<<'{"numero_fiche":[]}')" 'open sync-folder sync-file '
is '... a state' "$(calls rc-state set --store file:state <<<2024-01-01)" 'open sync-file rename sync-folder '

{ many 0 4000; echo '{"numero_fiche":[]}'; many 4000 9000; } >in
rm_rejects
t 'rc-transform' 0 '1 of 9001 records rejected' eval 'traced rc-transform --rejects rejects <in'
is '... writes in several pieces' "$(($(grep -c out order) > 2))" 1
ok '... rejects are durable before the rows behind them' durable

rc-transform <<<"$(many 0 3000)" >rows
{ head -n 1500 rows; echo '{"reference_fiche":null,"date_de_publication":"2024-01-02"}'; tail -n 1500 rows; } >in
rm_rejects
t 'rc-produce' 0 '1 of 3001 records rejected' eval 'traced rc-produce --create-topic --rejects rejects <in'
ok '... before the position' durable
kcat -P -b "$RC_BROKERS" -t rappel_conso <<<'no JSON'
rc-produce <rows >/dev/null
rm_rejects
t 'rc-consume' 0 '1 of 6001 records rejected' eval 'traced rc-consume -E --rejects rejects'
ok '... before the records behind them' durable

# shellcheck disable=SC2016 # dollars that are PostgreSQL's
sql 'create table picky (reference_fiche text primary key, date_de_publication text check (date_de_publication <> $$bad$$))'
awk -v n=40 'BEGIN { for (i = 0; i < n; i++) printf "{\"topic\":\"t\",\"partition\":0,\"offset\":%d,\"key\":\"k%d\"," \
	"\"value\":{\"reference_fiche\":\"k%d\",\"date_de_publication\":\"%s\"}}\n", i, i, i, i % 13 == 7 ? "bad" : "2024-01-01" }' >in
rm_rejects
t 'rc-load, of rows that PostgreSQL refuses' 0 '3 of 40 records rejected' \
	eval 'traced rc-load -e -t picky --batch 10 --rejects rejects <in'
is '... it commits several times' "$(($(grep -c commit order) >= 4))" 1
ok '... each time after the rejects are durable' durable
is '... the rest is loaded' "$(sql 'select count(*) from picky')" 37

echo '{}' >bad
t 'rejects that nobody wants' 0 '1 of 1 records rejected: see /dev/null' rc-transform --rejects /dev/null <bad
if [ -w /dev/shm ]; then
	shm=$(mktemp -d /dev/shm/rc-test.XXXXXX)
	echo older >"$shm/stats"
	t 'counts under /dev/shm' 0 '' rc-transform --stats "$shm/stats" </dev/null
	is '... replace what was there' "$(jq -r .tool "$shm/stats") $(wc -l <"$shm/stats")" 'rc-transform 1'
	rm -r "$shm"
else
	skip 'counts under /dev/shm' 'there is none'
	skip '... replace what was there' 'there is none'
fi
# --- sent again

printf '%s\n' '{"numero_fiche":[]}' '{"numero_fiche":"k1","x":' $'\xff' >in
rm_rejects
rc-transform --rejects rejects <in >/dev/null 2>&1
t 'rc-rejects' 0 '' eval 'rc-rejects <rejects'
ok '... writes the records as they came' cmp out in
for i in 1 2; do t '... set aside once' 0 '3 of 3 records rejected' eval 'rc-rejects <rejects | rc-transform --rejects rejects'; done
is '... not again' "$(wc -l <rejects)" 3
t 'no reject' 65 '<stdin>: line 2: not a reject' eval '{ head -n 1 rejects; echo "{}"; } | rc-rejects'
t 'one that was too long to be kept' 0 '1 of 2 records were too long to be kept, and are left out' \
	eval '{ head -n 1 rejects; echo "{\"tool\":\"rc-transform\",\"reason\":\"too long\"}"; } | rc-rejects'
is '... is left out' "$(cat out)" '{"numero_fiche":[]}'
mkfifo feed
background moved 'rc-transform --rejects rejects <feed'
exec 7>feed
echo '{"numero_fiche":{}}' >&7
wait_for 20 grep -q '{}' rejects
mv rejects rejects.1
echo '{"numero_fiche":{}}' >&7
ok 'a file that was moved away is made anew' wait_for 20 grep -q '{}' rejects
: >rejects
echo '{"numero_fiche":{}}' >&7
ok '... and one that was emptied is written to' wait_for 20 grep -q '{}' rejects
exec 7>&-
wait "$job"
is '... by all of it' "$? $(wc -l <rejects.1) $(wc -l <rejects)" '0 4 1'
t 'a file as operand' 64 '^rc-transform: bad: not an option: a file is read from standard input: rc-transform <bad' rc-transform bad
plan
