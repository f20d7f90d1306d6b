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

choose_kafka_port() {
	local last port
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
kafka_properties() {
	local port controller
	port=$(recall kafka.port)
	while controller=$(free_port) && [ "$controller" -eq "$port" ]; do :; done
	cat <<-E
		process.roles=broker,controller
		node.id=1
		listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
		advertised.listeners=PLAINTEXT://127.0.0.1:$port
		controller.listener.names=CONTROLLER
		controller.quorum.voters=1@127.0.0.1:$controller
		broker.heartbeat.interval.ms=1000
		metadata.max.idle.interval.ms=0
		num.network.threads=1
		num.io.threads=2
		background.threads=1
		log.dirs=kafka/data
		log.cleaner.dedupe.buffer.size=8388608
		auto.create.topics.enable=false
		group.initial.rebalance.delay.ms=0
		offsets.topic.num.partitions=1
		offsets.topic.replication.factor=1
		transaction.state.log.num.partitions=1
		transaction.state.log.replication.factor=1
		transaction.state.log.min.isr=1
	E
}

# make_log: for a broker that has none.
make_log() {
	say "making a Kafka log in $dir/kafka"
	if [ -e "$jars/log" ]; then
		mkdir -p kafka/data
		cp "$jars"/log/bootstrap.checkpoint kafka/data && cp "$jars"/log/meta.properties kafka/data	# the last says that it is whole
	else
		"$@" kafka.tools.StorageTool format --ignore-formatted -t rappelconso-rc-stack-w -c kafka.properties
	fi >>kafka.log 2>&1 || give_up kafka "cannot make its log"
}

# start_kafka [OPTION]...: of Java.
start_kafka() {
	local java_=("$java" -cp "$jars/*" -Djava.io.tmpdir="$dir/kafka/tmp" -XX:-UsePerfData)
	java_+=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:cds=off)	# a short start
	choose_kafka_port
	archive >"$dir/kafka.archive"
	[ ! -s "$(recall kafka.archive)" ] || java_+=("-XX:SharedArchiveFile=$(recall kafka.archive)")
	kafka_properties >"$dir/kafka.properties"
	rm -rf "$dir/kafka/tmp"	# a broker that is killed leaves libraries there
	mkdir -p "$dir/kafka/tmp"
	cd "$dir"	# log.dirs is relative: no character of the path is special
	[ -e kafka/data/meta.properties ] || make_log "${java_[@]}"
	say "starting Kafka on 127.0.0.1:$(recall kafka.port)"
	launch kafka "${java_[@]}" -Xmx512m -Dlog4j2.level=INFO "$@" kafka.Kafka "$dir/kafka.properties"
}

# ask KEY VERSION BODY: send Kafka a request, its parts in hexadecimal; is the error code, in bytes 12 and 13, zero?
ask() {
	local request=$1${2}00000000ffff$3 answer
	request=$(printf %08x $((${#request} / 2)))$request
	answer=$(
		exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$(recall kafka.port)" || exit
		# shellcheck disable=SC2001,SC2059  # bytes, zeros among them, are only written by a format
		printf "$(sed 's/../\\x&/g' <<<"$request")" >&3
		timeout 5 od -An -tu1 -j12 -N2 <&3
	) && [ "${answer// /}" = 00 ]
}

# Both coordinators are there and have loaded their topics, and producer ids are at hand. Log lines do not tell that,
# and a client that comes earlier is told to wait.
ready_kafka() {
	local id=000872632d737461636b	# "rc-stack", after its length
	ask 000a 0001 "${id}01" &&	# FindCoordinator, of transactions: makes the topic, once
	ask 000a 0001 "${id}00" &&	# ... of groups
	ask 0016 0000 "${id}0000ea60" &&	# InitProducerId, transactional
	ask 0016 0000 ffff0000ea60 &&	# ... idempotent: always a new id
	ask 0009 0002 "${id}00000000"	# OffsetFetch
}

need_kafka() { need_java && fetch_jars && make_archive; }
stop_kafka() { if [ -z "$1" ]; then stop kafka TERM; else stop kafka KILL; fi; }	# what is purged need not be put in order
purge_kafka() { rm -rf "$dir/kafka" "$dir"/kafka.*; }
known_kafka() { [ -e "$dir/kafka.port" ]; }
address_kafka() { echo "127.0.0.1:$(recall kafka.port)"; }

env_kafka() {
	setting RC_BROKERS "$(address_kafka)"
	setting RC_KAFKA_CLASSPATH "$jars/*"
	setting RC_KAFKA_ARCHIVE "$(recall kafka.archive)"
}
