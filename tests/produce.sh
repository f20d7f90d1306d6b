# shellcheck shell=bash
# produce.sh - sourced by the tests of rc-produce: a Kafka of their own, and rows of two columns.

# shellcheck source=tests/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
start_stack --kafka
few reference_fiche date_de_publication

row() { printf '{"reference_fiche":"%s","date_de_publication":"%s"}\n' "$1" "$2"; }
mock() { rc-produce -X test.mock.num.brokers=1 "$@"; } # a broker in the program itself
at() { printf '{"last_processed":"%s"}' "$1"; }
