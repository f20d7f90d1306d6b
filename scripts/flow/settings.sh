# shellcheck shell=bash
# settings.sh - rc-flow's settings file: found, read and shown

# find_config: the settings file, or none; one that is named must be there.
find_config() {
	local file
	config=${config:-${RC_FLOW_ENV-}}
	if [ -z "$config" ]; then
		for file in "${XDG_CONFIG_HOME:-${HOME-}/.config}/rappelconso/flow.env" /etc/rappelconso/flow.env; do
			[ ! -e "$file" ] || { config=$file; break; }
		done
	fi
	[ -n "$config" ] || return 0
	[ ! -d "$config" ] || fail 78 "$config: a folder: name a file of NAME=VALUE lines"
	[ -r "$config" ] || fail 78 "$config: cannot be read"
}

# unquote TEXT: a value as systemd's EnvironmentFile has it, into $value; nothing is expanded.
unquote() {
	local text=$1 c rest
	value=''
	case $text in
	\'*)
		rest=${text#\'}
		value=${rest%%\'*}
		[ "$rest" = "$value'" ] || return 1 ;;
	\"*)
		for ((i = 1; i < ${#text}; i++)); do
			c=${text:i:1}
			case $c in
			\") [ $((i + 1)) -eq ${#text} ]; return ;;
			\\) i=$((i + 1)) value+=${text:i:1} ;;
			*) value+=$c ;;
			esac
		done
		return 1 ;;
	*[\"\'\\]*) return 1 ;;
	*) value=$text ;;
	esac
}

# read_config: the settings file is read, not run.
read_config() {
	local line name value number=0 secret=''
	[ -n "$config" ] || return 0
	while IFS= read -r line || [ -n "$line" ]; do
		number=$((number + 1))
		line=${line%$'\r'}
		line=${line#"${line%%[![:space:]]*}"}
		line=${line%"${line##*[![:space:]]}"}
		case $line in '' | '#'* | ';'*) continue ;; esac
		name=${line%%=*}
		name=${name%"${name##*[![:space:]]}"}
		[[ $line == *=* && $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] ||
			fail 78 "$config: line $number: not NAME=VALUE: the file is read, not run as a script"
		value=${line#*=}
		unquote "${value#"${value%%[![:space:]]*}"}" ||
			fail 78 "$config: line $number: $name: a quote is left open, or stands within the value: put all of it into quotes"
		export "$name=$value"
		settings+=("$name")
		case $name=$value in
		*PASSWORD*=* | *API_KEY*=* | *SECRET*=* | RC_STATE=*://*:*@* | RC_STATE=*password*) secret=${secret:-$name} ;;
		esac
	done <"$config"
	[ -z "$secret" ] || [ -z "$(find -L "$config" -perm -o=r 2>/dev/null)" ] ||
		say "$config: warning: everybody can read it, and $secret is in it: chmod o-r"
}

# show_config: the settings, wherever they come from.
show_config() {
	local name value
	[ -z "$config" ] || echo "# $config"
	for name in $(printf '%s\n' ${settings+"${settings[@]}"} "${!RC_@}" "${!PG@}" "${!POSTGRES_@}" | sort -u); do
		value=${!name}
		case $name in *PASSWORD* | *API_KEY* | *SECRET*) value=${value:+***} ;; RC_STATE)
			value=$(sed -E 's|(://[^:/@]*):[^@]*@|\1:***@|; s/(password=)[^ ]*/\1***/' <<<"$value") ;;
		esac
		echo "$name=$value"
	done
}
