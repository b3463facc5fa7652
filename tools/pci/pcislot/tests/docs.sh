#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# docs.sh BUILD [PROGRAM]: check that --help, the man page and the completion have the
# same verbs, options and statuses, and that the page is well formed.  Prints TAP.

here=$(cd "$(dirname "$0")" && pwd)
program=${2:-pcislot}
source=$here/../../$program
PATH=$(cd "$1" && pwd):$PATH
number=0 failed=0
# the text of the page: without escapes and fonts
page=$(sed 's/\\-/-/g; s/\\f.//g' "$source/$program.8")
# shellcheck source=tools/pci/pcislot/pcislot.bash
. "$source/$program.bash"

result()
{
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number docs: $1"
	else
		failed=$((failed + 1))
		printf '# %s\n' "$2"
		echo "not ok $number docs: $1"
	fi
}

options()
{
	"$program" --help | grep -oE -- '--[a-z-]+' | sort -u
}

# The short options of --help that the program does not take
not_taken()
{
	"$program" --help | sed -n 's/.*  -\([a-zA-Z]\), --.*/\1/p' |
		while read -r letter; do
			"$program" frob "-$letter" 1 2>&1 | grep "invalid option"
		done
	for letter in $(grep -oE '^\.BR -[a-zA-Z] ' <<<"$page" | tr -d ' ' | sed 's/.*-//'); do
		"$program" frob "-$letter" 1 2>&1 | grep "invalid option"
	done
}

verbs()
{
	"$program" --help | sed -n 's/^  \([a-z][a-z]*\) .*  .*/\1/p' | sort -u
}

# complete_word WORD...: the completions that bash offers for the last WORD
complete_word()
{
	COMP_WORDS=("$program" "$@") COMP_CWORD=$#
	"_$program"
	printf '%s\n' "${COMPREPLY[@]}"
}

# missing TEXT: the lines of the standard input that are not words of TEXT
missing()
{
	while read -r word; do
		grep -qE -- "(^|[^a-z-])$word([^a-z-]|\$)" <<<"$1" || echo "missing: $word"
	done
}

statuses()
{
	sed -n '/^enum status/,/^}/s/.*= \([0-9]\),.*/\1/p' "$source/err.h"
}

echo "1..7"
result "every option of --help is in the man page" "$(options | missing "$page")"
result "every letter of --help and of the man page is an option" "$(not_taken)"
result "every option of --help is completed" \
	"$(options | missing "$(complete_word plan --)")"
result "every verb of --help is in the man page" \
	"$(verbs | missing "$(sed -n '/^.SH VERBS/,/^.SH [^V]/p' <<<"$page")")"
result "what is completed first are the verbs of --help" \
	"$(diff <(verbs) <(complete_word '' | sort))"
result "every exit status is in --help and in the man page" \
	"$(statuses | missing "$("$program" --help | sed -n '/^Exit/,$p')"
	   statuses | sed 's/^/.B /' | missing "$page")"
if command -v groff >/dev/null; then
	result "groff takes the man page" \
		"$(groff -man -Tutf8 -ww "$source/$program.8" 2>&1 >/dev/null)"
else
	echo "ok 7 docs: groff takes the man page # SKIP groff is not installed"
fi
[ "$failed" -eq 0 ]
