# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# patches [--refresh] [--build]: the series as a maintainer would get it, for git am.
# The project's own files come with the patches whose messages name them in a line
# "Overlay:" or "Step:".
#
# --refresh writes the diffs of the steps anew, after a change of the core that "patch"
# could cope with; --build builds a kernel after each patch from the first of the core
# on, which takes an hour or so.

# shellcheck source=tools/testing/lab/series.sh
. "$lab/series.sh"

base=$build/patches.tmp		# only the files that the series touches
out=$build/patches
features=$build/steps.tmp
state=$features/parity
refresh='' compile=''
for arg; do
	case $arg in
	--refresh) refresh=1 ;;
	--build) compile=1 ;;
	*) die "patches: '$arg' is not --refresh or --build" ;;
	esac
done

# copy_own <path>...: the project's own files there, with the features so far
copy_own()
{
	(cd "$state" && find ./* -type f | sed 's,^\./,,' |
		grep -E "^($(IFS='|'; echo "$*"))/" | cpio --quiet -pdmu "$base")
}

# A file of Linux that ours replaces, too
add_own()
{
	local message paths step

	message=$(tree_git "$base" log -1 --format=%B)
	mapfile -t paths < <(sed -n "s/^Overlay: //p" <<<"$message" | tr " " "\n")
	step=$(sed -n "s/^Step: //p" <<<"$message")
	if [ -n "$step" ]; then
		state=$features/$step
		paths=("${core_paths[@]}" "${paths[@]}")
	elif [ ${#core_paths[@]} -eq 0 ]; then
		core_paths=("${paths[@]}")	# of the first of them
	fi
	[ ${#paths[@]} -gt 0 ] || [[ $message == *"Series: optional"* ]] || return 0
	[ ${#paths[@]} -eq 0 ] || copy_own "${paths[@]}"
	tree_git "$base" add -f .
	sed -E '/^(Overlay|Series|Step): /d' <<<"$message" |
		tree_git "$base" commit -q --amend -F -
}

# In a tree of its own, where a file that does not change keeps its time.  Files of a
# later patch, from a build before this one, must not hide that they are missed.
build_tree()
{
	local file

	[ -e "$1" ] || cp -al "$build/linux-stock" "$1"
	rsync -rc --exclude=.git "$base/" "$1/"
	{ patched_files; project_files; } | while read -r file; do
		[ -e "$base/$file" ] || rm -f "$1/$file"
	done
}

# The options of all features each time, because olddefconfig drops those that a step
# does not have yet
build_step()
{
	local title tree=$build/linux-steps obj=$build/obj-steps

	title=$(tree_git "$base" log -1 --format=%s)
	progress "$title"
	build_tree "$tree"
	mkdir -p "$obj"
	cp "$build/obj-new/.config" "$obj/"
	if ! {
		make -C "$tree" O="$obj" -s olddefconfig
		make -C "$tree" O="$obj" -j"$(nproc)" -k KCFLAGS=-Werror vmlinux
	} >"$log/steps.log" 2>&1; then
		die "after \"$title\" the kernel does not build: see $log/steps.log"
	fi
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
steps_make "$features"
[ -z "$refresh" ] || steps_refresh "$features"
core_paths=()
branch_begin "$base"
for patch in $(patches); do
	branch_apply "$base" "$patch"
	add_own
	[ -z "$compile" ] || [ ${#core_paths[@]} -eq 0 ] || build_step
done
complete
tree_git "$base" format-patch -q -o "$out" --stat=72 stock
cp "$top/patches/cover-letter.txt" "$out/0000-cover-letter.txt"
rm -rf "$base" "$features"
echo "$(find "$out" -name '*.patch' | wc -l) patches in build/patches; in a tree of $(sed -n 's/^VERSION = //p' "$build/linux-stock/Makefile").$(sed -n 's/^PATCHLEVEL = //p' "$build/linux-stock/Makefile").$(sed -n 's/^SUBLEVEL = //p' "$build/linux-stock/Makefile"): git am $out/*.patch"
