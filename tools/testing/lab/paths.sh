# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # for those who source it
#
# Where things are, and how the lab speaks.  Sourced by every script of the lab.

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
lab=$top/tools/testing/lab
build=$top/build
log=$build/log
mkdir -p "$build" "$log"

if [ -d /usr/lib/ccache ]; then
	export PATH=/usr/lib/ccache:$PATH CCACHE_NOHASHDIR=1
	export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$top}
fi

die()
{
	echo "lab: $*" >&2
	exit 1
}

clock()
{
	printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60))
}

told=0
# What is going on, on a line that is written over; not into files and pipes,
# where once in a while is enough.
progress()
{
	if [ -t 1 ]; then
		printf '\r%14s  %s\033[K' "$(clock)" "$1"
	elif [ $((SECONDS - told)) -ge 30 ]; then
		told=$SECONDS
		printf '%14s  %s\n' "$(clock)" "$1"
	fi
}

progress_end()
{
	[ ! -t 1 ] || printf '\r\033[K'
}

# exclusively <name>: until this script ends; who else wants the same waits
exclusively()
{
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

# "stock" is Debian's kernel as it is, the others have the project's changes.
source_of()
{
	case $1 in
	stock) echo "$build/linux-stock" ;;
	new|debug) echo "$build/linux" ;;
	*) die "no kernel '$1': stock, new or debug" ;;
	esac
}
