# shellcheck shell=bash
# group.sh - sourced by the tests of a group, after lib.sh and kafka.sh: members of it, and each message once.

# shellcheck disable=SC2034,SC2154 # what is set here is for those who source it; lib.sh sets the rest
table=rappel_conso_table

# begin_group: a topic of six partitions, and a table of which each row that is written is noted.
begin_group() {
	few reference_fiche motif_du_rappel
	topic rappel_conso 6
	rc-load --create </dev/null
	sql "create table written (key text); create function note() returns trigger language plpgsql as
		'begin insert into written values (new.reference_fiche); return new; end';
		create trigger note after insert or update on $table for each row execute function note()" >/dev/null
}

# member NAME [OPTION]...: both programs of a ring; their pids are in ${consume[NAME]} and ${load[NAME]}.
declare -A consume load
member() {
	mkfifo "$1.acks" "$1.messages"
	background "$1.load" "rc-load -e --batch ${batch:-200} <$1.messages >$1.acks"
	load[$1]=$job
	background "$1.consume" "rc-consume -v -e --join g --acks $1.acks -X session.timeout.ms=${session:-6000} ${*:2} >$1.messages"
	consume[$1]=$job
}
# ends NAME: the statuses of both, once they have ended.
ends() {
	local status
	ended "${consume[$1]}" && ended "${load[$1]}"
	wait "${consume[$1]}"
	status=$?
	wait "${load[$1]}"
	ended=$status,$?
}
assigned() { # NAME COUNT: it was given so many partitions at some time
	wait_for 40 grep -q "assigns $2 partition" "$1.consume.err"
}
has() { # NAME COUNT: it has so many partitions now
	[ "$(awk '/assigns/ { n += $(NF - 1) } /revokes|has lost/ { n -= $(NF - 1) } END { print n + 0 }' "$1.consume.err")" = "$2" ]
}
sent=0
new() { awk -v f="$sent" -v n="$1" 'BEGIN { for (i = f; i < f + n; i++) printf "{\"reference_fiche\":\"k%d\",\"motif_du_rappel\":\"one\"}\n", i }'; }
# send COUNT: so many messages more, each with a key of its own.
send() {
	new "$1" | rc-produce >/dev/null
	sent=$((sent + $1))
}
is_loaded() { [ "$(sql "select count(*) from $table")" = "$sent" ]; }
loaded() { sql "select count(*) from $table" 2>/dev/null || echo 0; }
more_is_loaded() { [ "$(loaded)" -gt "$1" ]; }
# load_on: until all that was sent is loaded, as long as it becomes more.
load_on() {
	local before
	until is_loaded; do
		before=$(loaded)
		wait_for 60 eval "is_loaded || more_is_loaded $before" || return
	done
}
# all_loaded WHAT: all that was sent is, each once.
all_loaded() {
	ok "$1" load_on
	is '... each message once' "$(sql 'select count(*), count(distinct key) from written')" "$sent|$sent"
}
