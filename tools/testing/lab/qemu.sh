#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu.sh [test]: builds QEMU with the sriov-edu device; with "test", also the
# device's qtest.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

build=$shared
exclusively obj-qemu
"$lab/sources.sh" qemu
src=$build/qemu-src
obj=$build/obj-qemu

# Without optimization QEMU compiles in three quarters of the time.  The VM does
# not notice, except in the code of one target, where TCG is: device() below.
configure=("--extra-cflags=-O0 -U_FORTIFY_SOURCE"
	--without-default-features --without-default-devices
	--with-devices-x86_64=lab --target-list=x86_64-softmmu
	--enable-kvm --enable-tcg --enable-avx2 --enable-trace-backends=log
	--audio-drv-list= --disable-debug-info --disable-docs --disable-user --disable-tools
	--disable-install-blobs --disable-stack-protector)

device()
{
	local mak=$src/configs/devices/x86_64-softmmu/lab.mak

	cmp -s "$lab/qemu-devices.mak" "$mak" || cp "$lab/qemu-devices.mak" "$mak"
	"$top/qemu/apply" "$src"
	grep -q "'-O1', '-DNEED_CPU_H'" "$src/meson.build" ||
		sed -i "s/^  c_args = \['-DNEED_CPU_H'/  c_args = ['-O1', '-DNEED_CPU_H'/" \
			"$src/meson.build"
}

inputs()
{
	local files

	mapfile -t files < <(find "$top/qemu" -type f | sort)
	hash "${files[@]}" "$top/include/uapi/linux/sriov_edu_regs.h" \
		"$lab/qemu-devices.mak" "$lab/qemu.sh"
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
