# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# check: runs the kernel's own tools and a few of ours on our files; any output is a
# complaint.

ours=(drivers/pci/sriov samples/pci/sriov)
complaints=0

# check <name> <command>...: must print nothing and succeed
check()
{
	local name=$1

	shift
	"$@" >"$log/check.log" 2>&1 && [ ! -s "$log/check.log" ] && return
	complaints=$((complaints + 1))
	echo "               $name:"
	sed 's/^/                 /' "$log/check.log"
}

sources()
{
	cd "$top"
	find drivers samples include tools/testing/selftests tools/pci -type f -name '*.[ch]'
}

# From within the tree, where our files are, too; outside of it checkpatch takes
# a patch's context lines for trailing spaces.  The sender of the series signs it off.
checkpatch()
{
	(cd "$build/linux" && scripts/checkpatch.pl --strict --terse --quiet \
		--no-summary --ignore MISSING_SIGN_OFF "$@")
}

# Userspace headers and tests are not kernel code: no sparse there.  It does not
# see the unlock at the end of a guard()'s scope, as there is one in the kernel's
# device_has_driver_override().
compile()
{
	local out dir

	for dir in "${ours[@]}"; do
		out=$(make -s -C "$build/linux" O="$build/obj-new" -j"$(nproc)" \
			C=2 W=1 "$dir/" 2>&1) || { echo "$out"; return 1; }
		grep -v "'pci_iov_vf_can_probe' - different lock contexts" <<<"$out" |
			grep . || :
	done
}

# As in ./lab compile; only what changed is compiled again.
i386()
{
	"$lab/compile.sh" i386 >"$log/compile-i386.log" 2>&1
	sed -n 's/^@wrong //p' "$log/compile-i386.log"
	grep -q '^@objects' "$log/compile-i386.log"
}

shell_files()
{
	cd "$top"
	{
		find lab .ci tools/testing/lab tools/testing/selftests tools/pci qemu \
			-type f ! -name '*.[ch]' ! -path '*/config/*'
	} | while read -r file; do
		case $(head -n 2 "$file") in
		*'#!/bin/'*sh*|*shell=bash*) echo "$file" ;;
		*) sed -n '1,4p' "$file" | grep -q 'shellcheck shell=' && echo "$file" ;;
		esac
	done
}

steps=10
kernel=new
sources=(linux)
prepare
step "Linux with our changes"
job kernel-new "$lab/kernel.sh" new
jobs_wait
cd "$top"
step "checkpatch --strict"
# Where checkpatch is wrong: ENOSYS is what callers of the SR-IOV functions have
# always been given, registers mapped into a program and what a signal handler writes
# are volatile, a trace header is laid out as all of the kernel's are, one file must
# define __printf, and libFuzzer and libeconf have their own idea of a function's name.
mapfile -t files < <(sources |
	grep -v -e /trace.h -e /edu.h -e /vfio.h -e /interrupt.c -e /compiler.h -e /fuzz_ -e /conf.c)
check "our files" checkpatch --ignore ENOSYS -f "${files[@]}"
mapfile -t files < <(sources | grep -e /edu.h -e /vfio.h -e /interrupt.c)
check "volatile" checkpatch --ignore VOLATILE -f "${files[@]}"
mapfile -t files < <(sources | grep -e /compiler.h -e /fuzz_ -e /conf.c)
check "programs' own" checkpatch -f "${files[@]}" \
	--ignore PREFER_DEFINED_ATTRIBUTE_MACRO,CAMELCASE
# not in the tree
mapfile -t files < <(find "$lab" -name '*.[ch]')
check "the lab's programs" checkpatch -f "${files[@]}"
mapfile -t files < <(sources | grep -e /trace.h)
check "trace headers" checkpatch -f "${files[@]}" \
	--ignore OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT
# build/linux has no history to look commits up in, and MAINTAINERS covers drivers/pci/
# as a whole.  Names in iov.c are Linux's.
for file in patches/linux/{,7.3/,optional/,optional/7.3/}*.patch; do
	ignore=UNKNOWN_COMMIT_ID,FILE_PATH_CHANGES
	! grep -q '^+++ b/drivers/pci/iov\.c' "$file" || ignore+=,CAMELCASE
	check "$file" checkpatch --ignore "$ignore" "$top/$file"
done
step "sparse and W=1"
check "${ours[*]}" compile
step "A small kernel for i386 with PAE, linked"
check "i386" i386
step "kernel-doc"
mapfile -t files < <(find drivers/pci/sriov samples/pci/sriov include/linux -name '*.[ch]' 2>/dev/null)
check "kernel-doc" "$build/linux/scripts/kernel-doc" -none -Wall "${files[@]}"
step "shellcheck"
mapfile -t files < <(shell_files)
check "shell" shellcheck -x "${files[@]}"
step "The branch of patches, saved"
check "./lab branch --save" "$lab/series-test.sh"
step "Floors and words"
for call in "floors.sh drivers/pci/sriov drivers/vfio/pci/sriov qemu/hw/misc/sriov-edu samples/pci/sriov" words.sh; do
	read -ra script <<<"$call"
	[ ! -x "$lab/${script[0]}" ] || check "${script[0]}" "$lab/${script[0]}" "${script[@]:1}"
done
step "Names that must not be here"
check "a path of this machine" bash -c "! git grep -nI -e '$top' -e '$HOME/' -- ."
echo "$complaints complaints"
[ "$complaints" -eq 0 ]
