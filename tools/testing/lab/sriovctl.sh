#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sriovctl.sh <kernel> <log>: runs guest/sriovctl-test in the VM, as vm does, with
# sriovctl and its libraries.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

to=$build/sriovctl-vm
make -s -C "$top/tools/pci/sriovctl" O="$build/sriovctl"
rm -rf "$to"
mkdir -p "$to/lib"
strip -o "$to/sriovctl" "$build/sriovctl/sriovctl"
ldd "$to/sriovctl" | sed -n 's/.* => \(\/[^ ]*\).*/\1/p' | xargs cp -Lt "$to/lib"
exec "$lab/vm" --kernel "$1" --timeout 600 --log "$2" --put "$to:/sriovctl" -- sriovctl-test
