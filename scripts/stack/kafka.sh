# shellcheck shell=bash
# kafka.sh - rc-stack's Kafka: its jars, its port, its start, and when it is ready

need_java() {
	local major
	java_version=$("$java" -version 2>&1 || true)
	major=$(sed -n 's/.* version "\([0-9]*\).*/\1/p' <<<"$java_version")
	[ "${major:-0}" -ge 17 ] ||
		die 69 "Kafka needs Java 17 or newer: install Debian's default-jre-headless, or set JAVA_HOME"
}

fetch_jars() {
	[ -d "$jars" ] && return
	command -v mvn >/dev/null || die 69 "Kafka's jars are fetched by Maven: install Debian's maven"
	say "fetching Kafka $version into $jars"
	umask 022	# they are everybody's, and perhaps shared
	mkdir -p "$(dirname "$jars")"
	fetched=$(mktemp -d "$jars.XXXXXX")
	trap 'rm -rf "$fetched"' EXIT
	mvn -B -q -Dstyle.color=never -f "$pom" dependency:copy-dependencies -DincludeScope=runtime \
		-DoutputDirectory="$fetched" >&2 ||
		die 69 "Kafka's jars could not be fetched: see above; check the network or Maven's settings"
	chmod 755 "$fetched"
	mv -T "$fetched" "$jars" 2>/dev/null || [ -d "$jars" ]	# or another up was faster
	umask 077
}

# What each start would work out again is made once, beside the jars: the classes that a broker loads, as Java maps
# them into memory (JEP 350), which only the Java that wrote them can; and a new log, by Kafka's own StorageTool.
archive() { echo "$jars/classes-$(cksum <<<"$java_version" | cut -d ' ' -f 1).jsa"; }

make_archive() {
	local it
	it=$(archive)
	if [ -e "$it" ] || [ ! -w "$jars" ]; then return; fi
	say "making an archive of Kafka's classes in $jars, for faster starts"
	(flock 8 && { [ -e "$it" ] || train "$it"; }) 8<"$jars" >/dev/null 2>&1 && return
	: >"$it"	# this Java makes none: it is not asked again
	say "there is none: each start takes longer"
}

