# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# branch: the patches and our own files as a git branch to work in, and back.

# shellcheck source=tools/testing/lab/series.sh
. "$lab/series.sh"

save=
dir=$build/branch
for arg in "$@"; do
	case $arg in
	--save) save=1 ;;
	*) dir=$(realpath -m "$arg") ;;
	esac
done

if [ -n "$save" ]; then
	[ -e "$dir/.git" ] || die "$dir: no branch; ./lab branch makes one"
	branch_save "$dir" "$top"
	return
fi
[ ! -e "$dir" ] || die "$dir exists"
steps=2
sources=(linux)
prepare
jobs_wait
step "Linux, the series and our own files in $dir"
"$lab/sources.sh" linux
branch_make "$dir" all
tree_git "$dir" log --oneline --no-decorate | head -n 3
