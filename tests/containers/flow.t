#!/usr/bin/env bash
# docker-compose.yml by podman-compose: the flow's image is built and run against Kafka and
# PostgreSQL in containers.  make containers; it needs root, podman, runc, catatonit, podman-compose,
# and debian:bookworm-slim: pulled, or made of a folder that debootstrap has filled:
#   tar -C FOLDER -c . | podman import - debian:bookworm-slim
# What cannot be pulled is stood in for (kafka.Dockerfile, postgres.Dockerfile), so that Kafka UI and
# pgAdmin are not run here.  Ports 5432, 9092, 9093 and 9094 must be free.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
test_limit=900
# shellcheck source=tests/lib.sh
. "${0%/*}/../lib.sh"

if ! command -v podman-compose >/dev/null || ! podman image exists debian:bookworm-slim; then
	echo '1..0 # SKIP no podman-compose, or no debian:bookworm-slim'
	exit 0
fi
here=$top/tests/containers
compose() { (cd "$top" && podman-compose -p rc-test --podman-path "$here/podman" "$@"); }
in_flow() { podman exec rc-test_flow_1 "$@"; }
down() {
	compose down >down.log 2>&1
	podman volume rm -f rc-test_kafka rc-test_postgres rc-test_state >/dev/null 2>&1
	cleanup
}
trap down EXIT
# image NAME DOCKERFILE CONTEXT: build it, where it is not there.
image() {
	podman image exists "$1" || podman build --isolation=chroot --network=host \
		--ulimit nofile=1024:1024 --ulimit nproc=1024:1024 -t "$1" -f "$2" "$3" >build.log 2>&1
}
healthy() { podman healthcheck run "rc-test_$1_1"; }

podman rmi rappelconso >/dev/null 2>&1
ok 'the image is built' image rappelconso "$top/scripts/docker/Dockerfile" "$top"
is '... for a user without rights' "$(podman image inspect rappelconso --format '{{.User}} {{.Config.Cmd}}')" 'rappelconso [daily]'
ok 'a stand-in for Kafka' image docker.io/apache/kafka:4.1.1 "$here/kafka.Dockerfile" "$top/.stack/kafka-4.1.1"
ok 'a stand-in for PostgreSQL' image docker.io/library/postgres:17 "$here/postgres.Dockerfile" "$here"

"$top/scripts/sample-records" --count 300 >data.jsonl
start_api --data data.jsonl --dataset rappelconso-v2-gtin-espaces
compose up -d --no-build kafka postgres >up.log 2>&1
ok 'Kafka is healthy' wait_for 60 healthy kafka
ok 'PostgreSQL is' wait_for 60 healthy postgres
compose up -d --no-build flow >>up.log 2>&1
ok 'the flow runs, and all is well' wait_for 60 in_flow rc-flow -q status
is '... the table is filled' "$(in_flow rc-flow status --json | jq -c '[.rows, .last_run.loaded, .lag[0].lag]')" '[300,300,0]'
is '... nothing of the container can be written' "$(in_flow sh -c 'id -un; touch /x 2>/dev/null || echo no; touch /tmp/x && echo yes')" \
	'rappelconso
no
yes'
is '... the topic is the description'\''s' "$(kcat -L -b localhost:9094 | grep -c 'topic "rappel_conso" with 1 partitions')" 1
is 'a single stage' "$(compose run --rm -T flow rc-fetch --limit 3 2>/dev/null | grep -c numero_fiche)" 3
podman kill rc-test_flow_1 >/dev/null 2>&1
podman start rc-test_flow_1 >/dev/null 2>&1
two_runs() { [ "$(in_flow rc-flow history --json | jq -s '[.[] | select(.attempt == 0 and .status == 0)] | length')" -ge 2 ]; }
ok 'killed and started again, it runs again' wait_for 60 two_runs
is '... and all is well' "$(in_flow rc-flow status --json | jq -c '[.status, .rows, .last_run.loaded]')" '[0,300,0]'
in_flow rc-flow status | sed 's/^/# /'
in_flow rc-flow history | sed 's/^/# /'
podman logs rc-test_flow_1 2>&1 | sed 's/^/# daily: /'
podman stop -t 20 rc-test_flow_1 >/dev/null 2>&1
is 'it ends when it is told to' "$(podman inspect rc-test_flow_1 --format '{{.State.ExitCode}}')" 143
plan
