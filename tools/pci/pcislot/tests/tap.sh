# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # "group" is the caller's
#
# Functions for tests that are scripts, to print TAP.  Set "group" before sourcing it.

number=0 failed=0

# test_that TITLE COMMAND...: its output is printed only if it fails
test_that()
{
	title=$1
	shift
	number=$((number + 1))
	if "$@" >said 2>&1; then
		echo "ok $number $group: $title"
	else
		failed=$((failed + 1))
		sed 's/^/# /' said
		echo "not ok $number $group: $title"
	fi
}

# skipped WHY: skip the whole script
skipped()
{
	echo "1..1"
	echo "ok 1 $group # SKIP $1"
	exit
}
