#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# warnings.sh <directory>: what the compiler warned of when it last worked in that
# directory, as "object<tab>warning", without line numbers: two kernels have
# the same warning in other lines.

awk '/^  [A-Z]+( \[M\])? +[^ ]+$/ { object = $NF }
/^make/ { next }
/warning:/ { print object "\t" $0 }' "$1/lab.log" |
	sed -E 's,\t[^ :]*/(linux|linux-stock)/,\t,; s/:[0-9]+:[0-9]+:/:/' | sort -u
