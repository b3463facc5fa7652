# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# patches: patches/linux/ and our own files as one series against the unpacked
# kernel, for git am.  A group of files comes before the first patch that needs
# it, so that the kernel builds at every step.

base=$build/patches.tmp		# only the files that the series touches
out=$build/patches

# group <number> <paths> <subject> <body>: goes in before that patch
groups()
{
	group 0009 'drivers/pci/sriov !drivers/pci/sriov/tests include/linux' \
		'PCI/sriov: Add a new SR-IOV core' \
		'It takes the place of drivers/pci/iov.c in a patch of its own;
until then nothing builds it.'
	group 0090 'drivers/pci/sriov/tests' \
		'PCI/sriov: Add KUnit tests' \
		'They need no device: a software function with the registers of a
PF stands in for it.'
	group 0100 'include/uapi/linux Documentation/misc-devices' \
		'sriov-edu: Add register names, ioctls and their document' \
		'sriov-edu is a QEMU device for developing and testing PF drivers;
device, drivers and tests share one header of register names.'
	group 0100 'samples/pci/sriov' \
		'samples: Add PF and VF drivers for sriov-edu' \
		'Written for authors of PF drivers to copy from.'
	group 0101 'tools/testing/selftests/pci_sriov' \
		'selftests: Add pci_sriov' \
		'Tests of SR-IOV from user space, on sriov-edu and on any other PF.'
	group 0023 'Documentation/PCI Documentation/ABI tools/pci' \
		'Documentation: PCI: Describe the SR-IOV core' \
		'For authors of PF drivers, for users, and for who maintains it.'
}

g()
{
	git -C "$base" -c user.name=lab -c user.email=lab@localhost \
		-c commit.gpgsign=false "$@"
}

# As the project's own history has it, where there is one
author()
{
	(cd "$top" && git log -1 --format='%an <%ae>' -- "$@" 2>/dev/null) |
		grep . || echo 'lab <lab@localhost>'
}

# The files of the project below the paths, less those below a path with "!"
files_of()
{
	local path with=() without=()

	for path in "$@"; do
		case $path in
		!*) without+=(-path "${path#!}" -prune -o) ;;
		*) [ ! -e "$build/overlay/$path" ] || with+=("$path") ;;
		esac
	done
	[ ${#with[@]} -gt 0 ] || return 0
	(cd "$build/overlay" &&
		find "${with[@]}" "${without[@]}" -type f -print) | sort
}

# A file that a patch changes is there already and is no part of a group.
group()
{
	local file files=() paths

	[[ $1 < $next || $1 == "$next" ]] || return 0
	[[ $done_ != *"|$3|"* ]] || return 0
	done_+="|$3|"
	read -ra paths <<<"$2"
	while read -r file; do
		[ -e "$build/linux-stock/$file" ] || files+=("$file")
	done < <(files_of "${paths[@]}")
	[ ${#files[@]} -gt 0 ] || return 0
	(cd "$build/overlay" && cp --parents "${files[@]}" "$base/")
	g add -f .
	g commit -q --author="$(author "${paths[@]/#!/:!}")" -m "$3" -m "$4"
}

series()
{
	local patch

	rm -rf "$base" "$out"
	mkdir -p "$base"
	g init -q
	grep -hE '^(---|\+\+\+) [ab]/' "$top"/patches/linux/*.patch |
		sed 's,^.\{6\},,' | sort -u | while read -r file; do
		[ ! -e "$build/linux-stock/$file" ] ||
			(cd "$build/linux-stock" && cp --parents "$file" "$base/")
	done
	g add -f .
	g commit -q --allow-empty -m "Linux as Debian ships it"
	g tag stock
	done_=''
	for patch in "$top"/patches/linux/*.patch; do
		next=${patch##*/}
		next=${next%%-*}
		groups
		g am -q "$patch" || die "${patch#"$top/"}: git am does not take it"
	done
	next=9999
	groups
}

# Whatever is in build/linux must have come into the series.
complete()
{
	diff -rq --exclude=.git "$build/overlay" "$base" ||
		die "the series and build/linux differ: a file is in no group of tools/testing/lab/verbs/patches.sh"
}

steps=3
sources=(linux)
prepare
jobs_wait
step "Linux with our changes"
"$lab/sources.sh" linux
"$lab/tree.sh" >"$log/tree.log"
step "The series"
series
complete
g format-patch -q -o "$out" stock
rm -rf "$base"
echo "$(find "$out" -name '*.patch' | wc -l) patches in build/patches; in a tree of $(sed -n 's/^VERSION = //p' "$build/linux-stock/Makefile").$(sed -n 's/^PATCHLEVEL = //p' "$build/linux-stock/Makefile").$(sed -n 's/^SUBLEVEL = //p' "$build/linux-stock/Makefile"): git am $out/*.patch"
