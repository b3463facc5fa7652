#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# image.sh <kernel>: the VM's root, an initramfs, at build/image/<kernel>.cpio:
# busybox, kmod, pciutils, the kernel's modules, the sample programs, the tests.

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
	put lspci setpci usr/bin
	cp -L /usr/share/misc/pci.ids "$root/usr/share/misc/"
	echo 'root::0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	cp "$lab/guest/init" "$root/init"
	find "$lab/guest" -type f ! -name init -exec cp -t "$root/usr/bin" {} +
}

modules()
{
	make -s -C "$objects" modules_install INSTALL_MOD_PATH="$root" \
		INSTALL_MOD_STRIP=1
	rm -f "$root"/lib/modules/*/{build,source}
}

rm -rf "$root"
base
modules
(cd "$root" && find . | sort | cpio --quiet -o -H newc -R 0:0) \
	>"$root.cpio.tmp"
mv "$root.cpio.tmp" "$root.cpio"
