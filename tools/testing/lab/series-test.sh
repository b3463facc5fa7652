#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# series-test.sh: saving an untouched branch must change nothing, and saving a
# changed one exactly what was changed; the steps of the core must be as
# "./lab patches --refresh" writes them, and must export.  Silence is good.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"
# shellcheck source=tools/testing/lab/series.sh
. "$lab/series.sh"

export LAB_OPTIONAL=1
series_dirs=("$top/patches/linux" "$top/patches/linux/optional")
work=$build/branch.test
tree=$work/tree
saved=$work/saved

# differences <before>: names of the files that the save has changed
differences()
{
	branch_save "$tree" "$saved" >/dev/null
	for dir in patches "${overlay[@]}"; do
		diff -rq "$work/before/$dir" "$saved/$dir" || :
	done
}

# expect <title> <number of files> <text that names them>
expect()
{
	local found

	found=$(differences)
	[ "$(grep -c . <<<"$found")" = "$2" ] && [[ $found == *"$3"* ]] && return
	echo "$1: expected $2 changed files, found:"
	echo "${found:-none}"
	exit 1
}

copy()
{
	mkdir -p "$1"
	cp -a "$top/patches" "$1/"
	project_files | (cd "$top" && cpio --quiet -pdm "$1")
}

steps_test()
{
	local top=$work/steps

	steps_make "$work/features"
	if [ -n "$(steps_refresh "$work/features")" ]; then
		echo "the steps of the core are stale: run ./lab patches --refresh"
		exit 1
	fi
}

rm -rf "$work"
copy "$work/steps"
steps_test
env -u LAB_OPTIONAL "$top/lab" patches >/dev/null
branch_make "$tree"
copy "$work/before"
copy "$saved"
expect "an untouched branch" 0 ''

echo '/* changed */' >>"$tree/drivers/pci/sriov/api.c"
tree_git "$tree" commit -q -a -m "Change a file of our own"
expect "a changed file" 1 drivers/pci/sriov/api.c

tree_git "$tree" reset -q --hard HEAD~2
tree_git "$tree" commit -q --amend -m "Reword the last patch" \
	-m "Series: optional"
project_files | (cd "$top" && cpio --quiet -pdmu "$tree")
tree_git "$tree" add -f .
tree_git "$tree" commit -q -m "$overlay_subject"
# the new name and the series; the old name stays, as the series of another kernel lists
# it; the file of our own is back
expect "a reworded patch" 2 Reword-the-last-patch.patch
rm -rf "$work"
