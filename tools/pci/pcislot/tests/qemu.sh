#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu.sh BUILD: the tests with a real QEMU, which QEMU=PROGRAM names.  Reports in
# TAP.

here=$(cd "$(dirname "$0")" && pwd)

if [ -z "${QEMU:-}" ]; then
	echo "1..1"
	echo "ok 1 a real QEMU # SKIP none is named: make check QEMU=PROGRAM"
elif ! command -v "$QEMU" >/dev/null; then
	echo "1..1"
	echo "not ok 1 a real QEMU: there is no $QEMU"
	exit 1
else
	QEMU=$(realpath "$(command -v "$QEMU")")
	export QEMU
	exec "$here/golden.sh" "$1" "$here"/golden-qemu/*
fi
