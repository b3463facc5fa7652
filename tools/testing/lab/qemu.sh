#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu.sh [test]: builds QEMU with the sriov-edu device; also the device's own
# test, if that is asked for.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

exclusively obj-qemu
"$lab/sources.sh" qemu
src=$build/qemu-src
obj=$build/obj-qemu
pch=$src/include/qemu/osdep.h.gch

configure=("--cc=$lab/qemu-cc"
	--without-default-features --without-default-devices
	--with-devices-x86_64=lab --target-list=x86_64-softmmu
	--enable-kvm --enable-tcg --enable-avx2 --enable-trace-backends=log
	--audio-drv-list= --disable-debug-info --disable-docs --disable-user --disable-tools
	--disable-install-blobs --disable-stack-protector
	"--extra-cflags=-Wno-invalid-pch -fpch-deps")

device()
{
	local mak=$src/configs/devices/x86_64-softmmu/lab.mak

	cmp -s "$lab/qemu-devices.mak" "$mak" || cp "$lab/qemu-devices.mak" "$mak"
	"$top/qemu/apply" "$src"
}

# precompile <name> <object>: QEMU's osdep.h, which every file includes first, and
# whose system and GLib headers take a third of the time that most files take.  As
# the compiler would read it for that object: it looks for osdep.h.gch beside the
# header, and takes the file there that was made with the flags at hand, or else
# the header.  It does not look whether a header changed since, so we do; ninja
# sees it as well, through -fpch-deps.
precompile()
{
	local gch=$pch/$1 deps=osdep.h.$1.d cc

	[ ! -e "$gch" ] || newer "$gch" "$deps" || return 0
	mkdir -p "$pch"
	rm -f "$gch"
	cc=$(ninja -t commands -s "$2" | sed -n 's/ -MD -MQ .*//p')
	if [ -n "$cc" ] && bash -c "$cc -MD -MF $deps -x c-header -o '$gch.tmp' \
			'${pch%.gch}'"; then
		mv "$gch.tmp" "$gch"
	else
		echo "lab: no precompiled header, QEMU builds without: $1" >&2
	fi
}

# newer <file> <dependencies>: is one of them newer, or no longer there?
newer()
{
	local files

	read -r -d '' -a files < <(sed 's/^[^ ]*://; s/\\$//' "$2") || :
	[ -n "$(find "${files[@]}" -newer "$1" 2>&1)" ]
}

inputs()
{
	local files

	mapfile -t files < <(find "$top/qemu" -type f | sort)
	{
		hash "${files[@]}" "$top/include/uapi/linux/sriov_edu_regs.h" \
			"$lab/qemu-devices.mak" "$lab/qemu.sh" "$lab/qemu-cc"
		echo "${configure[@]}"
	} | sha256sum
}

targets=(qemu-system-x86_64)
stamp=$obj/lab.stamp
if [ "${1:-}" = test ]; then
	targets+=(tests/qtest/sriov-edu-test)
	stamp=$obj/lab-test.stamp
fi
now=$(inputs)
fresh "$stamp" "$now" && exit
device
mkdir -p "$obj/optionrom"
cd "$obj"
# ninja alone would not see that there are other devices
configured="${configure[*]} $(hash "$lab/qemu-devices.mak" "$lab/qemu-cc")"
if [ ! -e build.ninja ] || ! fresh lab.configured "$configured"; then
	rm -rf "$pch"
	"$src/configure" "${configure[@]}"
	echo "$configured" >lab.configured
fi
ninja config-poison.h
# without and with what only one target's files may see, and that optimised
precompile common libqemuutil.a.p/util_osdep.c.o
precompile target libqemu-x86_64-softmmu.fa.p/cpu.c.o
precompile hot libqemu-x86_64-softmmu.fa.p/tcg_tcg.c.o
ninja "${targets[@]}"
make -s -f "$src/debian/optionrom.mak" -C optionrom SRC_PATH="$src" all
echo "$now" >"$stamp"
