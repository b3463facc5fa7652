#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sweep.sh BUILD: run commands of several writes, and have each of these fail once.  Then
# either all is as it was before, or the VFs that are not as wanted are named, or what
# could not be restored is reported; never is success reported.  Prints TAP.

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit
export group=sweep SRIOVCTL_ROOT=$work/root FAKE_COUNT=$work/count
PATH=$build:$here:$PATH
# shellcheck source=tools/pci/pcislot/tests/tap.sh
. "$here/../../pcislot/tests/tap.sh"

# begin [COMMAND]...: a tree, after the commands
begin()
{
	rm -rf "$SRIOVCTL_ROOT"
	"$here/../../pcislot/tests/plant" "$here"/trees/fresh.tree "$SRIOVCTL_ROOT"
	[ -z "$1" ] || run "$1"
	echo 0 >"$FAKE_COUNT"
}

# run ARGUMENTS: as words
run()
{
	# shellcheck disable=SC2086 # words are meant
	LD_PRELOAD=$build/fake_kernel.so sriovctl $1 >output 2>&1
}

state()
{
	(cd "$SRIOVCTL_ROOT/sys/bus/pci/devices/0000:01:00.0" && grep . sriov_*)
	sriovctl status 01:00.0
}

judge()
{
	case $1 in
	1) diff before <(state) || return ;;
	4) grep -q 'VF [0-9]' output || return ;;
	6) grep -q 'while undoing\|sriov_drivers_autoprobe\|VF 1' output || return ;;
	*) echo "exit status $1"; return 1 ;;
	esac
}

# all_fail BEFORE COMMAND: the command's writes, one after the other
all_fail()
{
	local n=0 status

	while :; do
		n=$((n + 1))
		begin "$1"
		state >before
		FAKE_FAIL=$n run "$2"
		status=$?
		[ "$(cat "$FAKE_COUNT")" -ge "$n" ] || break
		judge "$status" || { echo "write $n of: $2"; cat output; return 1; }
	done
	# all writes were seen, and none failed
	[ "$n" -gt 2 ] && [ "$status" -eq 0 ]
}

echo "1..4"
test_that "the first VFs" all_fail '' \
	'set 01:00.0 --parallel-probe yes --hw-numvfs 8 --numvfs 3 --timeout 5'
test_that "another number" all_fail \
	'set 01:00.0 --numvfs 2 --vf 1:driver=pci-stub' \
	'set 01:00.0 --autoprobe no --hw-numvfs 4 --numvfs 3 --timeout 5'
test_that "VFs with settings" all_fail '' \
	'set 01:00.0 --numvfs 3 --vf 0:msix=4 --vf 1:driver=sriov_edu_vf --timeout 5'
test_that "settings of VFs that exist" all_fail 'set 01:00.0 --numvfs 3' \
	'set 01:00.0 --vf 0:msix=4 --vf 1:msix=5,driver=sriov_edu_vf --timeout 5'
[ "$failed" -eq 0 ]
