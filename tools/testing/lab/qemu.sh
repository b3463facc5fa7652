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

# -O1: to compile four of its files took two thirds of the time of -O2
configure=(--without-default-features --without-default-devices
	--with-devices-x86_64=lab --target-list=x86_64-softmmu
	--enable-kvm --enable-tcg --enable-avx2 --enable-trace-backends=log
	--audio-drv-list= --disable-debug-info --disable-docs --disable-user --disable-tools
	--disable-install-blobs --extra-cflags=-O1)

device()
{
	local mak=$src/configs/devices/x86_64-softmmu/lab.mak

	cmp -s "$lab/qemu-devices.mak" "$mak" || cp "$lab/qemu-devices.mak" "$mak"
	"$top/qemu/apply" "$src"
}

inputs()
{
	local files

	mapfile -t files < <(find "$top/qemu" -type f | sort)
	{
		hash "${files[@]}" "$top/include/uapi/linux/sriov_edu_regs.h" \
			"$lab/qemu-devices.mak" "$lab/qemu.sh"
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
configured="${configure[*]} $(hash "$lab/qemu-devices.mak")"
if [ ! -e build.ninja ] || ! fresh lab.configured "$configured"; then
	"$src/configure" "${configure[@]}"
	echo "$configured" >lab.configured
fi
ninja "${targets[@]}"
make -s -f "$src/debian/optionrom.mak" -C optionrom SRC_PATH="$src" all
echo "$now" >"$stamp"
