#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# migration.sh <kernel> <log>: runs guest/migration in the VM, as vm does, and is
# the device's other master: "@master ID KIND VF" in what the story writes makes
# that transition, over QMP.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

kernel=$1 console=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# master ID KIND VF: by the tool that comes with QEMU
master()
{
	echo "qom-set path=/machine/peripheral/$1 property=vf-migration-$2 value=$3" |
		python3 "$shared/qemu-src/scripts/qmp/qmp-shell" "$tmp/qmp" \
			>"$tmp/answer" 2>&1 || :
	grep -q '{"return": {}}' "$tmp/answer" ||
		{ echo "the other master could not $2 VF $3:"; cat "$tmp/answer"; }
}

"$lab/vm" --kernel "$kernel" --timeout 300 --log "$console" --qmp "$tmp/qmp" \
	--devices "$lab/devices/migration" -- migration |
	while IFS= read -r line; do
		case $line in
		@master*)
			# shellcheck disable=SC2086 # three words
			master ${line#@master }
			;;
		*) echo "$line" ;;
		esac
	done
exit "${PIPESTATUS[0]}"
