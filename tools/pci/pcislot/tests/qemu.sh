#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu.sh BUILD: the tests with a real QEMU, QEMU=PROGRAM.  Prints TAP.

here=$(cd "$(dirname "$0")" && pwd)
group="a real QEMU"
# shellcheck source=tools/pci/pcislot/tests/tap.sh
. "$here/tap.sh"

[ -n "${QEMU:-}" ] || skipped "none is named: make check QEMU=PROGRAM"
if ! command -v "$QEMU" >/dev/null; then
	echo "1..1"
	echo "not ok 1 $group: there is no $QEMU"
	exit 1
fi
QEMU=$(realpath "$(command -v "$QEMU")")
export QEMU
exec "$here/golden.sh" "$1" "$here"/golden-qemu/*
