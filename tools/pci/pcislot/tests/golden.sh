#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# golden.sh BUILD FILE...: run the commands of the FILEs and compare their output with
# the FILEs.  In a FILE,
#
#	% TREE...	plants these trees for the commands that follow
#	$ COMMAND	is run by a shell; its expected output follows, and its exit
#			status as "[STATUS]" if that is not 0
#
# Each command is a test, reported in TAP.  With UPDATE=1 the FILEs are rewritten
# with the actual output, for review with git diff.
#
# TESTS=DIR: the tests of another program, with its trees.

here=$(cd "$(dirname "$0")" && pwd)
tests=${TESTS:-$here}
build=$(cd "$1" && pwd)
PATH=$build:$tests:$here:$PATH
shift
work=$(mktemp -d)
trap '(cd "$work" && qmp_peer stop; qemu_peer stop); rm -rf "$work"' EXIT
PCISLOT_ROOT=$work/root SRIOVCTL_ROOT=$work/root
export PATH PCISLOT_ROOT SRIOVCTL_ROOT
number=0 failed=0

plant()
{
	rm -rf "$PCISLOT_ROOT"
	# shellcheck disable=SC2086 # a word for each tree
	(cd "$tests/trees" && set -- $1 && "$here/plant" "$@" "$PCISLOT_ROOT")
}

# The output must not depend on the directory, so its path is replaced.
run()
{
	(cd "$work" && LD_PRELOAD=$build/fake_kernel.so sh -c "$1") >"$work/raw" 2>&1 </dev/null
	status=$?
	sed "s,$PCISLOT_ROOT,ROOT,g; s,$work,WORK,g" "$work/raw" >"$work/got"
	[ "$status" -eq 0 ] || echo "[$status]" >>"$work/got"
}

# Run the command that was read last, and compare its output
judge()
{
	[ -n "$command" ] || return
	number=$((number + 1))
	run "$command"
	printf '$ %s\n' "$command" >>"$work/new"
	cat "$work/got" "$work/blank" >>"$work/new"
	if [ -n "${UPDATE:-}" ] || cmp -s "$work/wanted" "$work/got"; then
		echo "ok $number $name: $command"
	else
		failed=$((failed + 1))
		diff -u "$work/wanted" "$work/got" | sed '1,2d; s/^/# /'
		echo "not ok $number $name: $command"
	fi
}

begin()
{
	: >"$work/wanted"
	: >"$work/blank"
	command=$1
}

# A blank line belongs to the output only if more of it follows.
output()
{
	if [ -z "$1" ]; then
		echo >>"$work/blank"
		return
	fi
	cat "$work/blank" >>"$work/wanted"
	: >"$work/blank"
	printf '%s\n' "$1" >>"$work/wanted"
}

one()
{
	name=$(basename "$1")
	: >"$work/new"
	begin ''
	while IFS= read -r line; do
		case $line in
		'% '*|'#'*)
			judge
			begin ''
			echo "$line" >>"$work/new"
			[ "${line#%}" = "$line" ] || plant "${line#% }"
			;;
		'$ '*) judge; begin "${line#??}" ;;
		*)
			if [ -n "$command" ]; then
				output "$line"
			else
				echo "$line" >>"$work/new"
			fi
			;;
		esac
	done <"$1"
	judge
	[ -z "${UPDATE:-}" ] || cp "$work/new" "$1"
}

total=0
for file in "$@"; do
	total=$((total + $(grep -c '^\$ ' "$file")))
done
echo "1..$total"
for file in "$@"; do
	one "$file"
done
[ "$failed" -eq 0 ]
