# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
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
