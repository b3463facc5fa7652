# SPDX-License-Identifier: GPL-2.0-only
#
# Each verb of ./lab, and each step that they are made of, as a target:
# "make test KERNEL=debug", "make kernel KERNEL=stock".  ARGS is handed on.

KERNEL ?=
LINUX ?= 6.12
ARGS ?=

export LAB_LINUX := $(LINUX)

verbs := run test bench shell vm build check compile coverage patches branch clean
steps := linux tree qemu kernel image

help:
	@./lab help

$(verbs):
	@./lab $@ --linux $(LINUX) $(if $(KERNEL),--kernel $(KERNEL)) $(ARGS)

# The sources of Debian's kernel as they are, and with our changes
linux:
	@tools/testing/lab/sources.sh linux
tree: linux
	@tools/testing/lab/tree.sh
# The emulator with the device, a kernel, and the VM's root
qemu:
	@tools/testing/lab/qemu.sh
kernel:
	@tools/testing/lab/kernel.sh $(KERNEL)
image: kernel
	@tools/testing/lab/image.sh $(KERNEL)

.PHONY: help $(verbs) $(steps)
