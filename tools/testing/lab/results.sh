# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Reads what tests write (TAP and KTAP), shows a line for each result, counts.
# A test that was announced and never gave a result has failed.

passed=0 failed=0 skipped=0

# result <passed|failed|skipped> <name> [<note>]
result()
{
	case $1 in
	passed) passed=$((passed + 1)) ;;
	failed) failed=$((failed + 1)) ;;
	skipped) skipped=$((skipped + 1)) ;;
	esac
	printf '%14s  %-7s %s\n' "$(clock)" "$1" "$2${3:+  ($3)}"
	[ "$1" != failed ] || printf '%s' "$notes" | tail -n 30 | sed 's/^/        /'
}

# A plan opens a group; the results of an inner one come before the line that
# sums them up, which is indented less and not counted.
plan=0 seen=0 notes='' depth=0 group_failed=0

group_begin()
{
	group=$1 plan=0 seen=0 notes='' depth=0 group_failed=$failed
}

# group_end <exit status>; 4 is kselftest's word for "skipped"
group_end()
{
	local left=$((plan - seen))

	notes=''
	if [ "$left" -gt 0 ]; then
		result failed "$group: $left of $plan tests never finished" \
			"exit status $1"
		failed=$((failed + left - 1))
	elif [ "$1" -ne 0 ] && [ "$1" -ne 4 ]; then
		[ "$failed" -gt "$group_failed" ] ||
			result failed "$group" "exit status $1"
	elif [ "$seen" -eq 0 ] && [ "$1" -eq 4 ]; then
		result skipped "$group"
	elif [ "$seen" -eq 0 ]; then
		result failed "$group: no test in it"
	fi
}

result_line()
{
	local indent=${1%%[no]*} line=${1#"${1%%[no]*}"} name
	local inner=$((${#indent} < depth))

	depth=${#indent}
	name=$(sed -E 's/^(not )?ok [0-9]+ (- )?//; s/ *# (SKIP|XFAIL|TODO).*//' <<<"$line")
	[ "$inner" -eq 0 ] || [ "$failed" -eq "$group_failed" ] || return 0
	case $line in
	*'# SKIP'*) [ "$inner" -eq 1 ] || result skipped "$group: $name" "${line##*\# SKIP }" ;;
	'not ok'*) result failed "$group: $name" ;;
	*'# XFAIL'*) [ "$inner" -eq 1 ] || result passed "$group: $name" "fails as expected: ${line##*\# XFAIL }" ;;
	*) [ "$inner" -eq 1 ] || result passed "$group: $name" ;;
	esac
	notes=''
}

# tap_line <line>
tap_line()
{
	local line=$1

	case $line in
	1..[0-9]*)
		plan=${line#1..}
		plan=${plan%% *}
		[ "$plan" -gt 0 ] || skip_all "$line"
		;;
	'ok '[0-9]*|'not ok '[0-9]*)
		seen=$((seen + 1))
		result_line "$line"
		;;
	' '*' ok '[0-9]*|' '*'not ok '[0-9]*)
		result_line "$line"
		;;
	*)
		notes+=$line$'\n'
		;;
	esac
}

skip_all()
{
	result skipped "$group" "${1##*\# SKIP }"
	seen=$((seen + 1))
	plan=$seen
}
