#!/usr/bin/env bash
# rc-settings: the settings file is read, not run; every name and value is checked; no secret is shown.
# shellcheck disable=SC2016 # settings are not expanded
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
export XDG_CONFIG_HOME=$dir/none
settings() { rc-settings -c flow.env "$@"; }
# flow_env TEXT: the settings file, for its owner alone.
flow_env() { rm -f flow.env; (umask 077; printf '%b' "$1" >flow.env); }

# --- the form

# wrong WHAT CONTENT LINE: a settings file that is none.
wrong() {
	flow_env "$2"
	t "$1" 78 "^rc-settings: flow.env: line $3: " settings
}
wrong 'a command that is false' '[ -n "${DEBUG-}" ] && RC_API=1\n' 1
wrong 'a command' 'RC_API=1\n\ntouch ran\n' 3
wrong 'export' 'export RC_API=1\n' 1
wrong 'an open quote' 'RC_API="1\n' 1
wrong '... the other' "RC_API='1\n" 1
wrong '... behind a backslash' 'RC_API="1\\"\n' 1
wrong 'a quote within' 'RC_API=a"b"\n' 1
wrong 'something behind a quote' 'RC_API="a"b\n' 1
wrong 'no name' '=1\n' 1
wrong 'a name that is none' '1X=1' 1
ok '... nothing was run' test ! -e ran
flow_env 'RC_API=a\0b\n'
t 'a NUL' 78 'has a NUL' settings
t 'a folder' 78 '^rc-settings: [.]: a folder' rc-settings -c .
t 'a file that is not there' 78 'gone: cannot be read: No such file' rc-settings -c gone
t '... by RC_FLOW_ENV' 78 'gone: cannot be read' env RC_FLOW_ENV=gone rc-settings
flow_env '# c\r\n; d\n\n  RC_API = x y \r\nRC_BROKERS="q \\"$HOME\\" `z`"\nRC_FLOW_TABLE='"'"'$(touch ran)'"'"'\nRC_FLOW_CONSUMER=\nRC_FLOW_TABLE=last\nFOO=bar'
t 'what is allowed' 0 '' env RC_FLOW_LOCK=env RC_BROKERS=hidden rc-settings -c flow.env
is '... is taken as it stands' "$(grep -E '^(RC_|FOO)' out)" 'FOO=bar
RC_API=x y
RC_BROKERS=q "$HOME" `z`
RC_FLOW_CONSUMER=
RC_FLOW_LOCK=env
RC_FLOW_TABLE=last'
t '... and exported' 0 '' settings --export
is '... for a shell' "$(sh -c '. ./out && printf "%s|" "$RC_API" "$RC_BROKERS" "$RC_FLOW_TABLE" "$FOO"')" 'x y|q "$HOME" `z`|last|bar|'
flow_env 'RC_API="it'"'"'s $(touch ran)"\n'
t '... whatever it has in it' 0 '' settings --export
is '...' "$(sh -c '. ./out && echo "$RC_API"')" "it's \$(touch ran)"
mkdir -p conf/rappelconso
echo 'RC_API=found' >conf/rappelconso/flow.env
t 'the place where it is looked for' 0 '' env XDG_CONFIG_HOME="$dir/conf" rc-settings
is '... is named' "$(head -n 1 out)" "# $dir/conf/rappelconso/flow.env"
t 'no file' 0 '' rc-settings
t '... has nothing to export' 0 '' rc-settings --export
is '... but where the lock is' "$(cat out)" "export RC_FLOW_LOCK='$XDG_STATE_HOME/rappelconso/rappelconso-v2/flow.lock'"
mkdir a && cp "$top/lib/dataset/fuel.json" a/plain.json
t '... one for each dataset' 0 '' env RC_DATASET=./a/plain.json rc-settings --export
is '...' "$(cat out)" "export RC_FLOW_LOCK='$XDG_STATE_HOME/rappelconso/plain/flow.lock'"
t '... unless it is set' 0 '' env RC_FLOW_LOCK=here rc-settings --export
is '... indeed' "$(cat out)" ''
t '... or has no place' 78 'no place for the lock: neither XDG_STATE_HOME nor HOME' env -u XDG_STATE_HOME -u HOME rc-settings --export

# --- names and values

