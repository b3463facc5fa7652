#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# outside.sh <story> <kernel> <log> [<option of vm>]...: runs guest/<story> in the VM with
# devices/<story>, as vm does, and does what has to be done from outside: a line
# "@qmp COMMAND ARGUMENT=VALUE..." of the story is a command for QEMU.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

story=$1 kernel=$2 console=$3
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# By the tool that comes with QEMU
qmp()
{
	echo "$1" | python3 "$shared/qemu-src/scripts/qmp/qmp-shell" "$tmp/qmp" \
		>"$tmp/answer" 2>&1 || :
	grep -q '{"return": {}}' "$tmp/answer" ||
		{ echo "QEMU did not do it: $1"; cat "$tmp/answer"; }
}

"$lab/vm" --kernel "$kernel" --timeout 300 --log "$console" --qmp "$tmp/qmp" \
	--devices "$lab/devices/$story" "${@:4}" -- "$story" |
	while IFS= read -r line; do
		case $line in
		@qmp*) qmp "${line#@qmp }" ;;
		*) echo "$line" ;;
		esac
	done
exit "${PIPESTATUS[0]}"
