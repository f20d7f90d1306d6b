#!/usr/bin/env bash
# What make install puts somewhere works there, and make uninstall takes it away again.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

in_tree() { make -s -C "$top" O="${RC_BUILD:-build}" DESTDIR="$dir/root" PREFIX=/usr "$@"; }

t 'make install' 0 '' in_tree install
is '... installs the programs and rc-flow' "$(cd root/usr/bin && echo *)" \
	'rc-consume rc-fetch rc-flow rc-load rc-produce rc-rejects rc-report rc-runs rc-settings rc-state rc-supervise rc-transform'
is '... a page for each' "$(cd root/usr/share/man/man1 && echo *)" \
	'rc-consume.1 rc-fetch.1 rc-flow.1 rc-load.1 rc-produce.1 rc-rejects.1 rc-report.1 rc-runs.1 rc-settings.1 rc-state.1 rc-supervise.1 rc-transform.1'
is '... the examples' "$(cd root/usr/share/rappelconso && echo *)" 'DATA.md alerts.yml crontab datasets flow flow.env rc-flow-failed@.service rc-flow.service rc-flow.timer rc-follow.service report sql'
ok '... and those for the formats' test -f root/usr/share/man/man5/rc-dataset.5 -a -f root/usr/share/man/man7/rappelconso.7

mv root moved # no path of the place where it was built is needed
PATH=$dir/moved/usr/bin:/usr/bin:/bin
"$top/scripts/sample-records" --count 2 >two.jsonl
t 'an installed program finds the descriptions' 0 '' rc-transform -d rappelconso-v2 <two.jsonl
is '... and does its work' "$(wc -l <out)" 2
t 'an installed rc-flow finds the programs' 78 'rc-flow: none: no description of that name' \
	env RC_FLOW_RETRY_DELAY=0 HOME="$dir" RC_DATASET=none rc-flow run
t 'the version is that of the newest change' 0 '' rc-load --version
is '... in the list of them' "$(sed -n '1s/.* //p' out)" "$(sed -n 's/^## \[\([0-9.]*\)\].*/\1/p' "$top/CHANGELOG.md" | head -n 1)"
is '... and that of the package' "$(sed -n '1s/.*(\(.*\)-[0-9]*).*/\1/p' "$top/debian/changelog")" "$(sed -n '1s/.* //p' out)"

is 'pages name the release' "$(sed -n '/^\.Dd/p; /^\.Os/p' "$dir/moved/usr/share/man/man1/rc-load.1")" \
	".Dd $(LC_ALL=C date -d "$(sed -n 's/^## \[[0-9.]*\] - //p' "$top/CHANGELOG.md" | head -n 1)" '+%B %-d, %Y')
.Os $(sed -n 's/^rc-load (\(.*\)) /\1 /p' out)"
ok '... and nothing another place' eval '! grep -rI /usr/local moved'

PATH=${PATH#*:}
mv moved root
touch root/usr/share/kept
t 'make uninstall' 0 '' in_tree uninstall
is '... leaves what is not its own' "$(find root -type f)" root/usr/share/kept
rm root/usr/share/kept
in_tree install && in_tree uninstall
is '... all of its own' "$(find root ! -type d; ls root/usr/share)" $'bash-completion\nman\nzsh'
ok '... and no folder that is everybody'\''s' test -d root/usr/bin -a -d root/usr/share/man/man1
t 'a PREFIX with a space' 0 '' make -s -C "$top" O="${RC_BUILD:-build}" PREFIX="$dir/a place" install
t '... has its descriptions' 0 '' env -i "$dir/a place/bin/rc-transform" -d rappelconso0 </dev/null
t '... is uninstalled' 0 '' make -s -C "$top" O="${RC_BUILD:-build}" PREFIX="$dir/a place" uninstall
is '... whole' "$(find "$dir/a place" -type f)" ''
rm -rf root
(umask 077; in_tree install) && (umask 000; in_tree install)
is 'whatever the umask, all can read it, and nobody else write it' "$(find root \( -type f ! -perm -a+r -o -type d ! -perm -a+rx -o -perm -o+w \) ! -type l | head -n 3)" ''

t 'make install says what is where, once' 0 '' in_tree install
is '... and not how' "$(wc -l <out) $(grep -c 'umask' out)" '5 0'
t 'make help' 0 '' in_tree help
ok '... has the targets' eval '[ "$(grep -c "^make" out)" -ge 10 ]'
for target in check lint; do
	t "make $target without what it needs" 2 "make $target: not found: nowhere: .*scripts/install-needs check" in_tree "needed-for-$target" NEEDED='sh nowhere'
done

t 'no library' 2 'make: pkg-config does not find: rdkafka libpq .*scripts/install-needs run' \
	env PKG_CONFIG_LIBDIR="$dir" make -s -C "$top" O="$dir/none"
if git clone -q "$top" source 2>clone.err; then
	t 'make dist' 0 '' make -s -C source dist
	archive=$(echo source/rappelconso-*.tar.gz)
	sum=$(sha256sum <"$archive")
	ok '... has what is needed' eval 'tar -tzf "$archive" | grep -q "^rappelconso-[0-9.]*/Makefile$"'
	sleep 1
	make -s -C source dist
	is '... and is the same again' "$(sha256sum <"$archive")" "$sum"
else
	skip 'make dist' 'not a clone, or no git'
fi
plan
