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
# not notice, except in TCG: device() below.
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
	optimize meson.build "'-DCOMPILING_PER_TARGET'"
	optimize tcg/meson.build "'-DCONFIG_SOFTMMU'"
}

# optimize <file> <option>: with -O1, what is compiled with the option
optimize()
{
	grep -q "'-O1', $2" "$src/$1" ||
		sed -i "s/^  c_args = \[$2/  c_args = ['-O1', $2/
			s/c_args: $2,/c_args: ['-O1', $2],/" "$src/$1"
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
# QEMU's configure looks for meson among python's modules
export PYTHONPATH=$build/meson/usr/lib/python3/dist-packages
mkdir -p "$obj"
cd "$obj"
# ninja alone would not see that there are other devices
configured="${configure[*]} $(hash "$lab/qemu-devices.mak")"
if [ ! -e build.ninja ] || ! fresh lab.configured "$configured"; then
	"$src/configure" "${configure[@]}"
	echo "$configured" >lab.configured
fi
ninja "${targets[@]}"
mkdir -p optionrom
printf '%s\n' "TOPSRC_DIR = $src" 'CC = cc' 'OBJCOPY = objcopy' 'PYTHON = python3' \
	>optionrom/config.mak
make -s -C optionrom -f "$src/pc-bios/optionrom/Makefile"
echo "$now" >"$stamp"
