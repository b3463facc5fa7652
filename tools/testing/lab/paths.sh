# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # for those who source it
#
# Where things are, and the lab's messages.  Sourced by every script of the lab.

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
lab=$top/tools/testing/lab
shared=$top/build	# what all kernels have in common: packages, QEMU

if [ -d /usr/lib/ccache ]; then
	export PATH=/usr/lib/ccache:$PATH CCACHE_NOHASHDIR=1
	export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$top}
fi

die()
{
	echo "lab: $*" >&2
	exit 1
}

# linux_is <version or directory>: the kernel that all is about: Debian's of that
# version, or a tree of one's own.  What is built of 6.12 is in build/, of another one
# in a directory of its own there.
linux_is()
{
	export LAB_LINUX=$1
	linux_version=$1 linux_dir='' build=$shared/$1
	case $1 in
	*/*|.|..)
		[ -e "$1/Kbuild" ] || die "--linux $1: not a directory with Linux in it"
		linux_dir=$(cd "$1" && pwd)
		LAB_LINUX=$linux_dir
		linux_version=$(sed -nE 's/^(VERSION|PATCHLEVEL) = //p' "$1/Makefile" |
			paste -sd.)
		build=$shared/$(basename "$linux_dir")-$(cksum <<<"$linux_dir" | cut -d' ' -f1)
		;;
	6.12) build=$shared ;;
	esac
	[ -e "$top/patches/linux/series-$linux_version" ] ||
		die "--linux $1: there are patches for $(cd "$top/patches/linux" &&
			echo series-* | sed 's/series-//g; s/ / and /g'), or a directory with one of these"
	log=$build/log
}

clock()
{
	printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60))
}

shown_at=0
# Progress, on a line that is overwritten; in files and pipes, one line each 30 s.
progress()
{
	if [ -t 1 ]; then
		printf '\r%14s  %s\033[K' "$(clock)" "$1"
	elif [ $((SECONDS - shown_at)) -ge 30 ]; then
		shown_at=$SECONDS
		printf '%14s  %s\n' "$(clock)" "$1"
	fi
}

progress_end()
{
	[ ! -t 1 ] || printf '\r\033[K'
}

# exclusively <name>: until this script ends; another script that needs it waits
exclusively()
{
	mkdir -p "$build"
	exec 7>"$build/$1.lock"
	flock -n 7 && return
	echo "lab: waiting for another lab that works on $1" >&2
	flock 7
}

# hash <file>...: one line that changes when a name or a content does
hash()
{
	sha256sum -- "$@" | sha256sum | cut -d' ' -f1
}

# Is what <stamp> stands for still made from <hash>?
fresh()
{
	[ -e "$1" ] && [ "$(cat "$1")" = "$2" ]
}

linux_is "${LAB_LINUX:-6.12}"

# "stock" is the kernel as it is, the others have the project's changes.
source_of()
{
	case $1 in
	stock) echo "$build/linux-stock" ;;
	new|debug|coverage) echo "$build/linux" ;;
	*) die "no kernel '$1': stock, new or debug" ;;
	esac
}
