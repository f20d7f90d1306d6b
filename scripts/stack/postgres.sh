# shellcheck shell=bash
# postgres.sh - rc-stack's PostgreSQL: its user, its folders, its start, and when it is ready

as_pg=(env)
pg_owner=$UID:$(id -g)
if [ "$UID" -eq 0 ]; then	# it refuses to run as root
	pg_user=$(id -un postgres 2>/dev/null || echo nobody)
	pg_owner=$(id -u "$pg_user"):$(id -g "$pg_user")
	as_pg=(setpriv --reuid="${pg_owner%:*}" --regid="${pg_owner#*:}" --clear-groups)
fi

# The folder of the newest server, or of the one that the data are of, unless one is named.
pg_bin() {
	local bin version
	if [ -n "${RC_STACK_POSTGRES_BIN-}" ]; then
		[ -x "$RC_STACK_POSTGRES_BIN/initdb" ] || die 78 "RC_STACK_POSTGRES_BIN: no PostgreSQL server in $RC_STACK_POSTGRES_BIN"
		echo "$RC_STACK_POSTGRES_BIN"
		return
	fi
	version=$(cat "$(place)/data/PG_VERSION" 2>/dev/null || true)
	while read -r bin; do
		if [ -x "$bin/initdb" ] && [[ $("$bin/postgres" -V) == *") $version"* ]]; then
			echo "$bin"
			return
		fi
	done < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV; pg_config --bindir 2>/dev/null)
	[ -z "$version" ] || die 69 "the data are of PostgreSQL $version: install it, or delete them: rc-stack down --purge"
	die 69 "there is no PostgreSQL server here: install Debian's postgresql"
}

new_folder() {	# new_folder TEMPLATE: for PostgreSQL's user alone
	local it
	it=$(mktemp -d "$1")
	chown "$pg_owner" "$it"
	echo "$it"
}

make_place() {
	[ -d "$(place)" ] || rm -f "$dir/postgres.place"
	mkdir -p "$(place)"
	chmod 700 "$(place)"
	chown "$pg_owner" "$(place)"
	"${as_pg[@]}" test -w "$(place)" && return
	rmdir "$dir/postgres"
	new_folder /var/lib/rc-stack.XXXXXX >"$dir/postgres.place"
	say "the user $pg_user cannot enter $dir: PostgreSQL's data are in $(place)"
}

make_socket_folder() {
	local LC_ALL=C path
	path=$(place)
	"${as_pg[@]}" test -O "$(socket)" || rm -f "$dir/postgres.socket"
	if [ ${#path} -gt 90 ] && [ "$(socket)" = "$path" ]; then	# with the name, at most 107 bytes
		new_folder /tmp/rc-stack.XXXXXX >"$dir/postgres.socket"
	fi
}

# init_cluster BIN DATA: what pg_resetwal, where it is there, sets is the next OID, for without that the database has one of the
# system's own, and pgAdmin shows none of those.
init_cluster() {
	"${as_pg[@]}" "$1/initdb" -D "$2" -U "$PGUSER" -A trust -E UTF8 --locale=C.UTF-8 &&
		printf '%s\n' "listen_addresses = ''" 'shared_buffers = 32MB' >>"$2/postgresql.conf" &&
		{ [ ! -x "$1/pg_resetwal" ] || "${as_pg[@]}" "$1/pg_resetwal" -o 16384 "$2"; } &&
		"${as_pg[@]}" "$1/postgres" --single -D "$2" postgres <<<"create database $PGDATABASE"
}

# An empty cluster, beside Kafka's jars: a copy of it takes a twentieth of what initdb takes.
empty_cluster() { echo "$(dirname "$jars")/cluster-$("$1/postgres" -V | sed 's/.*) \([0-9]*\).*/\1/')"; }

keep_empty_cluster() {
	local kept it
	kept=$(empty_cluster "$1")
	if [ -e "$kept" ] || ! mkdir -p "${kept%/*}" || [ ! -w "${kept%/*}" ]; then return; fi
	it=$(new_folder /tmp/rc-stack.XXXXXX)
	if init_cluster "$1" "$it/data" >"$it/log" 2>&1 && cp -r "$it/data" "$kept.$$"; then
		mv -T "$kept.$$" "$kept" 2>/dev/null || :	# another was first
	fi
	rm -rf "$it" "$kept.$$"
}

# make_cluster BIN DATA
make_cluster() {
	local kept
	kept=$(empty_cluster "$1")
	rm -rf "$2.new" &&
		if [ -r "$kept/PG_VERSION" ]; then
			cp -r "$kept" "$2.new" && chown -R "$pg_owner" "$2.new"
		else
			init_cluster "$1" "$2.new"
		fi && mv "$2.new" "$2"
}

# It does not start while a killed one's processes are still ending: a few seconds at most.
launch_postgres() {
	local end=$((SECONDS + 8))
	until launch postgres "${as_pg[@]}" "$1/postgres" -D "$(place)/data" -k "$(socket)" -p "$PGPORT" && settled; do
		[ $SECONDS -lt $end ] || give_up postgres "does not start"
		sleep 0.2
	done
}

settled() {	# ready, or still there when it would have refused to start
	local end=$((SECONDS + 2))
	while running postgres; do
		if ready_postgres || [ $SECONDS -ge $end ]; then return; fi
		sleep 0.02
	done
	false
}

start_postgres() {
	local bin data
	bin=$(pg_bin)
	cd /	# its user may not be allowed where we are
	make_place
	make_socket_folder
	data=$(place)/data
	if [ ! -e "$data" ]; then
		say "making a PostgreSQL cluster in $data"
		make_cluster "$bin" "$data" >>"$dir/postgres.log" 2>&1 || give_up postgres "cannot make its cluster"
	fi
	say "starting PostgreSQL on $(address_postgres)"
	launch_postgres "$bin"
}

ready_postgres() { PGHOST=$(socket) PATH=$(pg_bin):$PATH psql -Xqc ';' 2>/dev/null; }
need_postgres() {
	local bin
	bin=$(pg_bin)
	[ -e "$(place)/data" ] || keep_empty_cluster "$bin"
}
stop_postgres() { if [ -z "$1" ]; then stop postgres INT; else stop postgres QUIT; fi; }	# TERM would wait for its clients
purge_postgres() { rm -rf "$(socket)" "$(place)" "$dir/postgres" "$dir"/postgres.*; }
known_postgres() { [ -e "$(place)/data" ]; }
address_postgres() { echo "$(socket)/.s.PGSQL.$PGPORT"; }

env_postgres() {
	echo 'unset PGSERVICE PGHOSTADDR'
	setting PGHOST "$(socket)"
	setting PGPORT "$PGPORT"
	setting PGDATABASE "$PGDATABASE"
	setting PGUSER "$PGUSER"
}
