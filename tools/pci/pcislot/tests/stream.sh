# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions for a test that runs other tests, to print one stream of TAP.  Each test program
# prints a stream of its own with a plan; this numbers them consecutively.

number=0 failed=0

# through COMMAND...
through()
{
	announced='' seen=0
	while IFS= read -r line; do
		case $line in
		1..*) announced=${line#1..} ;;
		'ok '*|'not ok '*)
			number=$((number + 1)) seen=$((seen + 1))
			rest=${line#*ok } state=${line%%ok *}
			echo "${state}ok $number ${rest#* }"
			[ -z "$state" ] || failed=$((failed + 1))
			;;
		*) echo "$line" ;;
		esac
	done < <("$@" 2>&1)
	[ "$announced" = "$seen" ] && return
	number=$((number + 1)) failed=$((failed + 1))
	echo "not ok $number ${1##*/}: $seen of ${announced:-?} tests finished"
}

# the plan, and whether all tests passed
stream_end()
{
	echo "1..$number"
	[ "$failed" -eq 0 ] && [ "$number" -gt 0 ]
}
