#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The sriov_* files in sysfs: which devices have them, their permissions, the format
# of their contents, and that read-only files are.  One VF is enabled for this.

# shellcheck source=/dev/null # where "make install" puts it
. "$(dirname "$0")/../kselftest/ktap_helpers.sh"

devices=/sys/bus/pci/devices

# name, permissions, contents
pf_attributes="
sriov_totalvfs 444 [1-9][0-9]*
sriov_numvfs 644 [0-9]+
sriov_offset 444 [0-9]+
sriov_stride 444 [0-9]+
sriov_vf_device 444 [0-9a-f]+
sriov_drivers_autoprobe 644 [01]
sriov_vf_total_msix 444 [0-9]+
"
# The same with the core of drivers/pci/sriov/; lists may be empty.
new_pf_attributes="
sriov_hw_numvfs 644 [0-9]+
sriov_vf_online 644 [0-9,-]*
sriov_vf_offline 644 [0-9,-]*
sriov_drivers_parallel_probe 644 [01]
"
tracefs=/sys/kernel/tracing
[ -d "$tracefs/events" ] || mount -t tracefs tracefs "$tracefs"
[ ! -d "$tracefs/events/sriov" ] ||
	pf_attributes=$pf_attributes$new_pf_attributes
pf_count=$(echo "$pf_attributes" | grep -c .)
tests_per_pf=$((pf_count + 6))

complain()
{
	ktap_print_msg "$*"
	return 1
}

has_mode()
{
	[ -e "$1" ] || complain "no $1" || return
	[ "$(stat -c %a "$1")" = "$2" ] || complain "$1: $(stat -c %a "$1")"
}

is_absent()
{
	[ ! -e "$1" ] || complain "there is $1"
}

# has_text <file> <regular expression>: it has one line, which matches as a whole
has_text()
{
	[ "$(wc -l <"$1")" -eq 1 ] || complain "$1: not one line" || return
	grep -qxE "$2" "$1" || complain "$1: $(cat "$1")"
}

# Root may open a read-only file in sysfs for writing; the write fails.
is_read_only()
{
	before=$(cat "$1")
	! (echo 1 >"$1") 2>/dev/null || complain "$1: written" || return
	[ "$(cat "$1")" = "$before" ] || complain "$1: changed"
}

is_write_only()
{
	! cat "$1" >/dev/null 2>&1 || complain "$1: read"
}

attribute_is_right()
{
	has_mode "$1" "$2" && has_text "$1" "$3" || return
	[ "$2" != 444 ] || is_read_only "$1"
}

has_none_of_a_pf()
{
	for file in "$1"/sriov_*; do
		case ${file##*/} in
		sriov_vf_msix_count|'sriov_*') ;;
		*) complain "there is $file" || return ;;
		esac
	done
}

others_have_none()
{
	for device in "$devices"/*; do
		[ -e "$device/sriov_totalvfs" ] || [ -e "$device/physfn" ] ||
			has_none_of_a_pf "$device" || return
	done
}

check()
{
	description=$1
	shift
	if "$@"; then
		ktap_test_pass "$description"
	else
		ktap_test_fail "$description"
	fi
}

test_vf()
{
	check "$1 vf: sriov_vf_msix_count is there" \
		has_mode "$pf/virtfn0/sriov_vf_msix_count" 200
	check "$1 vf: sriov_vf_msix_count is write-only" \
		is_write_only "$pf/virtfn0/sriov_vf_msix_count"
	check "$1 vf: no attribute of a PF" has_none_of_a_pf "$pf/virtfn0"
	check "$1 vf: physfn is the PF" same_file "$pf/virtfn0/physfn" "$pf"
	check "$1 vf: no virtfn of its own" is_absent "$pf/virtfn0/virtfn0"
}

same_file()
{
	[ "$(readlink -f "$1")" = "$(readlink -f "$2")" ] ||
		complain "$1 is $(readlink -f "$1")"
}

test_pf()
{
	pf=$devices/$1
	while read -r name mode text; do
		[ -z "$name" ] ||
			check "$1 pf: $name" attribute_is_right "$pf/$name" "$mode" "$text"
	done <<END
$pf_attributes
END
	check "$1 pf: no sriov_vf_msix_count" is_absent "$pf/sriov_vf_msix_count"
	autoprobe=$(cat "$pf/sriov_drivers_autoprobe")
	echo 0 >"$pf/sriov_drivers_autoprobe"
	echo 1 >"$pf/sriov_numvfs"
	test_vf "$1"
	echo 0 >"$pf/sriov_numvfs"
	echo "$autoprobe" >"$pf/sriov_drivers_autoprobe"
}

usable_pfs()
{
	for device in "$devices"/*; do
		[ -e "$device/sriov_totalvfs" ] || continue
		[ -e "$device/driver" ] || continue
		case " ${PCI_SRIOV_PFS-${device##*/}} " in
		*" ${device##*/} "*) echo "${device##*/}" ;;
		esac
	done
}

ktap_print_header
pfs=$(usable_pfs)
if [ -z "$pfs" ]; then
	ktap_skip_all "no PF with a driver"
	exit "$KSFT_SKIP"
fi
ktap_set_plan $((1 + $(echo "$pfs" | wc -l) * tests_per_pf))
check "only PFs have their attributes" others_have_none
for pci_name in $pfs; do
	test_pf "$pci_name"
done
ktap_finished
