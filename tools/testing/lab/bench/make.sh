#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# make.sh <kernel>: what ./lab bench puts into the VM: the software PFs, a module
# for that kernel, and the program that writes and measures; in
# build/obj-<kernel>/lab-bench.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/../paths.sh"

kernel=${1:-new}
objects=$build/obj-$kernel
to=$objects/lab-bench

exclusively "bench-$kernel"
mkdir -p "$to"
cp -u "$lab"/bench/softpf/* "$to/"
make -s -C "$objects" M="$to" modules
# static: whatever libraries there are in the VM
gcc -O2 -Wall -Wextra -static -pthread -o "$to/numvfs" "$lab/bench/numvfs.c"
