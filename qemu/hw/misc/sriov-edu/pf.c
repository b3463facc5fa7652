/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the Physical Function.
 */

#include "qemu/osdep.h"
#include "hw/pci/pci.h"
#include "hw/pci/pcie.h"
#include "hw/qdev-properties.h"
#include "standard-headers/linux/sriov_edu_regs.h"
#include "trace.h"

static void sriov_edu_pf_realize(PCIDevice *pf, Error **errp)
{
    pcie_endpoint_cap_init(pf, 0x80);
}

static void sriov_edu_pf_class_init(ObjectClass *class, void *data)
{
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);

    pc->realize = sriov_edu_pf_realize;
    pc->vendor_id = SRIOV_EDU_VENDOR_ID;
    pc->device_id = SRIOV_EDU_PF_DEVICE_ID;
    pc->class_id = SRIOV_EDU_CLASS;
}

static const TypeInfo sriov_edu_pf_info = {
    .name = "sriov-edu",
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(PCIDevice),
    .class_init = sriov_edu_pf_class_init,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { }
    },
};

static void sriov_edu_register_types(void)
{
    type_register_static(&sriov_edu_pf_info);
}

type_init(sriov_edu_register_types)
