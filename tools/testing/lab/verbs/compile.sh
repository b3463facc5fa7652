# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# compile [BUILD]... [DIRECTORY]...: that what uses SR-IOV in Linux compiles with the
# new core, as it is and without a warning; of drivers/, all of it or what is below the
# directories.

# The same names exported, with the same conditions
not_exported()
{
	grep -hE '^EXPORT_SYMBOL' "$build/linux/drivers/pci/sriov/"*.c |
		sort | comm -13 - <(grep -E '^EXPORT_SYMBOL' \
			"$build/linux-stock/drivers/pci/iov.c" | sort)
}

builds=() only=() bad=0
for arg; do
	case $arg in
	*/*) only+=("${arg%/}") ;;
	x86-64|no-iov|powerpc|s390|i386|arm) builds+=("$arg") ;;
	*) die "compile: '$arg' is not x86-64, no-iov, powerpc, s390, i386, arm or a directory" ;;
	esac
done
[ ${#builds[@]} -gt 0 ] || [ ${#only[@]} -eq 0 ] || builds=(x86-64)
[ ${#builds[@]} -gt 0 ] || builds=(x86-64 no-iov powerpc s390 i386 arm)
steps=$((2 + ${#builds[@]}))
sources=(linux)
prepare
jobs_wait
step "Linux with our changes, and as it is"
"$lab/sources.sh" linux
"$lab/tree.sh" >"$log/tree.log"
while read -r line; do
	echo "               not exported any more: $line"
	bad=$((bad + 1))
done < <(not_exported)
for name in "${builds[@]}"; do
	step "Compile: $name"
	job "compile-$name" "$lab/compile.sh" "$name" "${only[@]}"
	jobs_wait
	sed -n 's/^@objects \(.*\)/               \1 objects/p;s/^@wrong /               /p' \
		"$log/compile-$name.log"
	bad=$((bad + $(grep -c '^@wrong' "$log/compile-$name.log" || :)))
done
[ "$bad" -eq 0 ] || die "$bad things are wrong; logs: build/log/compile-*"
echo "All of it compiles, in $(clock)."
