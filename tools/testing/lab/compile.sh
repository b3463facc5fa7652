#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# compile.sh <build> new [<directory>...]: compiles what uses SR-IOV, or only what of
# it is below the directories, in build/obj-compile-*.
# compile.sh <build> stock <object>...: compiles these against the stock kernel.
#
# i386 and arm are small kernels that are linked: there a division of 64 bits, as
# addresses are, is a call of what the kernel does not have.
#
# Left in that directory, a name in each line: lab.users, the files in drivers/ that
# use SR-IOV; lab.objects, all that was to be compiled.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

name=${1:-}
arch=x86 cross='' iov=y bits=64 base=allmodconfig fragment=compile target=()
small()
{
	bits=32 base=allnoconfig fragment=compile-32 target=(vmlinux)
}
case $name in
x86-64) ;;
no-iov) iov=n ;;
powerpc) arch=powerpc cross=powerpc64-linux-gnu- ;;
s390) arch=s390 cross=s390x-linux-gnu- ;;
i386) small; arch=i386 ;;
arm) small; arch=arm cross=arm-linux-gnueabihf- ;;
*) die "no such thing to compile: '$name'; x86-64, no-iov, powerpc, s390, i386 or arm" ;;
esac
side=${2:-new}
shift 2
src=$(source_of "$side")
obj=$build/obj-compile-$name
[ "$side" = new ] || obj=$obj-stock

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

inputs()
{
	{
		hash "$lab/config/$fragment" "$lab/compile.sh"
		[ "$side" = stock ] || cat "$build/overlay.stamp"
	} | sha256sum
}

# users <directory>...
users()
{
	cd "$src"
	grep -rlE '\<pci_enable_sriov\(|\.sriov_configure[[:space:]]*=[^=]' \
		--include='*.c' "$@" | grep -vE '^drivers/pci/(iov\.c$|sriov/)' | sort
}

# The objects that the Makefiles in these directories ask for
asked_for()
{
	local dir

	for dir in "$@"; do
		make -s -r -R -f "$lab/objects.mk" -C "$obj" srctree="$src" \
			objtree=. obj="$dir" ARCH="$arch" SRCARCH="${arch/i386/x86}" \
			CROSS_COMPILE="$cross" BITS="$bits"
	done | { grep '\.o$' || :; } | sort -u
}

core=(drivers/pci/sriov drivers/pci drivers/pci/pcie drivers/pci/hotplug)
[ ${#target[@]} -eq 0 ] || core+=(drivers/pci/sriov/tests samples/pci/sriov)

# What an architecture does for PCI, by the names of its files and by what it uses
arch_part()
{
	local object file

	case $arch in
	s390) asked_for arch/s390/pci; return ;;
	esac
	asked_for arch/powerpc/{kernel,platforms/pseries,platforms/powernv} |
	while read -r object; do
		file=$src/${object%.o}.c
		[ -e "$file" ] || continue
		case ${object##*/} in
		*pci*|*eeh*) echo "$object" ;;
		*) ! grep -qE 'sriov|virtfn|physfn|pci_iov' "$file" || echo "$object" ;;
		esac
	done
}

# All in the directories of what uses SR-IOV.  A file that the configuration leaves
# out is compiled by itself; without SR-IOV, only the users that are left.
drivers_part()
{
	local dirs

	mapfile -t dirs < <(xargs -n 1 dirname <"$obj/lab.users" | sort -u)
	asked_for "${dirs[@]}" >"$obj/lab.asked"
	if [ "$iov" = y ]; then
		cat "$obj/lab.asked"
		sed 's/c$/o/' "$obj/lab.users"
	else
		sed 's/c$/o/' "$obj/lab.users" | sort | comm -12 "$obj/lab.asked" -
	fi
}

make_lists()
{
	users "$@" >"$obj/lab.users" || die "nothing there uses SR-IOV: $*"
	{
		asked_for "${core[@]}"
		case $arch in
		x86) drivers_part ;;
		powerpc|s390) arch_part ;;
		esac
		printf '%s\n' "${target[@]}" | { grep . || :; }
	} | sort -u >"$obj/lab.objects"
}

# A warning is given when an object is made.  What gave one is made again, so
# that it is not forgotten.
forget_warned()
{
	[ -e "$obj/lab.log" ] || return 0
	"$lab/warnings.sh" "$obj" | cut -f 1 | sort -u | (cd "$obj" && xargs -r rm -f)
}

# The output of each command together, for warnings.sh
compile()
{
	local status=0

	forget_warned
	echo "@objects $#"
	kmake -k -Oline -j"$(nproc)" "$@" 2>&1 | tee "$obj/lab.log" || status=$?
	echo "@status $status"
}

exclusively "obj-compile-$name"
mkdir -p "$obj"
now=$(inputs)
if ! fresh "$obj/lab.stamp" "$now"; then
	rm -f "$obj/lab.stamp"
	configure
	kmake -j"$(nproc)" prepare
	echo "$now" >"$obj/lab.stamp"
fi
if [ "$side" = new ]; then
	if [ $# -gt 0 ]; then
		core=(drivers/pci/sriov)
	else
		set -- drivers
	fi
	# without CONFIG_PCI_IOV nothing goes down into the first of them
	[ "$iov" = y ] || core=("${core[@]:1}")
	make_lists "$@"
	mapfile -t objects <"$obj/lab.objects"
	set -- "${objects[@]}"
fi
compile "$@"
