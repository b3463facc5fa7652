#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tree.sh: makes build/linux what it must be: build/linux-stock, changed by the
# series of patches and with the project's own files laid over it.  All that is
# done in a scratch tree of the files concerned, and a file of build/linux is
# written only if it differs from there, so that a build after it does no more
# than it must.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"
# shellcheck source=tools/testing/lab/series.sh
. "$lab/series.sh"

stock=$build/linux-stock
tree=$build/linux
want=$build/overlay		# what we change: the files as they must be
list=$build/overlay.list	# their names, as of the last time

make_want()
{
	local file patch

	rm -rf "$want"
	mkdir -p "$want"
	patched_files | while read -r file; do
		[ -e "$stock/$file" ] || continue
		mkdir -p "$want/${file%/*}"
		cp -p "$stock/$file" "$want/$file"
	done
	for patch in $(patches); do
		patch -d "$want" -p1 -f -s --no-backup-if-mismatch -i "$patch" ||
			die "${patch#"$top/"} does not apply to the kernel in build/linux-stock"
	done
	project_files | (cd "$top" && cpio --quiet -pdm "$want")
}

# update <from> <to>: by a new file, because the old one may be a link that
# linux-stock shares, and with a new time, because make must see the change
update()
{
	cmp -s "$1" "$2" && return
	mkdir -p "${2%/*}"
	cp "$1" "$2.lab-new"
	mv "$2.lab-new" "$2"
	echo "changed ${2#"$tree/"}"
}

# What was ours and is no more goes back to what it is in stock.
drop()
{
	if [ -e "$stock/$1" ]; then
		update "$stock/$1" "$tree/$1"
	else
		rm -fv "$tree/$1"
	fi
}

sync()
{
	local file

	(cd "$want" && find . -type f | sed 's,^\./,,' | sort) >"$list.new"
	[ ! -e "$list" ] || comm -23 "$list" "$list.new" | while read -r file; do
		drop "$file"
	done
	# A file that a patch removes is named by it, and not in $want.
	patched_files | while read -r file; do
		[ -e "$want/$file" ] || rm -f "$tree/$file"
	done
	while read -r file; do
		update "$want/$file" "$tree/$file"
	done <"$list.new"
	mv "$list.new" "$list"
}

inputs()
{
	local files

	cd "$top"
	mapfile -t files < <(project_files | sort; patches)
	hash /dev/null "${files[@]}"
}

exclusively linux
if [ ! -e "$tree/Makefile" ]; then
	rm -rf "$tree" "$list"
	cp -al "$stock" "$tree.tmp"
	mv "$tree.tmp" "$tree"
fi
now=$(inputs)
if ! fresh "$build/overlay.stamp" "$now"; then
	make_want
	sync
	echo "$now" >"$build/overlay.stamp"
fi
