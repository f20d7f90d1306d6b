# shellcheck shell=bash
# load.sh - sourced by the tests of rc-load: a PostgreSQL of their own, records and
# messages to load, and what of them has arrived.

# shellcheck disable=SC2034 # what is set here is for those who source it

# shellcheck source=tests/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
start_stack --postgres
table=rappel_conso_table

# row KEY [MOTIF [DATE]]: a record.
row() {
	case $1${2-}${3-} in
	*[!' '-~]* | *[\"\\]*) ;; # which jq has to escape
	*)
		printf '{"reference_fiche":"%s","motif_du_rappel":%s' "$1" "${2:+\"}${2:-null}${2:+\"}"
		printf '%s}\n' "${3:+,\"date_de_publication\":\"$3\"}"
		return
		;;
	esac
	jq -cn '{reference_fiche: $k, motif_du_rappel: (if $m == "" then null else $m end)}
		+ if $d == "" then {} else {date_de_publication: $d} end' \
		--arg k "$1" --arg m "${2-}" --arg d "${3-}"
}
# env OFFSET KEY MOTIF [PARTITION]: a message with a record; gone: a tombstone;
# pos: a position.
env_() {
	printf '{"topic":"t","partition":%d,"offset":%d,"timestamp":1,"key":"%s","headers":[],' "${4-0}" "$1" "$2"
	printf '"value":{"reference_fiche":"%s","motif_du_rappel":"%s"}}\n' "$2" "$3"
}
gone() {
	printf '{"topic":"t","partition":%d,"offset":%d,"timestamp":1,"key":"%s","headers":[],"value":null}\n' \
		"${3-0}" "$1" "$2"
}
pos() { printf '{"topic":"t","partition":%d,"offset":%d}\n' "${2-0}" "$1"; }
# rows [TABLE]: key and motif of each row, by key, all on one line.
rows() {
	sql "select coalesce(string_agg(reference_fiche || '=' || coalesce(motif_du_rappel::text, '-'), ' ' order by
		reference_fiche::text collate \"C\"), '') from ${1-$table}"
}
empty() { sql "truncate $table; do \$\$ begin if to_regclass('rc_positions') is not null then
	delete from rc_positions; end if; end \$\$"; }
# stored [CONSUMER]: partition:next of each position in the table.
stored() {
	sql "select coalesce(string_agg(partition || ':' || next_offset, ' ' order by partition), '')
		from rc_positions where consumer = '${1-$table}'"
}
# printed: the same of the output, the last line of each partition.
printed() {
	grep '}$' out | jq -rs 'group_by(.partition) | map(last | "\(.partition):\(.offset)") | join(" ")'
}
load() { rc-load "$@" <in; }
