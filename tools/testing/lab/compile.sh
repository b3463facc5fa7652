#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# compile.sh <build> [<directory>...]: compiles, in build/obj-compile-<build>, what has
# to do with SR-IOV in Linux with the new core.  A warning is an error.
#
# x86-64 and no-iov take allmodconfig, drivers/pci and each directory of drivers/, or
# of the directories that are given, with a file that uses SR-IOV; without SR-IOV, as
# far as the directory is configured then.  powerpc and s390 take allmodconfig and what
# the architecture does for PCI.  i386 and arm are small kernels that are linked: there a
# division of 64 bits, as addresses are, is a call of what the kernel does not have.
#
# The output ends with a line for each thing that is wrong, "@wrong ...", and the number
# of objects, "@objects ...".

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

src=$(source_of new)
name=${1:-}
shift
arch=x86 cross='' iov=y base=allmodconfig fragment=compile targets=()
small()
{
	base=allnoconfig fragment=compile-32 targets=(vmlinux)
}
case $name in
x86-64) ;;
no-iov) iov=n ;;
powerpc)
	arch=powerpc cross=powerpc64-linux-gnu-
	targets=(drivers/pci/ arch/powerpc/{kernel,platforms/pseries,platforms/powernv}/)
	;;
s390) arch=s390 cross=s390x-linux-gnu- targets=(drivers/pci/ arch/s390/pci/) ;;
i386) small; arch=i386 ;;
arm) small; arch=arm cross=arm-linux-gnueabihf- ;;
*) die "no such thing to compile: '$name'; x86-64, no-iov, powerpc, s390, i386 or arm" ;;
esac
obj=$build/obj-compile-$name

kmake()
{
	make -C "$src" O="$obj" ARCH="$arch" CROSS_COMPILE="$cross" "$@"
}

# Options that would turn SR-IOV on
selecting()
{
	# shellcheck disable=SC2016 # $2 is awk's
	grep -rl 'select PCI_IOV$' --include='Kconfig*' "$src/drivers" |
		xargs awk '/^(menu)?config / { option = $2 }
			/select PCI_IOV$/ { print "# CONFIG_" option " is not set" }'
}

configure()
{
	local want="CONFIG_PCI_IOV=y"

	cp "$lab/config/$fragment" "$obj/lab.config"
	if [ "$iov" = n ]; then
		want="# CONFIG_PCI_IOV is not set"
		selecting >>"$obj/lab.config"
	fi
	echo "$want" >>"$obj/lab.config"
	kmake -s KCONFIG_ALLCONFIG="$obj/lab.config" "$base"
	grep -qxF "$want" "$obj/.config" || die "$name: not to be had: $want"
}

# users <directory>...: the files that use SR-IOV
users()
{
	cd "$src"
	grep -rlE '\<pci_enable_sriov\(|\.sriov_configure[[:space:]]*=[^=]' \
		--include='*.c' "$@" | grep -vE '^drivers/pci/(iov\.c$|sriov/)' | sort
}

# What the old core offered, something here wants, and the new core does not have.
# No object is linked but those of the small kernels.
unresolved()
{
	find "$obj/arch" "$obj/drivers" -name '*.o' -print0 |
		xargs -0 "${cross}nm" -A 2>/dev/null >"$obj/lab.nm"
	sed -nE '/^static/d; s/^[a-z].*[ *]([a-z_]+)\(.*/\1/p' \
		"$build/linux-stock/drivers/pci/iov.c" | sort -u |
		comm -12 - <(sed -nE 's/.* U ([a-z_]+)$/\1/p' "$obj/lab.nm" | sort -u) |
		comm -23 - <(sed -nE 's,.*/drivers/pci/.* [TW] ([a-z_]+)$,\1,p' "$obj/lab.nm" |
			sort -u)
}

wrong()
{
	grep -E 'error:|undefined reference' "$obj/lab.log" | sort -u || :
	unresolved | sed 's/$/: wanted, and not in the new core/'
	[ "$name" != x86-64 ] || users "$@" | while read -r file; do
		[ -e "$obj/${file%.c}.o" ] || echo "not compiled: $file"
	done
	[ "${targets[0]}" != vmlinux ] || [ -e "$obj/vmlinux" ] || echo "no vmlinux"
}

exclusively "obj-compile-$name"
mkdir -p "$obj"
now=$(hash "$lab/config/$fragment" "$lab/compile.sh" "$build/overlay.stamp")
if ! fresh "$obj/lab.stamp" "$now"; then
	rm -f "$obj/lab.stamp"
	configure
	echo "$now" >"$obj/lab.stamp"
fi
[ $# -gt 0 ] || set -- drivers
if [ ${#targets[@]} -eq 0 ]; then
	mapfile -t files < <(users "$@")
	[ ${#files[@]} -gt 0 ] || die "nothing there uses SR-IOV: $*"
	mapfile -t targets < <(printf '%s/\n' drivers/pci "${files[@]%/*}" | sort -u)
	# a file that the configuration leaves out is compiled by itself
	[ "$iov" = n ] || targets+=("${files[@]/%.c/.o}")
fi
kmake -k -Oline -j"$(nproc)" KCFLAGS=-Werror "${targets[@]}" 2>&1 |
	tee "$obj/lab.log" || :
wrong "$@" | sed 's/^/@wrong /'
echo "@objects $(find "$obj/arch" "$obj/drivers" -name '*.o' | wc -l)"