# train FILE: in a process of its own, a broker that writes the archive when it ends.
train() {
	new=$(mktemp -d "$jars/new.XXXXXX") || return
	trap 'dir=$new stop kafka KILL; rm -rf "$new"' EXIT
	local dir=$new RC_STACK_KAFKA_PORT=0
	start_kafka "-XX:ArchiveClassesAtExit=$dir/classes"
	wait_ready kafka 120
	stop kafka TERM 120
	mkdir "$dir/log"
	mv "$dir"/kafka/data/{meta.properties,bootstrap.checkpoint} "$dir/log" && chmod -R go=u-w "$dir"/{classes,log} &&
		sync "$dir/classes" "$dir"/log/* &&	# of half an archive a Java dies
		"$java" -XX:+UseSerialGC -cp "$jars/*" -Xshare:on "-XX:SharedArchiveFile=$dir/classes" -version &&
		{ [ -e "$jars/log" ] || mv -T "$dir/log" "$jars/log"; } && mv "$dir/classes" "$1"
}

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

still_taken() {	# ... and not by a broker that was killed and is still letting go of it
	local end=$((SECONDS + 2))
	while taken "$1"; do
		[ $SECONDS -lt $end ] || return 0
		sleep 0.1
	done
	false
}

free_port() {	# below those that the kernel gives to clients
	local port
	while port=$((20000 + RANDOM % 12000)) && taken $port; do :; done
	echo $port
}

# --- one broker, or a cluster of three: kafka, kafka2 and kafka3

brokers() { local it; it=$(recall kafka.brokers); if [ "${it:-1}" = 3 ]; then echo kafka kafka2 kafka3; else echo kafka; fi; }
kafka_running() { local it; for it in $(brokers); do running "$it" || return; done; }

choose_brokers() {
	[ "$(recall kafka.brokers)" != "$brokers" ] || return 0
	[ ! -e "$dir/kafka/data" ] || [ "$brokers$(recall kafka.brokers)" = 1 ] ||
		die 64 "--brokers $brokers: there is one of ${brokers/3/1 broker}: rc-stack down --kafka --purge deletes it"
	echo "$brokers" >"$dir/kafka.brokers"
}

# choose_kafka_port NAME: the first one's is the user's choice.
choose_kafka_port() {
	local last port
	if [ "$1" != kafka ]; then
		[ -s "$dir/$1.port" ] || free_port >"$dir/$1.port"
		return
	fi
	last=$(recall kafka.port)
	port=${RC_STACK_KAFKA_PORT:-${last:-9094}}
	[[ $port =~ ^[0-9]{1,5}$ && $((10#$port)) -le 65535 ]] || die 64 "RC_STACK_KAFKA_PORT: $port: not a port"
	[ "$port" -ne 0 ] || port=${last:-$(free_port)}
	if still_taken "$port"; then
		[ "${RC_STACK_KAFKA_PORT:-1}" -eq 0 ] ||
			die 69 "port $port is taken by another program: set RC_STACK_KAFKA_PORT to another one (0: any)"
		port=$(free_port)
	fi
	echo "$port" >"$dir/kafka.port"
}

# One partition for each coordinator, so that one answer of each tells that all of it is loaded. A machine that is busy, or
# whose disk is, may hold up a broker for some seconds, so its session is Kafka's own nine, though one that was killed is let
# in again only when its old session is over. It has few clients, and one that waits costs little.
kafka_properties() { # NAME
	local all copies=1 isr=1 it number=${1#kafka} voters=''
	all=$(brokers)
	[ "$all" = kafka ] || copies=3 isr=2
	for it in $all; do
		[ -s "$dir/$it.controller" ] || free_port >"$dir/$it.controller"
		number=${it#kafka}
		voters+=${voters:+,}${number:-1}@127.0.0.1:$(recall "$it.controller")
	done
	number=${1#kafka}
	cat <<-E
		process.roles=broker,controller
		node.id=${number:-1}
		listeners=PLAINTEXT://127.0.0.1:$(recall "$1.port"),CONTROLLER://127.0.0.1:$(recall "$1.controller")
		advertised.listeners=PLAINTEXT://127.0.0.1:$(recall "$1.port")
		controller.listener.names=CONTROLLER
		controller.quorum.voters=$voters
		broker.heartbeat.interval.ms=1000
		metadata.max.idle.interval.ms=0
		num.network.threads=1
		num.io.threads=2
		background.threads=1
		log.dirs=$1/data
		log.cleaner.dedupe.buffer.size=8388608
		auto.create.topics.enable=false
		group.initial.rebalance.delay.ms=0
		default.replication.factor=$copies
		min.insync.replicas=$isr
		offsets.topic.num.partitions=1
		offsets.topic.replication.factor=$copies
		transaction.state.log.num.partitions=1
		transaction.state.log.replication.factor=$copies
		transaction.state.log.min.isr=$isr
	E
}

# make_log NAME JAVA...: for a broker that has none.
make_log() {
	local name=$1 number=${1#kafka}
	shift
	say "making a Kafka log in $dir/$name"
	if [ -e "$jars/log" ]; then
		mkdir -p "$name/data"
		cp "$jars"/log/bootstrap.checkpoint "$name/data" &&
			sed "s/^node.id=.*/node.id=${number:-1}/; ${number:+/^directory.id=/d}" "$jars"/log/meta.properties >"$name/data/meta.new" &&
			mv "$name/data/meta.new" "$name/data/meta.properties"	# it says that the log is whole
	else
		"$@" kafka.tools.StorageTool format --ignore-formatted -t rappelconso-rc-stack-w -c "$name.properties"
	fi >>"$name.log" 2>&1 || give_up "$name" "cannot make its log"
}

