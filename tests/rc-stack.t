#!/usr/bin/env bash
# scripts/rc-stack: a Kafka and a PostgreSQL of its own, on free ports, in a folder that is deleted at the end.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
stack=$top/scripts/rc-stack
export RC_STACK_DIR=$dir/"it's one" RC_STACK_KAFKA_PORT=0
has_stack=1 # to be ended

said() { grep -Eqe "$1" out; }	# of the command before, on stdout
pid() { cat "$RC_STACK_DIR/$1.pid"; }
outside() { cat "$RC_STACK_DIR"/postgres.place "$RC_STACK_DIR"/postgres.socket 2>/dev/null; }	# folders elsewhere
gone() { local it; for it; do [ ! -e "$it" ] || return 1; done; }
dead() { local it; for it; do ! grep -qs . "/proc/$it/cmdline" || return 1; done; }	# a zombie has none

t 'no command is wrong use'             64 'what to do is missing'     "$stack"
t 'an unknown one too'                  64 'frobnicate: '              "$stack" frobnicate
t '--purge goes with down'              64 '--purge'                   "$stack" up --purge
t 'help is help'                        0  ''                          "$stack" --help
t 'nothing runs at first'               3  ''                          "$stack" status
t 'a stack that never was has no env'   78 'never started'             "$stack" env
t 'down of nothing is fine'             0  ''                          "$stack" down
t '... and makes no folder'             0  ''                          gone "$RC_STACK_DIR"
t 'a port is a number'                  64 'RC_STACK_KAFKA_PORT: x: '  env RC_STACK_KAFKA_PORT=x "$stack" up --kafka
t 'Java is asked for'                   69 "default-jre-headless"      env JAVA_HOME=/nowhere "$stack" up --kafka

t 'up'                                  0  'starting Kafka'            "$stack" up
t 'again, there is nothing to say'      0  ''                          "$stack" up
t 'both run'                            0  ''                          "$stack" status
t '... Kafka'                           0  ''                          said '^kafka +running: pid [0-9]+, 127.0.0.1:[0-9]+, since 20'
t '... still'                           0  ''                          "$stack" status
t '... PostgreSQL'                      0  ''                          said '^postgres +running: pid [0-9]+, /.*, since 20'
open_to_others() { find "$RC_STACK_DIR" -name man -prune -o \( -type f -o -type d \) -perm /077 -print | (! grep .); }
archive=$("$stack" env --kafka | sed -n "s/^export RC_KAFKA_ARCHIVE='\(.*\)'$/\1/p")
t '... Kafka from the archive of its classes' 0 ''                     grep -qF "$archive" "/proc/$(pid kafka)/maps"
t '... nothing is open to others'       0  ''                          open_to_others
t 'a taken port is named'               69 'RC_STACK_KAFKA_PORT'       env RC_STACK_DIR="$dir/other" \
	RC_STACK_KAFKA_PORT="$(cat "$RC_STACK_DIR/kafka.port")" "$stack" up --kafka

t 'env'                                 0  ''                          "$stack" env
export PGSERVICE=of-the-user PGHOSTADDR=192.0.2.1
settings=$(cat out)
eval "$settings"
# shellcheck disable=SC2016  # for sh to expand
t '... is for sh too'                   0  ''                          sh -c 'eval "$1" && [ "$PGHOST" = "$2" ] && [ "$XDG_STATE_HOME" = "$3" ]' \
	sh "$settings" "$PGHOST" "$RC_STACK_DIR/state"
t 'psql needs no option'                0  ''                          psql -Xqc 'create table kept (a text)'
t '... and is who it should be'         0  ''                          psql -XAtc "select current_user || '@' || current_database()"
t '... in the right database'           0  ''                          said '^rappelconso@rappelconso$'
is '... which is no database of the system'\''s own' "$(psql -XAtc "select oid >= 16384 from pg_database where datname = 'rappelconso'")" t
t 'no one else can enter'               0  ''                          test "$(stat -c %a "$PGHOST")" = 700
t 'a topic is made'                     0  ''                          kafka_tool TopicCommand --create --topic kept

old=$(pid kafka)
kill -9 "$old" "$(pid postgres)"
while ! dead "$old"; do sleep 0.05; done
t 'what was killed does not run'        3  ''                          "$stack" status
t 'up brings it back'                   0  'starting PostgreSQL'       "$stack" up
t '... another process'                 1  ''                          test "$(pid kafka)" = "$old"
t '... at the same place'               0  ''                          test "$("$stack" env --kafka | head -1)" = "export RC_BROKERS='$RC_BROKERS'"
t '... with its topic'                  0  ''                          kafka_tool TopicCommand --describe --topic kept
t '... and table'                       0  ''                          psql -Xqc 'select a from kept'
t 'commits work at once'                0  ''                          kafka_tool TransactionsCommand list
t '... as groups do'                    0  ''                          kafka_tool consumer.group.ConsumerGroupCommand --list

