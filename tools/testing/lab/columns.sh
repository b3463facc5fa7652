#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# columns.sh <log> <log>: for each test that the stock kernel fails as expected, its
# result there and on the other kernel, from the output of ./lab test with both.

sed -nE 's/^ +[0-9:]+  (passed|failed|skipped) +([^ ]+: [^ ]+)/\1\t\2\t/p' "$1" |
awk -F '\t' '
# "(fails as expected: text)", or "#  text" behind the name, or nothing
function outcome(result, text)
{
	if (sub(/.*\(fails as expected: /, "", text))
		return "fails: " substr(text, 1, length(text) - 1)
	sub(/^ *#? */, "", text)
	return result (text == "" ? "" : ": " text)
}
NR == FNR { if ($3 ~ /fails as expected/) { name[++n] = $2; stock[$2] = outcome($1, $3) } next }
$2 in stock { other[$2] = outcome($1, $3) }
END {
	for (i = 1; i <= n; i++)
		printf "%s\n    stock  %s\n    here   %s\n", name[i], stock[name[i]],
			name[i] in other ? other[name[i]] : "not run"
}' - <(sed -nE 's/^ +[0-9:]+  (passed|failed|skipped) +([^ ]+: [^ ]+)/\1\t\2\t/p' "$2")
