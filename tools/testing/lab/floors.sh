#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# floors.sh <directory>...: fails if a C file of a directory uses a function that a
# file of a higher floor of that directory defines.
#
# The first comment of each .c file has a line " * Floor: N".  A file may use the
# functions of lower floors freely, and those of another file of its own floor unless
# that file, directly or through a third file, uses its functions in return.
# In the headers, the comment above what a file offers names that file and its floor.
# The check needs no build, only text in kernel style: it finds names outside of
# comments and strings, as calls or as pointers.  Uses in macros and inline functions
# of headers, and of data, are not found.

set -euo pipefail
[ $# -gt 0 ] || { echo "usage: floors.sh <directory>..." >&2; exit 2; }

# shellcheck disable=SC2016 # $0 is awk's
program='
# the line without comments, strings and characters
function code(line,    out, token) {
	out = ""
	while (line != "") {
		if (comment && !match(line, /\*\//))
			return out
		if (!comment && !match(line, /"([^"\\]|\\.)*"|\047([^\047\\]|\\.)*\047|\/\*|\/\//))
			return out line
		token = substr(line, RSTART, 2)
		if (!comment)
			out = out substr(line, 1, RSTART - 1) " "
		if (!comment && token == "//")
			return out
		line = substr(line, RSTART + RLENGTH)
		comment = token == "/*"
	}
	return out
}

# A head is what precedes a brace outside of functions.
function define(    name) {
	gsub(/__(printf|attribute__)[ (]*[^)]*\)+/, "", head)
	if (head ~ /=/ || !match(head, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/))
		return
	name = substr(head, RSTART, RLENGTH - 1)
	sub(/[ \t]+$/, "", name)
	own[FILENAME, name] = 1
	if (head !~ /(^|[ \t])static[ \t]/ &&
	    (!(name in home) || floor[FILENAME] < floor[home[name]]))
		home[name] = FILENAME
}

function look_for_uses(text,    name, there) {
	gsub(/(struct|union|enum)[ \t]+[A-Za-z_0-9]+|(\.|->)[ \t]*[A-Za-z_0-9]+/, " ", text)
	while (match(text, /[A-Za-z_][A-Za-z_0-9]*/)) {
		name = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		if (!(name in home) || (FILENAME, name) in own)
			continue
		there = home[name]
		if (!(FILENAME in named) || !(there in named))
			continue
		if (floor[there] > floor[FILENAME])
			printf "%s:%d: floor %d uses %s() of %s, floor %d\n", FILENAME,
				FNR, floor[FILENAME], name, there, floor[there]
		else if (floor[there] == floor[FILENAME] && there != FILENAME) {
			uses[FILENAME, there] = 1
			user[++calls] = FILENAME
			used[calls] = there
			call[calls] = FILENAME ":" FNR ": uses " name "() of " there ", which" \
				" uses " FILENAME " in return, both floor " floor[there]
		}
	}
}

# within a floor, also by way of other files
function report_circles(    a, b, c) {
	for (b in named)
		for (a in named)
			for (c in named)
				if (((a, b) in uses) && ((b, c) in uses))
					uses[a, c] = 1
	for (a = 1; a <= calls; a++)
		if ((used[a], user[a]) in uses)
			print call[a]
}

FNR == 1 { depth = 0; comment = 0; head = ""; directive = 0 }
pass == 1 && !(FILENAME in named) && match($0, /(^|[ *])Floor: [0-9]+/) {
	text = substr($0, RSTART, RLENGTH)
	sub(/.*: /, "", text)
	floor[FILENAME] = text + 0
	named[FILENAME] = 1
}
{
	text = code($0)
	directive = directive || text ~ /^[ \t]*#/
	if (pass == 2 && (depth || directive || text ~ /{/))
		look_for_uses(text)
	if (!directive) {
		if (pass == 1 && !depth) {
			head = head " " text
			if (text ~ /{/) {
				sub(/{.*/, "", head)
				define()
			}
			if (text ~ /[{};]/)
				head = ""
		}
		depth = text ~ /^}/ ? 0 : depth + gsub(/{/, "", text) - gsub(/}/, "", text)
	}
	directive = directive && $0 ~ /\\$/
}
END {
	for (i = 2; ARGV[i] != "pass=2"; i++)
		if (!(ARGV[i] in named))
			print ARGV[i] ":1: its first comment has no line \"Floor: N\""
	report_circles()
}'

# headers <directory>: comments "/* name.c..." whose floor is missing or wrong
headers()
{
	local line file floor

	grep -nHoE '^/\* [a-z_0-9]+\.c\>(, floor [0-9]+)?' "$1"/*.h 2>/dev/null |
		while read -r line; do
			file=${line##*/\* }
			file=${file%%,*}
			floor=$(sed -n 's/^ \* Floor: //p' "$1/$file" 2>&1 | head -n 1)
			[ "${line##*, }" = "floor $floor" ] ||
				echo "$line: $file has floor ${floor:-?}"
		done
}

status=0
for dir in "$@"; do
	mapfile -t files < <(find "$dir" -maxdepth 1 -name '*.c' ! -name '*.mod.c' | sort)
	[ ${#files[@]} -gt 0 ] || { echo "floors: $dir: no C files" >&2; exit 2; }
	found=$(awk "$program" pass=1 "${files[@]}" pass=2 "${files[@]}")
	found+=$(headers "$dir")
	[ -z "$found" ] || { echo "$found"; status=1; }
done
exit "$status"
