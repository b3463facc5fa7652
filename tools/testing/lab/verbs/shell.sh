# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
[ -t 0 ] || die "a shell needs a terminal; for a command: ./lab vm COMMAND"
prepare
build
step "Boot; 'exit' ends it, Ctrl-A X switches the VM off at once"
"$lab/vm" --kernel "$kernel" --shell "$@"
