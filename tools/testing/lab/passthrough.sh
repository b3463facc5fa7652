#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# passthrough.sh make <kernel>: what guest/passthrough needs in the VM to run a
# guest there, in build/passthrough: QEMU with its libraries and firmware, the
# kernel, a root, pcislot and nvme-virt.
# passthrough.sh run <kernel> <log> <story> [<argument>]...: runs that story, or
# another one with a guest in the VM, as vm does.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

verb=$1 kernel=$2
to=$build/passthrough

programs()
{
	make -s -C "$top/tools/pci/pcislot" O="$build/pcislot"
	gcc -O2 -Wall -Wextra -o "$to/nvme-virt" "$lab/nvme-virt.c"
	strip -o "$to/pcislot" "$build/pcislot/pcislot"
	strip -o "$to/qemu-system-x86_64" "$shared/obj-qemu/qemu-system-x86_64"
	ldd "$to/pcislot" "$to/qemu-system-x86_64" |
		sed -n 's/.* => \(\/[^ ]*\).*/\1/p' | sort -u | xargs cp -Lt "$to/lib"
	cp /usr/share/seabios/bios-256k.bin "$shared"/obj-qemu/optionrom/*.bin "$to/"
}

# The inner guest's root is the VM's, with another job.
inner_guest()
{
	cp "$build/obj-$kernel/vmlinux" "$to/"
	mkdir -p "$to/tree/job"
	cp "$lab/guest/inner" "$to/tree/job/command"
	(cd "$to/tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$to/job.cpio"
	cat "$build/image/$kernel.cpio" "$to/job.cpio" >"$to/initrd"
	rm -r "$to/tree" "$to/job.cpio"
}

case $verb in
make)
	exclusively passthrough
	rm -rf "$to"
	mkdir -p "$to/lib"
	programs
	inner_guest
	;;
run)
	exec "$lab/vm" --kernel "$kernel" --timeout 1800 --log "$3" \
		--devices "$lab/devices/$4" --append intel_iommu=on \
		--put "$to:/passthrough" -- "${*:4}"
	;;
*)
	die "passthrough.sh: make or run?"
	;;
esac
