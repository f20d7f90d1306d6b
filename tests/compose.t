#!/usr/bin/env bash
# docker-compose.yml: it fits the schema of the compose specification, and has what its head
# says.  tests/containers runs it.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

schema=$(echo "$top"/build/compose/schema-*.json)
python=$top/build/oracle/bin/python
if [ ! -e "$schema" ] || [ ! -x "$python" ]; then
	echo '1..0 # SKIP no schema: make compose-schema fetches it'
	exit 0
fi

# fits: whether standard input, in YAML, does.  "name" is newer than the schema.
cat >fits.py <<'END'
import json, sys, jsonschema, yaml
file = yaml.safe_load(sys.stdin)
file.pop("name", None)
errors = jsonschema.Draft7Validator(json.load(open(sys.argv[1]))).iter_errors(file)
sys.exit("\n".join(f"{list(e.absolute_path)}: {e.message}" for e in errors) or 0)
END
fits() { "$python" fits.py "$schema"; }
ok 'it fits the schema' fits <"$top/docker-compose.yml"
t 'a wrong word does not' 1 'healthchek' fits < <(sed 's/healthcheck:/healthchek:/' "$top/docker-compose.yml")

"$python" -c 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)' \
	<"$top/docker-compose.yml" >file.json
is 'the user interfaces have a profile, nothing else' \
	"$(jq -r '.services | to_entries[] | "\(.key) \(.value.profiles // [] | join(","))"' file.json)" 'kafka 
postgres 
flow 
kafka-ui ui
pgadmin ui'
is 'each port is on 127.0.0.1 by default' "$(jq -r '.services[].ports[]?' file.json | grep -v 'RC_BIND:-127.0.0.1}:')" ''
is 'each image has a version' "$(jq -r '.services[].image' file.json | grep -Ev ':[0-9v]|^rappelconso$')" ''
is 'each has limits for memory and logs' "$(jq -r '.services[] | select(.mem_limit == null or .logging.options["max-size"] == null or .restart != "unless-stopped") | .image' file.json)" ''
is 'the user interfaces need no second password, and change nothing in Kafka' \
	"$(jq -r '.services | .pgadmin.environment.PGADMIN_CONFIG_MASTER_PASSWORD_REQUIRED, ."kafka-ui".environment.KAFKA_CLUSTERS_0_READONLY' file.json)" 'False
true'
is 'no network has to be there first' "$(jq -c '[.networks[]?, .volumes[]? | objects | select(.external)]' file.json)" '[]'
plan
