# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # "group" is the caller's
#
# How the tests that are scripts report, in TAP: to be sourced, with "group" set.

number=0 failed=0

# test_that TITLE COMMAND...: what it says is shown only if it fails
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

# skipped WHY: all of it
skipped()
{
	echo "1..1"
	echo "ok 1 $group # SKIP $1"
	exit
}
