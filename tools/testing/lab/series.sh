# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # paths.sh gives us "set -e" and variables
#
# The patches as a series and as a git branch.  Sourced.
#
# patches/linux/series-6.12 lists the patches for Linux 6.12, in order;
# patches/linux/optional/series-6.12 those that nothing else relies on, which
# LAB_OPTIONAL=1 adds.  The series of another kernel, series-7.3, shares with it what
# makes the same change; what has to differ is in a directory of the kernel's, 7.3/,
# under the same name.  A patch whose message has lines "Overlay: PATH..." is
# the commit that adds these paths of the project's own files.  One with a line
# "Step: NAME" also adds a feature of the core, see steps_make.  One with a line
# "Series: optional" belongs to the optional series.

oldest=6.12
overlay=(Documentation drivers include samples tools)
overlay_subject="Add the project's own files"
series_dirs=("$top/patches/linux")
[ -z "${LAB_OPTIONAL:-}" ] || series_dirs+=("$top/patches/linux/optional")

# series_of <directory>: its patches, in order
series_of()
{
	[ ! -e "$1/series-$linux_version" ] ||
		sed -e 's/[ \t]*#.*//' -e '/^$/d' -e "s,^,$1/," "$1/series-$linux_version"
}

patches()
{
	local dir

	for dir in "${series_dirs[@]}"; do
		series_of "$dir"
	done
}

# The project's own files that belong into a kernel tree
project_files()
{
	local dir

	cd "$top"
	for dir in "${overlay[@]}"; do
		[ ! -d "$dir" ] || find "$dir" -type f ! -path 'tools/testing/lab/*'
	done
}

