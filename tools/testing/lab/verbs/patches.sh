# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# patches: the series as a maintainer would get it, for git am.  The project's
# own files come with the patch whose message names them in a line "Overlay:".

# shellcheck source=tools/testing/lab/series.sh
. "$lab/series.sh"

base=$build/patches.tmp		# only the files that the series touches
out=$build/patches

# A file of Linux that ours replaces, too
add_overlay()
{
	local message paths

	message=$(tree_git "$base" log -1 --format=%B)
	mapfile -t paths < <(sed -n "s/^Overlay: //p" <<<"$message" | tr " " "\n")
	[ ${#paths[@]} -gt 0 ] || [[ $message == *"Series: optional"* ]] || return 0
	[ ${#paths[@]} -eq 0 ] || project_files | grep -E "^($(IFS='|'; echo "${paths[*]}"))/" |
		(cd "$top" && cpio --quiet -pdmu "$base")
	tree_git "$base" add -f .
	sed -E '/^(Overlay|Series): /d' <<<"$message" |
		tree_git "$base" commit -q --amend -F -
}

# Whatever is in build/linux must have come into the series.
complete()
{
	diff -rq --exclude=.git "$build/overlay" "$base" ||
		die "the series and build/linux differ: no patch has a line \"Overlay:\" for a file"
}

steps=3
sources=(linux)
prepare
jobs_wait
step "Linux with our changes"
"$lab/sources.sh" linux
"$lab/tree.sh" >"$log/tree.log"
step "The series"
rm -rf "$base" "$out"
branch_begin "$base"
for patch in $(patches); do
	branch_apply "$base" "$patch"
	add_overlay
done
complete
tree_git "$base" format-patch -q -o "$out" --stat=72 stock
cp "$top/patches/cover-letter.txt" "$out/0000-cover-letter.txt"
rm -rf "$base"
echo "$(find "$out" -name '*.patch' | wc -l) patches in build/patches; in a tree of $(sed -n 's/^VERSION = //p' "$build/linux-stock/Makefile").$(sed -n 's/^PATCHLEVEL = //p' "$build/linux-stock/Makefile").$(sed -n 's/^SUBLEVEL = //p' "$build/linux-stock/Makefile"): git am $out/*.patch"
