# shellcheck shell=bash
# kafka.sh - sourced by the tests that make, read and spoil topics, after start_stack: by kcat
# and Kafka's own tools, as far as that is possible.

# shellcheck disable=SC2154 # lib.sh sets it

# kafka_java OPTION...: in place of this shell, Java with Kafka's classes, which does not wait for a disk.
kafka_java() {
	exec ${no_sync:+"$no_sync"} java -XX:-UsePerfData -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:cds=off \
		-XX:SharedArchiveFile="$RC_KAFKA_ARCHIVE" -cp "$RC_KAFKA_CLASSPATH" "$@"
}

# kafka_admin COMMAND...: see kafka-admin.c; kafka_tool CLASS OPTION...: one of Kafka's own tools, which take fifty
# times as long.
kafka_admin() { "${PATH%%:*}/tests/kafka-admin" "$RC_BROKERS" "$@"; }
kafka_tool() (kafka_java "org.apache.kafka.tools.$1" --bootstrap-server "$RC_BROKERS" "${@:2}")

# kafka_with LISTENERS ADVERTISED <PROPERTIES: the same broker again, with listeners and properties of its own.
kafka_with() {
	rc-stack down --kafka
	sed "s|^listeners=|&$1,|; s|^advertised.listeners=|&$2,|" "$RC_STACK_DIR/kafka.properties" >kafka.properties
	{ echo inter.broker.listener.name=PLAINTEXT && cat; } >>kafka.properties
	(cd "$RC_STACK_DIR" && kafka_java -Xmx512m kafka.Kafka "$dir/kafka.properties" >"$dir/kafka.log" 2>&1) &
	pids+=($!)
}

# broker ID: one more, beside that of the stack; its pid is in $pid.
broker() {
	local port
	port=$(free_port)
	mkdir -p "broker$1"
	sed -n 's/^directory.id=.*//; /^\(version\|cluster.id\)=/p' "$RC_STACK_DIR/kafka/data/meta.properties" |
		cat - <(echo "node.id=$1") >"broker$1/meta.properties"
	sed "s|^process.roles=.*|process.roles=broker|; s|^node.id=.*|node.id=$1|; s|^\(advertised.\)\?listeners=.*|\1listeners=PLAINTEXT://127.0.0.1:$port|
		s|^log.dirs=.*|log.dirs=$dir/broker$1|; \$ a replica.lag.time.max.ms=1000" "$RC_STACK_DIR/kafka.properties" >"broker$1.properties"
	(kafka_java -Xmx512m kafka.Kafka "broker$1.properties" >"broker$1.log" 2>&1) &
	pid=$!
	pids+=("$pid")
}

# topic NAME PARTITIONS [SETTING VALUE]: made by a description for it.  By default it keeps
# messages of any age: retention is first looked at half a minute after a broker began.
topic() {
	jq --arg t "$1" --argjson p "$2" --arg s "${3-retention.ms}" --arg v "${4--1}" \
		'.topic = {name: $t, partitions: $p, replication_factor: ($ENV.replicas // "1" | tonumber), config: {($s): $v}}' \
		"$top/lib/dataset/rappelconso-v2.json" >"$1.json" &&
		rc-produce -d "./$1.json" --create-topic </dev/null
}

# delete_topic NAME: and wait until it is gone.
delete_topic() {
	kafka_admin delete-topic "$1" 2>/dev/null
	wait_for 20 eval "! kcat -L -b '$RC_BROKERS' -t '$1' | grep -q 'with [1-9]'"
}

# delete_before TOPIC PARTITION OFFSET: what retention does.
delete_before() { kafka_admin delete-before "$@"; }

# put TOPIC PARTITION [OPTION]...: lines from a program that is not ours.
put() { kcat -b "$RC_BROKERS" -P -t "$1" -p "$2" "${@:3}" 2>/dev/null; }

# read_ TOPIC FORMAT: all of a topic, by a program that is not ours.
read_() { kcat -b "$RC_BROKERS" -C -q -e -t "$1" -f "$2"; }
