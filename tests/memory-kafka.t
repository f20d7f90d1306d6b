#!/usr/bin/env bash
# Memory that runs out: what speaks to Kafka.
# shellcheck source=tests/memory.sh
. "${0%/*}/memory.sh"
start_stack --kafka
rc-produce --create-topic <rows >/dev/null

each 'rc-consume -e' /dev/null rc-consume -eE
rc-consume -eE >envelopes
each rc-produce rows rc-produce
each 'rc-produce -e' envelopes rc-produce -e
plan
