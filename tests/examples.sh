# shellcheck shell=bash
# examples.sh - sourced, after lib.sh, by tests that run what a page shows.
#
# A line that starts with "$ " is a command, lines behind it that complete it belong to
# it, and any others are what it prints, at its end, for a sink that waits for input
# tells how far it is.  What stands behind "...NAME.json:" and is JSON is that file.

# shellcheck disable=SC2154 # top and dir are lib.sh's

# examples PAGE [SECTION]: the section, as plain text.
examples() {
	mandoc -Tutf8 -O width=200 "$top/man/$1" | sed 's/.\x08//g' |
		awk -v name="${2:-EXAMPLES}" '/^[A-Z]/ { in_it = $0 == name; next } in_it'
}

incomplete() { [[ $1 == *\\ ]] || [ -n "$(bash -n -c "$1" 2>&1)" ]; }

# run PAGE COMMAND WANTED: in this shell, for it may set variables.
run() {
	local status
	n=$((n + 1))
	eval "$2" >"$dir/got" 2>"$dir/said" </dev/null
	status=$?
	sed -i 's/"timestamp":[0-9]\{13\}/"timestamp":1713398400000/' "$dir/got"
	if [ $status -eq 0 ] && { [ -z "$3" ] || [ "$(tail -n "$(wc -l <<<"$3")" "$dir/got")" = "$3" ]; }; then
		echo "ok $n - $1: ${2//[#$'\n']/}"
	else
		echo "not ok $n - $1: ${2//[#$'\n']/}"
		printf '%s\n' "status $status; wanted:" "$3" "got:" "$(head -c 1000 "$dir/got")" "$(<"$dir/said")" | sed 's/^/# /'
	fi
}

# run_page PAGE [SECTION]: in a folder of the page's name, which may be there; $n is in the file n.
run_page() {
	local line text command='' wanted='' last='' file='' indent=0
	mkdir -p "$1" && cd "$1" || return
	set -o pipefail
	while IFS= read -r line; do
		text=${line#"${line%%[! ]*}"}
		if [[ $text == '$ '* ]]; then
			[ -z "$command" ] || run "$1" "$command" "$wanted"
			command=${text#'$ '} wanted=
			indent=$((${#line} - ${#text}))
		elif [ -n "$command" ] && [ -n "$text" ] && incomplete "$command"; then
			command+=$'\n'${line:indent}
		elif [ -n "$command" ] && [ -n "$text" ]; then
			wanted+=${wanted:+$'\n'}${line:indent}
		elif [ -n "$command" ]; then
			run "$1" "$command" "$wanted"
			command=
		elif [[ $text == '{'* && -z $file && $last == *.json: ]]; then
			file=${last##* } file=${file%:}
		fi
		[ -n "$text" ] || file=
		[ -z "$file" ] || echo "$line" >>"$file"
		[ -z "$text" ] || last=$text
	done < <(examples "$@"; echo)
	echo "$n" >"$dir/n"
}
