# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# Only the command's own output on the standard output.
case ${1:-} in
''|--help) exec "$lab/vm" --help ;;
esac
{
	prepare
	build
	step "Boot"
} >&2
exec "$lab/vm" --kernel "$kernel" "$@"