both=$(pid kafka)\ $(pid postgres)
t 'down, one alone'                     0  ''                          "$stack" down --kafka
t '... the other runs'                  0  ''                          "$stack" status --postgres
t '... but not both'                    3  ''                          "$stack" status
sleep 60 & other=$!
echo $other >"$RC_STACK_DIR/kafka.pid"
t 'a process of others is not Kafka'    3  ''                          "$stack" status --kafka
t 'down'                                0  ''                          "$stack" down
t '... ends none of them'               0  ''                          kill $other
# shellcheck disable=SC2086  # two words
t '... but all of ours'                 0  ''                          dead $both
t '... and keeps the data'              0  ''                          test -d "$RC_STACK_DIR/kafka/data/kept-0"


# A Java that makes no archive, an archive that is none of this Java, and a log that nobody has made yet.
mkdir -p "$dir/jars" "$dir/java/bin"
ln -s "${archive%/*}"/*.jar "$dir/jars"
# shellcheck disable=SC2016  # for sh to expand
printf '#!/bin/sh\ncase " $* " in *ArchiveClassesAtExit*) exit 1 ;; esac\nexec %s "$@"\n' "$(command -v java)" >"$dir/java/bin/java"
chmod +x "$dir/java/bin/java"
t 'a Java that makes no archive'        0  'there is none: each start takes longer' \
	env JAVA_HOME="$dir/java" RC_STACK_JARS="$dir/jars" RC_STACK_DIR="$dir/cut" "$stack" up --kafka
t '... is no obstacle'                  0  ''                          env RC_STACK_DIR="$dir/cut" "$stack" status --kafka
ok '... and is not asked again' test -e "$dir/jars/${archive##*/}" -a ! -s "$dir/jars/${archive##*/}"
t '... down'                            0  ''                          env RC_STACK_DIR="$dir/cut" "$stack" down --kafka --purge
head -c 5000 /dev/urandom >"$dir/jars/${archive##*/}"
t 'an archive of another Java'          0  'starting Kafka'            env RC_STACK_JARS="$dir/jars" RC_STACK_DIR="$dir/cut" "$stack" up --kafka
t '... is no obstacle'                  0  ''                          env RC_STACK_DIR="$dir/cut" "$stack" status --kafka
features() { grep -aoE '[a-z]+[.][a-z.]*version' "$1/kafka/data/bootstrap.checkpoint"; }
t '... the log is as it is elsewhere'   0  ''                          test "$(features "$dir/cut")" = "$(features "$RC_STACK_DIR")"
t 'the first PostgreSQL'                0  'making a PostgreSQL'       env RC_STACK_JARS="$dir/jars" RC_STACK_DIR="$dir/cut" "$stack" up --postgres
ok '... leaves an empty cluster for those that follow' test -r "$(echo "$dir"/cluster-*)/PG_VERSION"
t '... down'                            0  ''                          env RC_STACK_DIR="$dir/cut" "$stack" down --purge

elsewhere=$(outside)
chmod o+w "$RC_STACK_DIR"
for command in up down 'down --purge' status env; do
	# shellcheck disable=SC2086  # words
	t "a folder that all can write to: $command" 77 'anybody can write to .*chmod o-w' "$stack" $command
done
chmod o-w "$RC_STACK_DIR"
if [ "$(id -u)" -eq 0 ]; then
	chown 1 "$RC_STACK_DIR"
	for command in up down 'down --purge' status env; do
		# shellcheck disable=SC2086  # words
		t "a folder of another: $command" 77 'belongs to another user: set RC_STACK_DIR' "$stack" $command
	done
	chown 0 "$RC_STACK_DIR"
fi
# what is named there, but was not made by rc-stack, is not deleted
mkdir "$dir/precious" "$dir/rc-stack.abc"
RC_STACK_DIR=$dir/named
mkdir "$RC_STACK_DIR"
for it in "$dir/precious" "/tmp/../$dir/rc-stack.abc" "/tmp/rc-stack./../.." ''; do
	echo "$it" >"$RC_STACK_DIR/postgres.place"
	echo "$it" >"$RC_STACK_DIR/postgres.socket"
	t "purge where '${it//"$dir"/...}' is named" 0 ''                 "$stack" down --purge
	mkdir -p "$RC_STACK_DIR"
done
t '... deletes none of it'              0  ''                          test -d "$dir/precious" -a -d "$dir/rc-stack.abc"
rmdir "$RC_STACK_DIR"
RC_STACK_DIR=$dir/"it's one"
t 'purge'                               0  ''                          "$stack" down --purge
# shellcheck disable=SC2086  # words
t '... leaves nothing'                  0  ''                          gone "$RC_STACK_DIR" $elsewhere
plan
