#!/usr/bin/env bash
# What bash and zsh complete, by keys that are typed at each; and that help, manual and completions say the same.
# shellcheck disable=SC2016 # what the other shell expands is in single quotes
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
mkdir installed datasets
touch datasets/mine.json rows.jsonl
make -s -C "$top" O="${RC_BUILD:-build}" DESTDIR="$dir/installed" PREFIX=/usr install >/dev/null
programs=("$dir"/installed/usr/bin/rc-*)
names=("${programs[@]##*/}")

# --- the same everywhere

# listed: the options and commands of a program, one a line.
listed() { "$1" --list-options | awk -F '\t' '$1 == "command" { print $2; next } { print "--" $3; if ($2 != " ") print "-" $2 }' | sort; }
for name in "${names[@]}"; do
	program=$(command -v "$name")
	is "$name: help has what completions have" "$("$program" --help | grep -oE '^ +(-., )?--[a-z-]+|^  [a-z]+ ' |
		grep -oE -- '--?[a-zA-Z-]+|^  [a-z]+' | tr -d ' ' | sort)" \
		"$(if "$program" --help | grep -qE '^  [a-z]+ '; then listed "$program"; else listed "$program" | grep -e '^-'; fi)"
done

# --- typed

# The programs are functions that tell their arguments.
for name in "${names[@]}"; do printf '%s() { echo "got:$*"; }\n' "$name"; done >functions
cat >bashrc <<E2
PS1='$ '
. ./functions
RC_DATASETS=$dir/datasets
. installed/usr/share/bash-completion/completions/rc-load
E2
mkdir zsh
cat >zsh/.zshrc <<E2
PS1='$ '
fpath=($dir/installed/usr/share/zsh/site-functions \$fpath)
autoload -Uz compinit && compinit -u -D
. ./functions
RC_DATASETS=$dir/datasets
E2
# typed SHELL KEYS: the arguments that a program gets.
typed() {
	local command='bash --rcfile bashrc -i'
	[ "$1" = bash ] || command="ZDOTDIR=$dir/zsh zsh -i"
	TEST_TERM=dumb "$top/tests/at-terminal" 200 "$2"$'\n'$'exit\n' "$command" | tr -d '\r' | sed -n 's/^got://p'
}
for shell in bash zsh; do
	command -v "$shell" >/dev/null || { skip "$shell" 'it is not installed' && continue; }
	is "$shell: an option" "$(typed "$shell" $'rc-load --on-con\t')" --on-conflict
	is '... its word' "$(typed "$shell" $'rc-load --on-conflict up\t')" '--on-conflict update'
	is '... behind =' "$(typed "$shell" $'rc-load --on-conflict=sk\t')" --on-conflict=skip
	is '... a dataset' "$(typed "$shell" $'rc-load -d mi\t')" '-d mine'
	is '... a file' "$(typed "$shell" $'rc-load --rejects ro\t')" '--rejects rows.jsonl'
	is '... a command of rc-flow' "$(typed "$shell" $'rc-flow his\t')" history
	is '... behind an option' "$(typed "$shell" $'rc-flow -q --max-a\t')" '-q --max-age'
	is '... of rc-state' "$(typed "$shell" $'rc-state ge\t')" get
	is '... nothing of our own where a text is wanted' "$(typed "$shell" $'rc-consume -t mi\t')" '-t mi'
done
ok 'all that was written is for these programs' eval 'head -n 1 installed/usr/share/zsh/site-functions/_rappelconso | grep -q "^#compdef rc-flow rc-report rc-consume "'
plan
