#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# image.sh <kernel>: the VM's root, an initramfs, at build/image/<kernel>.cpio:
# busybox, kmod, pciutils, the kernel's modules, the sample programs, the tests.
# The kernel is built first, if it is not.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

kernel=${1:-new}
objects=$build/obj-$kernel
root=$build/image/$kernel

# put <file>... <directory>: with the libraries that the files need
put()
{
	local dir=$root/${*: -1} file lib

	mkdir -p "$dir"
	for file in "${@:1:$#-1}"; do
		file=$(type -P "$file") || die "$file: not found"
		cp -L "$file" "$dir/"
		libraries "$file"
	done
}

libraries()
{
	local lib

	{ ldd "$1" 2>/dev/null || true; } | sed -n 's/[^/]*\(\/[^ ]*\).*/\1/p' |
	while read -r lib; do
		[ -e "$root$lib" ] && continue
		mkdir -p "$root${lib%/*}"
		cp -L "$lib" "$root$lib"
	done
}

base()
{
	local applet

	mkdir -p "$root"/{bin,dev,proc,sys,tmp,run,root,etc,usr/share/misc}
	put busybox bin
	for applet in $(busybox --list); do
		[ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"
	done
	put kmod bin
	mkdir -p "$root/usr/sbin"
	for applet in modprobe insmod rmmod lsmod modinfo; do
		ln -sf /bin/kmod "$root/usr/sbin/$applet"
	done
	put lspci setpci timeout usr/bin
	cp -L /usr/share/misc/pci.ids "$root/usr/share/misc/"
	echo 'root::0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	cp "$lab/guest/init" "$root/init"
	find "$lab/guest" -type f ! -name init -exec cp -t "$root/usr/bin" {} +
}

modules()
{
	make -s -C "$objects" modules_install INSTALL_MOD_PATH="$root" \
		INSTALL_MOD_STRIP=1
	[ "$kernel" != stock ] || stock_samples
	rm -f "$root"/lib/modules/*/{build,source}
}

# The stock kernel does not have the sample drivers, but they are drivers like
# any other, and it can load them.
stock_samples()
{
	local dir=$objects/lab-samples

	mkdir -p "$dir/include/linux"
	cp -u "$top"/samples/pci/sriov/{Makefile,*.[ch]} "$dir/"
	cp -u "$top"/include/uapi/linux/sriov_edu*.h "$dir/include/linux/"
	# as without SR-IOV: stock has none of this header's functions, nor ours of pci.h
	sed 's/^#ifdef CONFIG_PCI_IOV$/#define pci_sriov_vfs_lost(pf) false\n#if 0/' \
		"$top/include/linux/pci-sriov.h" >"$dir/include/linux/pci-sriov.h"
	make -s -C "$objects" M="$dir" KCPPFLAGS="-I$dir/include" \
		"${samples[@]}" modules
	make -s -C "$objects" M="$dir" INSTALL_MOD_PATH="$root" \
		INSTALL_MOD_STRIP=1 modules_install
}

samples=(CONFIG_SAMPLE_PCI_SRIOV_ENGINE=m CONFIG_SAMPLE_PCI_SRIOV_PF=m
	CONFIG_SAMPLE_PCI_SRIOV_VF=m CONFIG_SAMPLE_PCI_SRIOV_MINIMAL=m)

programs()
{
	mkdir -p "$objects/lab"
	gcc -O2 -Wall -pthread -I"$top/include/uapi" \
		-o "$objects/lab/sriov-edu-copy" \
		"$top/samples/pci/sriov/sriov-edu-copy.c"
	gcc -O2 -Wall -Wextra -o "$objects/lab/power" "$lab/power.c"
	put "$objects/lab/sriov-edu-copy" "$objects/lab/power" usr/bin
}

# As "make install" of any kernel's selftests would, at /tests in the VM.
selftests()
{
	local src file

	src=$(source_of new)
	[ "$kernel" != stock ] || "$lab/tree.sh"
	make -s -j"$(nproc)" -C "$src/tools/testing/selftests" TARGETS=pci_sriov \
		O="$objects" KHDR_INCLUDES="-isystem $objects/usr/include -I$top/include/uapi" \
		KSFT_INSTALL_PATH="$root/tests" install
	find "$root/tests" -type f -perm -u+x | while read -r file; do
		libraries "$file"
	done
}

inputs()
{
	local files

	mapfile -t files < <(find "$lab/guest" "$top/samples/pci/sriov" \
		"$top/tools/testing/selftests/pci_sriov" \
		"$top/include" -type f | sort)
	hash "${files[@]}" "$lab/image.sh" "$lab/power.c" "$objects/lab.stamp"
}

exclusively "image-$kernel"
"$lab/kernel.sh" "$kernel"
now=$(inputs)
if ! fresh "$root.stamp" "$now" || [ ! -e "$root.cpio" ]; then
	rm -rf "$root"
	base
	modules
	programs
	selftests
	(cd "$root" && find . | sort | cpio --quiet -o -H newc -R 0:0) \
		>"$root.cpio.tmp"
	mv "$root.cpio.tmp" "$root.cpio"
	echo "$now" >"$root.stamp"
fi
