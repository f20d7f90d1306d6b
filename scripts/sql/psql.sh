# shellcheck shell=bash
# psql.sh - run one of these files by psql, as rc-flow(1) and rc-report(1) do.

# run_sql NAME FILE OPTION...: messages begin with NAME, not with places in FILE; the status is 69 where the server cannot be reached,
# 78 where psql is not there or refuses something.
run_sql() {
	local status=0
	command -v psql >/dev/null || { echo "$1: psql: not found: install Debian's postgresql-client" >&2; return 78; }
	[ -z "${POSTGRES_PASSWORD-}" ] || [ -n "${PGPASSWORD-}${PGPASSFILE-}${PGSERVICE-}" ] || export PGPASSWORD=$POSTGRES_PASSWORD
	{ psql -Xqw "${@:3}" -f "$2" 2>&1 >&3 3>&- | sed "s/^psql:[^ ]* /$1: /; s/^psql: /${1%%:*}: /" >&2; } 3>&1 || status=$?
	case $status in 0) ;; 2) return 69 ;; *) return 78 ;; esac
}
