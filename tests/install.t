#!/usr/bin/env bash
# What make install puts somewhere works there, and make uninstall takes it away again.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

in_tree() { make -s -C "$top" O="${RC_BUILD:-build}" "$1" DESTDIR="$dir/root" PREFIX=/usr; }

t 'make install' 0 '' in_tree install
is '... installs the programs and rc-flow' "$(cd root/usr/bin && echo *)" \
	'rc-consume rc-fetch rc-flow rc-load rc-produce rc-runs rc-state rc-transform'
is '... a page for each' "$(cd root/usr/share/man/man1 && echo *)" \
	'rc-consume.1 rc-fetch.1 rc-flow.1 rc-load.1 rc-produce.1 rc-runs.1 rc-state.1 rc-transform.1'
is '... the examples' "$(cd root/usr/share/rappelconso && echo *)" 'alerts.yml crontab datasets flow.env rc-flow.service rc-flow.timer rc-follow.service'
ok '... and those for the formats' test -f root/usr/share/man/man5/rc-dataset.5 -a -f root/usr/share/man/man7/rappelconso.7

mv root moved # no path of the place where it was built is needed
PATH=$dir/moved/usr/bin:/usr/bin:/bin
"$top/scripts/sample-records" --count 2 >two.jsonl
t 'an installed program finds the descriptions' 0 '' rc-transform -d rappelconso-v2 <two.jsonl
is '... and does its work' "$(wc -l <out)" 2
t 'an installed rc-flow finds the programs' 78 'rc-state: none: no description of that name' \
	env RC_FLOW_RETRY_DELAY=0 HOME="$dir" RC_DATASET=none rc-flow run
t 'the version is that of the newest change' 0 '' rc-load --version
is '... in the list of them' "$(sed 's/.* //' out)" "$(sed -n 's/^## \[\([0-9.]*\)\].*/\1/p' "$top/CHANGELOG.md" | head -n 1)"

mv moved root
t 'make uninstall' 0 '' in_tree uninstall
is '... leaves no file' "$(find root -type f)" ''
plan
