# SPDX-License-Identifier: GPL-2.0-only
#
# make -f objects.mk srctree=DIR objtree=DIR obj=DIR: the objects and the
# directories that the Makefile in obj lists with the configuration there is in
# objtree, read the way scripts/Makefile.build reads it.

.DEFAULT_GOAL := print

obj-y :=
obj-m :=
lib-y :=
lib-m :=
always-y :=
always-m :=
targets :=
subdir-y :=
subdir-m :=
extra-y :=
src := $(srctree)/$(obj)

include $(objtree)/include/config/auto.conf
include $(srctree)/scripts/Kbuild.include
include $(srctree)/scripts/Makefile.compiler
include $(or $(wildcard $(src)/Kbuild),$(src)/Makefile)
include $(srctree)/scripts/Makefile.lib

.PHONY: print
print:
	@:$(foreach o,$(sort $(real-obj-y) $(real-obj-m)),$(info $o))
	@:$(foreach d,$(sort $(subdir-ym)),$(info $d/))