# refuse SETTING SAYS
refuse() {
	flow_env "$1\n"
	t "$1" 78 "^rc-settings: $2" settings --export
	is '... exports nothing' "$(cat out)" ''
}
refuse RC_BROKER=x 'flow.env: RC_BROKER: no program knows this setting: is it RC_BROKERS\?'
refuse RC_FLOW_RETRYDELAY=3 'flow.env: RC_FLOW_RETRYDELAY: .*is it RC_FLOW_RETRY_DELAY\?'
refuse RC_FLOW_RETRY_DELAY=abc 'RC_FLOW_RETRY_DELAY=abc: not a time such as 30s or 5m'
refuse RC_FLOW_RETRY_DELAY=1500ms 'RC_FLOW_RETRY_DELAY=1500ms: not a time'
refuse RC_FLOW_INTERVAL=0 'RC_FLOW_INTERVAL=0: not a time'
refuse RC_FLOW_TIMEOUT=soon 'RC_FLOW_TIMEOUT=soon: not a time such as 2h'
refuse RC_FLOW_TIMEOUT=0 'RC_FLOW_TIMEOUT=0: not a time'
refuse RC_FLOW_ON_CONFLICT=ignore 'RC_FLOW_ON_CONFLICT=ignore: not update, skip or fail'
refuse RC_FLOW_MAX_REJECTS=-1 'RC_FLOW_MAX_REJECTS=-1: not a number'
refuse 'RC_FLOW_TOPIC=a b' 'RC_FLOW_TOPIC=a b: not the name of a topic'
refuse 'RC_FLOW_TABLE=|' 'RC_FLOW_TABLE=\|: stands between programs'
refuse RC_KAFKA_CONFIG=gone 'RC_KAFKA_CONFIG=gone: cannot be read'
refuse RC_STATE=redis:x 'RC_STATE=redis:x: not a store'
refuse 'RC_STATE=postgres:host=h port' 'RC_STATE=postgres:\*\*\*: the connection string is malformed'
for name in PATH UID BASH_ENV IFS LD_PRELOAD dry quiet _x; do
	refuse "$name=1" "flow.env: $name: no setting of the flow: it would change what is run"
done
t 'a name in the environment' 78 'the environment: RC_FLOW_TOPPIC: .*is it RC_FLOW_TOPIC' env RC_FLOW_TOPPIC=x rc-settings
flow_env 'RC_FLOW_TIMEOUT=90\nRC_FLOW_INTERVAL=300\nRC_FLOW_ON_CONFLICT=skip\nRC_STATE=file:x\nhttps_proxy=http://p\nRC_FLOW_TOPIC=a.b-c_1'
t 'values that are right' 0 '' settings

# --- secrets

# hides NAME VALUE SHOWN: the setting has a secret, which is shown so; others could read it.
hides() {
	printf "%s='%s'\n" "$1" "${2//\'/}" >flow.env
	[ "${2//\'/}" = "$2" ] || printf '%s="%s"\n' "$1" "$2" >flow.env
	chmod 644 flow.env
	t "$1=${2//s3cr?t/...}" 0 "flow.env: warning: everybody can read it, and $1 is in it: chmod o-r" settings -q
	is '... is shown without' "$(grep "^$1=" out)" "$1=$3"
}
hides PGPASSWORD 's3cret' '***'
hides RC_API_KEY '"s3cret' '***'
hides MY_SECRET 's3cret' '***'
hides RC_STATE 'postgres:postgresql://u:s3cret@h/d' 'postgres:user=u password=*** dbname=d host=h'
hides RC_STATE 'postgres:postgresql://h/d?user=u&password=s3cret' 'postgres:user=u password=*** dbname=d host=h'
hides RC_STATE 'postgres:host=h password=s3cret' 'postgres:password=*** host=h'
hides RC_STATE 'postgres:host=h password = s3cret dbname=d' 'postgres:password=*** dbname=d host=h'
hides RC_STATE "postgres:password='two s3cret words' host=h" 'postgres:password=*** host=h'
hides RC_STATE 'postgres:host=h password=a~s3cret sslpassword=s3cret' 'postgres:password=*** host=h sslpassword=***'
hides PGDATABASE 'postgresql://u:s3cret@[::1]/d' 'user=u password=*** dbname=d host=::1'
hides RC_API 'https://u:s3c@ret@portal.example/x?apikey=s3cret' 'https://***@portal.example/x?***'
hides https_proxy 'http://u:s3cret@proxy:3128' 'http://***@proxy:3128'
printf 'RC_STATE="postgres:postgresql://u:s3cret@h/d\\\n"\n' >flow.env
t 'a quote that is open at the end of its line' 78 'flow.env: line 1: RC_STATE: a quote is left open' settings
ok '... is not shown' eval '! grep s3cret out err'
for it in 'u:s3cret@[h/d' 'u:s3%zzcret@h/d' 'u:x~"s3cret"@h:1"2s3cret/' 'u:host"s3cret@h:1x/d' "u:s3cret@h/d?x=s3cret"; do
	value=postgres:postgresql://$it
	t "malformed: ${it//s3*cret/...}" 78 '^rc-settings: RC_STATE=postgres:\*\*\*: ' env RC_STATE="$value" rc-settings
	ok '... is not shown' eval '! grep -e s3 -e cret out err'
	t '... nor by a program' 78 'PostgreSQL: ' rc-state --store "$value" get
	ok '... indeed' eval '! grep -e s3 -e cret out err'
done
t 'a line feed at its end' 0 '' env RC_STATE=$'postgres:postgresql://u:s3cret@h/d\n' rc-settings
is '... hides nothing from the parser' "$(grep ^RC_STATE out)" "RC_STATE=postgres:user=u password=*** dbname='d ' host=h"
flow_env 'PGPASSWORD=s3cret\n'
t 'a file that others cannot read' 0 '' settings
flow_env 'RC_API=http://portal.example\nPGHOST=h\nRC_STATE=postgres:host=h\n'
chmod 644 flow.env
t 'nothing that is secret' 0 '' settings
flow_env 'RC_API=\033[2J\n'
t 'controls' 0 '' settings
clean '... are not shown' out
plan
