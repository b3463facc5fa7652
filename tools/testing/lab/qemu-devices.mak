# SPDX-License-Identifier: GPL-2.0-or-later
# The devices that the lab's QEMU has: what a q35 machine needs, and
CONFIG_Q35=y
CONFIG_VTD=y
CONFIG_PCIE_PORT=y
CONFIG_I82801B11=y
CONFIG_NVME_PCI=y
CONFIG_EDU=y
CONFIG_ISA_DEBUG=y
CONFIG_SRIOV_EDU=y
CONFIG_VFIO=y
CONFIG_VFIO_PCI=y
