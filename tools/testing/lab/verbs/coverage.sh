# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # lab gives us "set -e" and variables
#
# coverage: KUnit and kselftests on a kernel that counts; then a table of what of the core
# they executed.  The lines that they did not execute are listed in build/log/coverage.lines.

dir=$build/coverage
rc=0

rm -rf "$dir"
"$top/lab" --linux "$LAB_LINUX" --kernel coverage test || rc=$?

# Each VM counted by itself.
sum=''
for file in "$dir"/in/*.tar.gz; do
	one=$dir/$(basename "$file" .tar.gz)
	mkdir -p "$one"
	tar -C "$one" -xmzf "$file"
	if [ -n "$sum" ]; then
		gcov-tool merge -o "$one.sum" "$sum" "$one"
		one=$one.sum
	fi
	sum=$one
done
[ -n "$sum" ] || die "no VM gave its counters"
cp "$build"/obj-coverage/drivers/pci/sriov/*.gcno "$sum"
"$lab/coverage-report" "$sum" "$log/coverage.lines"
echo "lines that were not executed: $log/coverage.lines"
exit "$rc"
