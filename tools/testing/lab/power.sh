#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# power.sh <kernel> <log>: what happens to VFs when the machine is switched off or starts
# another kernel.  Runs guest/power-off in a VM for each case, as vm does.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

kernel=$1 console=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
worst=0

# in_vm <case> <option>...: leaves the kernel's messages in $console.<case>
in_vm()
{
	"$lab/vm" --kernel "$kernel" --timeout 240 --log "$console.$1" \
		"${@:2}" -- "power-off $1"
}

# A case after which init switches the VM off while something of it still runs
off()
{
	local held=yes

	echo "@step $2"
	in_vm "$1" || held=no
	grep 'reboot: Power down' "$console.$1" || {
		echo "  this does not hold: the VM switches itself off"
		held=no
	}
	echo "@held $held"
	[ "$held" = yes ] || worst=1
}

# The second kernel's root is the first one's, with another job.
another_kernel()
{
	mkdir -p "$tmp/tree/job"
	echo 'power-off after' >"$tmp/tree/job/command"
	(cd "$tmp/tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$tmp/job.cpio"
	cat "$build/image/$kernel.cpio" "$tmp/job.cpio" >"$tmp/initrd"
	in_vm before --put "$build/obj-$kernel/arch/x86/boot/bzImage" \
		--put "$tmp/initrd" || worst=$?
}

off enabling "The VM is switched off while VFs are enabled"
off disabling "The VM is switched off while VFs are disabled"
off waiting "The VM is switched off while a VF waits for its user"
another_kernel
exit "$worst"