# start_kafka [OPTION]...: of Java; all that are not running.
start_kafka() {
	local it
	[ "$(brokers)" != kafka ] || rm -f "$dir/kafka.controller"	# alone, it may have another one each time
	for it in $(brokers); do running "$it" || choose_kafka_port "$it"; done
	for it in $(brokers); do running "$it" || start_broker "$it" "$@"; done
}

start_broker() { # NAME [OPTION]...
	local name=$1 java_=("$java" -cp "$jars/*" -Djava.io.tmpdir="$dir/$1/tmp" -XX:-UsePerfData)
	shift
	java_+=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:cds=off)	# a short start
	[ ! -e "$dir/$name.log" ] || mv "$dir/$name.log" "$dir/$name.log.old"
	archive >"$dir/kafka.archive"
	[ ! -s "$(recall kafka.archive)" ] || java_+=("-XX:SharedArchiveFile=$(recall kafka.archive)")
	kafka_properties "$name" >"$dir/$name.properties"
	rm -rf "$dir/$name/tmp"	# a broker that is killed leaves libraries there
	mkdir -p "$dir/$name/tmp"
	cd "$dir"	# log.dirs is relative: no character of the path is special
	[ -e "$name/data/meta.properties" ] || make_log "$name" "${java_[@]}"
	say "starting Kafka on 127.0.0.1:$(recall "$name.port")"
	launch "$name" "${java_[@]}" -Xmx512m -Dlog4j2.level=INFO "$@" kafka.Kafka "$dir/$name.properties"
}

# ask KEY VERSION BODY: send Kafka a request, its parts in hexadecimal; is the error code, in bytes 12 and 13, zero?
ask() {
	local request=$1${2}00000000ffff$3 answer
	request=$(printf %08x $((${#request} / 2)))$request
	answer=$(
		exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$(recall "${asked:-kafka}.port")" || exit
		# shellcheck disable=SC2001,SC2059  # bytes, zeros among them, are only written by a format
		printf "$(sed 's/../\\x&/g' <<<"$request")" >&3
		timeout 5 od -An -tu1 -j12 -N2 <&3
	) && [ "${answer// /}" = 00 ]
}

# Both coordinators are there and have loaded their topics, and producer ids are at hand. Log lines do not tell that,
# and a client that comes earlier is told to wait.
ready_kafka() {
	local id=000872632d737461636b asked=kafka	# "rc-stack", after its length
	if [ "$(brokers)" != kafka ]; then	# a coordinator may be any of them
		for asked in $(brokers); do
			running "$asked" || give_up "$asked" "ended at once"
			ask 000a 0001 "${id}01" && ask 000a 0001 "${id}00" && ask 0016 0000 ffff0000ea60 || return
		done
		return
	fi
	ask 000a 0001 "${id}01" &&	# FindCoordinator, of transactions: makes the topic, once
	ask 000a 0001 "${id}00" &&	# ... of groups
	ask 0016 0000 "${id}0000ea60" &&	# InitProducerId, transactional
	ask 0016 0000 ffff0000ea60 &&	# ... idempotent: always a new id
	ask 0009 0002 "${id}00000000"	# OffsetFetch
}

need_kafka() { need_java && fetch_jars && make_archive; }
stop_kafka() {	# all at once, for the last of them has nobody to hand over to; what is purged need not be put in order
	local it
	for it in $(brokers); do if [ -z "$1" ]; then stop "$it" TERM & else stop "$it" KILL & fi; done
	wait
}
purge_kafka() { rm -rf "$dir"/kafka{,2,3} "$dir"/kafka{,2,3}.*; }
known_kafka() { [ -e "$dir/kafka.port" ]; }
address_kafka() {
	local all='' it
	for it in $(brokers); do all+=${all:+,}127.0.0.1:$(recall "$it.port"); done
	echo "$all"
}

env_kafka() {
	setting RC_BROKERS "$(address_kafka)"
	setting RC_KAFKA_CLASSPATH "$jars/*"
	setting RC_KAFKA_ARCHIVE "$(recall kafka.archive)"
}
