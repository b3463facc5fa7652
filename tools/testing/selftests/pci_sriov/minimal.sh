#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The minimal sample drivers: VFs of an sriov-edu work with them, and a PF driver that
# is unbound leaves no VFs enabled.

# shellcheck source=/dev/null # where "make install" puts it
. "$(dirname "$0")/../kselftest/ktap_helpers.sh"

drivers=/sys/bus/pci/drivers
num_vfs=2

find_pf()
{
	for dev in "$drivers"/sriov_edu_pf/*:*; do
		[ -e "$dev/sriov_numvfs" ] || continue
		basename "$dev"
		return
	done
	return 1
}

# bound <address> <driver>
bound()
{
	[ "$(basename "$(readlink "/sys/bus/pci/devices/$1/driver")")" = "$2" ]
}

# bind <address> <driver>: that one, even if other drivers match
bind()
{
	echo "$2" >"/sys/bus/pci/devices/$1/driver_override"
	echo "$1" >"$drivers/$2/bind"
}

pf_binds()
{
	echo "$pf" >$drivers/sriov_edu_pf/unbind
	bind "$pf" sriov_minimal_pf
	bound "$pf" sriov_minimal_pf
}

vfs_exist()
{
	echo 0 >"$dir/sriov_drivers_autoprobe"
	echo "$num_vfs" >"$dir/sriov_numvfs"
	[ "$(cat "$dir/sriov_numvfs")" -eq "$num_vfs" ] && [ -e "$dir/virtfn1" ]
}

# its probe() fails unless the VF computes the CRC
vf_works()
{
	vf=$(basename "$(readlink "$dir/virtfn$1")")
	bind "$vf" sriov_minimal_vf
	bound "$vf" sriov_minimal_vf
}

unbind_disables()
{
	echo "$pf" >$drivers/sriov_minimal_pf/unbind
	[ "$(cat "$dir/sriov_numvfs")" -eq 0 ] && [ ! -e "$dir/virtfn0" ]
}

give_back()
{
	echo 1 >"$dir/sriov_drivers_autoprobe"
	echo >"$dir/driver_override"
	echo "$pf" >$drivers/sriov_edu_pf/bind
	rmmod sriov_minimal_vf sriov_minimal_pf
	bound "$pf" sriov_edu_pf
}

# check <name> <command>...
check()
{
	title=$1
	shift
	if "$@"; then
		ktap_test_pass "$title"
	else
		ktap_test_fail "$title"
	fi
}

ktap_print_header
if ! modprobe -a sriov_edu_pf sriov_minimal_pf sriov_minimal_vf || ! pf=$(find_pf); then
	ktap_skip_all "no sriov-edu, or the drivers are not there"
	exit "$KSFT_SKIP"
fi
dir=/sys/bus/pci/devices/$pf
ktap_set_plan 6
check pf_binds pf_binds
check vfs_exist vfs_exist
check vf_0_works vf_works 0
check vf_1_works vf_works 1
check unbind_disables unbind_disables
check give_back give_back
ktap_finished