# steps_make <directory>: the project's own files before the first feature, in
# "parity", and with each, in directories of their names.  The core is one set of files
# with all features.  patches/linux/steps/NAME.diff has what NAME adds: lines
# "File: PATH" for files that are its own, and a diff for the files that it shares.
# These are taken back one after the other, the last one first; "patch" forgives
# changes nearby.
steps_make()
{
	local i name names

	rm -rf "$1"
	mkdir -p "$1/parity"
	project_files | (cd "$top" && cpio --quiet -pdm "$1/parity")
	mapfile -t names < <(patches | xargs sed -n 's/^Step: //p')
	for ((i = ${#names[@]} - 1; i >= 0; i--)); do
		name=${names[i]}
		cp -a "$1/parity" "$1/$name"
		step_take_back "$name" "$1/parity"
	done
}

# step_take_back <name> <directory>: without "patch -s", which does not name the file
# of a hunk that fails
step_take_back()
{
	local diff=patches/linux/steps/$1.diff path said

	[ -e "$top/$diff" ] || die "$diff: a patch has \"Step: $1\", but there is no such file"
	while read -r path; do
		[ -e "$2/$path" ] || die "$diff: \"File: $path\" names no file of the core"
		rm -r "${2:?}/$path"
	done < <(sed -n 's/^File: //p' "$top/$diff")
	said=$(patch -R -p1 -f --no-backup-if-mismatch -d "$2" <"$top/$diff") ||
		die "step $1: $diff does not apply:
$(grep -B1 -E 'FAILED|find file|^\|(---|\+\+\+) ' <<<"$said" | grep -v -e '^--$' -e succeeded)
Correct it (rejected hunks are in files *.rej in $2), then run ./lab patches --refresh."
}

# steps_diff <without> <with>: the diff of the files that both have
steps_diff()
{
	local file

	(cd "$2" && find drivers include -type f) | sort | while read -r file; do
		[ ! -e "$1/$file" ] || diff -u --label "a/$file" --label "b/$file" \
			"$1/$file" "$2/$file" || :
	done
}

# steps_refresh <directory>: the diffs as steps_make found them, without its forgiveness
steps_refresh()
{
	local before=parity diff step

	for step in $(patches | xargs sed -n 's/^Step: //p'); do
		diff=$top/patches/linux/steps/$step.diff
		{
			sed -n '/^File: /p' "$diff"
			steps_diff "$1/$before" "$1/$step"
		} >"$1/new.diff"
		save_file "$1/new.diff" "$diff"
		before=$step
	done
}

# The files that the patches name, on either side
patched_files()
{
	patches | xargs -r cat |
		sed -nE 's,^(---|\+\+\+) [ab]/([^\t]*).*,\2,p' | sort -u
}

# tree_git <directory> <git arguments>: without the user's own configuration,
# because the patches that are written must be the same for all users
tree_git()
{
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git -C "$1" \
		-c user.name=lab -c user.email=lab@localhost -c gc.auto=0 \
		-c commit.gpgsign=false -c core.excludesFile=/dev/null "${@:2}"
}

# branch_begin <directory> [all]: a repository with Debian's Linux, or only with
# those of its files that the series or the overlay changes
branch_begin()
{
	local file

	mkdir -p "$1"
	if [ "${2:-}" = all ]; then
		cp -a --reflink=auto "$build/linux-stock/." "$1"
	else
		{ patched_files; project_files; } | sort -u | while read -r file; do
			[ ! -e "$build/linux-stock/$file" ] ||
				(cd "$build/linux-stock" && cp --parents "$file" "$1/")
		done
	fi
	tree_git "$1" init -q -b lab
	# Linux's .gitattributes names C's own hunk headers; a branch of some of its
	# files has none, and both must write the same patches.
	mkdir -p "$1/.git/info"
	echo '* !diff' >"$1/.git/info/attributes"
	tree_git "$1" add -f .
	tree_git "$1" commit -q --allow-empty -m "Debian's Linux"
	tree_git "$1" tag stock
}

# branch_apply <directory> <patch>
branch_apply()
{
	tree_git "$1" am -q --3way "$2" ||
		die "${2#"$top/"}: git am does not take it"
}

# branch_make <directory> [all]: the whole branch
branch_make()
{
	local patch

	branch_begin "$@"
	for patch in $(patches); do
		branch_apply "$1" "$patch"
	done
	project_files | (cd "$top" && cpio --quiet -pdmu "$1")
	tree_git "$1" add -f .
	tree_git "$1" commit -q --allow-empty -m "$overlay_subject"
}

# branch_save <directory> <top>: patches and own files, from the branch to there
branch_save()
{
	local added

	added=$(tree_git "$1" log --format=%H --fixed-strings \
		--grep="$overlay_subject" stock..)
	[ "$(wc -w <<<"$added")" = 1 ] ||
		die "$1: not one commit \"$overlay_subject\""
	[ -z "$(tree_git "$1" status --porcelain -uno)" ] ||
		die "$1: changes that are not committed"
	save_own "$1" "$2" "$added"
	save_patches "$1" "$2" "$added"
}

# save_own <directory> <top> <commit>: that commit and those after it hold the
# project's own files.  A change of another file belongs before them.
save_own()
{
	local file own

	own=$(tree_git "$1" diff --name-only --no-renames "$3^" HEAD)
	while read -r file; do
		[ -n "$file" ] || continue
		tree_git "$1" cat-file -e "stock:$file" 2>/dev/null &&
			[ ! -e "$top/$file" ] &&
			die "$file is Linux's: move its change before the commit \"$overlay_subject\""
		[ ! -e "$1/$file" ] || save_file "$1/$file" "$2/$file"
	done <<<"$own"
	project_files | while read -r file; do
		[ -e "$1/$file" ] || rm -fv "$2/$file"
	done
}

save_file()
{
	cmp -s "$1" "$2" && return
	mkdir -p "${2%/*}"
	cp "$1" "$2"
	echo "saved ${2##*/}"
}

# same_change <patch> <patch>: but for line numbers and what git makes of the files
same_change()
{
	diff -q -I '^index ' <(sed 's/^@@ .* @@/@@/' "$1") <(sed 's/^@@ .* @@/@@/' "$2") \
		>/dev/null
}

# place_of <directory> <name> <new patch>: where it belongs there.  A patch that kernels
# share has the line numbers of the oldest of them.
place_of()
{
	if [ "$linux_version" = "$oldest" ]; then
		echo "$2"
	elif [ -e "$1/$2" ] && same_change "$1/$2" "$3"; then
		cp "$1/$2" "$3"
		echo "$2"
	elif [ -e "$1/$2" ] || [ -e "$1/$linux_version/$2" ]; then
		echo "$linux_version/$2"
	else
		echo "$2"
	fi
}

# A patch of the optional series has a line "Series: optional".
save_patches()
{
	local commit dir=$2/patches/linux name new=$build/branch.new place to

	rm -rf "$new"
	mkdir -p "$new/optional"
	for commit in $(tree_git "$1" rev-list --reverse "stock..$3^"); do
		name=$(tree_git "$1" log -1 --format=%f "$commit" | cut -c1-60)
		to=$new
		! tree_git "$1" log -1 --format=%B "$commit" |
			grep -qx "Series: optional" || to=$new/optional
		tree_git "$1" format-patch -1 --stdout -N --zero-commit \
			--no-signature --stat=72 --abbrev=12 --no-renames \
			"$commit" >"$to/$name.patch"
		place=$(place_of "$dir${to#"$new"}" "$name.patch" "$to/$name.patch")
		echo "$place" >>"$to/series"
	done
	save_series "$new" "$dir"
	[ ! -e "$new/optional/series" ] ||
		save_series "$new/optional" "$dir/optional"
	rm -rf "$new"
}

# save_series <from> <to>: comments of the series stay with the patch below them, and
# patches that another kernel's series lists
save_series()
{
	local patch others

	others=$(find "$2" -maxdepth 1 -name 'series-*' ! -name "series-$linux_version")
	while read -r patch; do
		save_file "$1/${patch##*/}" "$2/$patch"
	done <"$1/series"
	for patch in $(series_of "$2"); do
		# shellcheck disable=SC2086 # words are meant
		grep -qxF "${patch#"$2/"}" "$1/series" $others || rm -fv "$patch"
	done
	touch "$2/series-$linux_version"
	awk 'FILENAME == ARGV[1] {
		if (/^#/ || /^$/)
			note = note $0 "\n"
		else {
			notes[$0] = note
			note = ""
		}
		next
	}
	{ printf "%s%s\n", notes[$0], $0 }' "$2/series-$linux_version" \
		"$1/series" >"$1/series.new"
	save_file "$1/series.new" "$2/series-$linux_version"
}
