/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: a Virtual Function as a QEMU device.  It is created when VF Enable
 * is set and removed when VF Enable is cleared; state that outlives it is in
 * the PF (SriovEduVfState).
 *
 * Floor: 8
 */

#include "qemu/osdep.h"
#include "hw/pci/pci.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_sriov.h"
#include "sriov_edu.h"
#include "trace.h"

static void vf_realize(PCIDevice *pci, Error **errp)
{
    SriovEduFunction *vf = SRIOV_EDU_FN(pci);
    uint64_t bar_size[2];

    vf->pf = SRIOV_EDU_PF(pcie_sriov_get_pf(pci));
    vf->vf_id = pcie_sriov_vf_number(pci);
    bar_size[0] = sriov_edu_cap_vf_bar_size(vf->pf, 0);
    bar_size[1] = sriov_edu_cap_vf_bar_size(vf->pf, 1);
    if (!sriov_edu_function_init(vf, bar_size, vf->pf->props.vf_msix_max,
                                 errp)) {
        return;
    }

    pci_set_word(pci->wmask + PCI_COMMAND, PCI_COMMAND_MASTER);
    pci_set_word(vf->hidden + PCI_COMMAND, PCI_COMMAND_MEMORY);
    pci->wmask[PCI_CACHE_LINE_SIZE] = 0;
    pci->wmask[PCI_INTERRUPT_LINE] = 0;
    sriov_edu_rtr_init(vf);
    if (vf->pf->misbehave.vf_has_sriov) {
        sriov_edu_cap_init_in_vf(vf);
    }
    sriov_edu_irq_update_table_size(vf);
    sriov_edu_fn_not_ready(vf, vf->pf->props.vf_ready_ms);
}

static void vf_exit(PCIDevice *pci)
{
    sriov_edu_function_exit(SRIOV_EDU_FN(pci));
}

/* Also called when a VF is created, as for each device that is plugged in */
static void vf_reset(DeviceState *dev)
{
    SriovEduFunction *vf = SRIOV_EDU_FN(dev);

    sriov_edu_function_reset(vf);
    if (!sriov_edu_fn_in_flr(vf)) {
        return;
    }
    trace_sriov_edu_vf_flr(vf->vf_id);
    sriov_edu_fn_not_ready(vf, vf->pf->props.vf_ready_ms);
    sriov_edu_mgmt_vf_was_reset(vf->pf, vf->vf_id);
}

static void vf_class_init(ObjectClass *class, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(class);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);

    pc->realize = vf_realize;
    pc->exit = vf_exit;
    pc->device_id = SRIOV_EDU_VF_DEVICE_ID;
    dc->reset = vf_reset;
    dc->vmsd = &sriov_edu_function_vmstate;
    dc->desc = "SR-IOV educational device, Virtual Function";
    dc->user_creatable = false;
}

static const TypeInfo vf_info = {
    .name = TYPE_SRIOV_EDU_VF,
    .parent = TYPE_SRIOV_EDU_FUNCTION,
    .class_init = vf_class_init,
};

static void vf_register_types(void)
{
    type_register_static(&vf_info);
}

type_init(vf_register_types)
