#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# install.sh BUILD: check what "make install" installs.  Prints TAP.

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit
export group=install
# shellcheck source=tools/pci/pcislot/tests/tap.sh
. "$here/../../pcislot/tests/tap.sh"
units=$work/dest/usr/lib/systemd/system

installs()
{
	make -s -C "$here/.." O="$build" DESTDIR="$work/dest" prefix=/usr install
}

# each program of ours that a unit starts, below the root
starts_what_is_installed()
{
	local program

	grep -h '^ExecStart=.*sriovctl' "$units"/sriov* | sed 's/^ExecStart=//; s/ .*//' >starts
	[ -s starts ] || return
	while read -r program; do
		[ -x "$work/dest$program" ] || { echo "no $program"; return 1; }
	done <starts
}

# systemd complains about what it does not understand, on its output only.  It takes a colon
# in an instance as the separator of an alias.
understood()
{
	cp "$units"/sriov* .
	# programs and devices need not be here
	sed -i 's,^ExecStart=.*sriovctl.*,ExecStart=/bin/true,; s,^ExecStart=-udevadm,ExecStart=-/bin/true,' \
		./sriov*.service
	mv sriov@.service sriov@pf.service
	systemd-analyze verify --man=no ./sriov.target ./sriov-boot.service ./sriov@pf.service \
		>complaints 2>&1
	! grep . complaints
}

# One line that has all keys
is_one_rule()
{
	[ "$(grep -vcE '^(#|$)' "$work/dest/usr/lib/udev/rules.d/90-sriov.rules")" -eq 1 ]
}

echo "1..5"
test_that "make install" installs
test_that "units start what is installed" starts_what_is_installed
test_that "no unit has a placeholder left" bash -c "! grep -r @sbindir@ $work/dest"
test_that "the udev rule is one line" is_one_rule
if command -v systemd-analyze >/dev/null; then
	test_that "systemd understands the units" understood
else
	echo "ok 5 install: systemd understands the units # SKIP systemd-analyze is not installed"
fi
[ "$failed" -eq 0 ]
