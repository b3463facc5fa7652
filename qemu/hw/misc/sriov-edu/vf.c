/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: a Virtual Function.  Made when VF Enable is set, gone when it is
 * cleared; what is kept for it meanwhile is in its PF.
 */

#include "qemu/osdep.h"
#include "hw/pci/pci.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_sriov.h"
#include "sriov_edu.h"
#include "trace.h"

SriovEduFunction *sriov_edu_vf(SriovEduPf *pf, unsigned int vf_id)
{
    PCIDevice *vf = pcie_sriov_get_vf_at_index(&pf->fn.pci, vf_id);

    return vf ? SRIOV_EDU_FN(vf) : NULL;
}

void sriov_edu_vf_set_vectors(SriovEduFunction *vf)
{
    uint8_t *flags = vf->pci.config + SRIOV_EDU_CAP_MSIX + PCI_MSIX_FLAGS;
    uint16_t val = pci_get_word(flags) & ~PCI_MSIX_FLAGS_QSIZE;

    pci_set_word(flags, val | (sriov_edu_vectors(vf) - 1));
}

/*
 * QEMU maps the VF's BARs by the VF's Memory Space Enable, so the VF has that
 * bit, but the guest can neither see nor write it: it is a copy of VF MSE.
 */
void sriov_edu_vf_set_mse(SriovEduFunction *vf, bool mse)
{
    uint8_t *command = vf->pci.config + PCI_COMMAND;

    if (mse) {
        pci_word_test_and_set_mask(command, PCI_COMMAND_MEMORY);
    } else {
        pci_word_test_and_clear_mask(command, PCI_COMMAND_MEMORY);
    }
    /* Changes no bit, but has QEMU look at the BARs again. */
    pci_default_write_config(&vf->pci, PCI_COMMAND, pci_get_word(command), 2);
}

static void init_config(SriovEduFunction *vf)
{
    PCIDevice *pci = &vf->pci;

    pci_set_word(pci->wmask + PCI_COMMAND, PCI_COMMAND_MASTER);
    pci_set_word(vf->hidden + PCI_COMMAND, PCI_COMMAND_MEMORY);
    pci->wmask[PCI_CACHE_LINE_SIZE] = 0;
    pci->wmask[PCI_INTERRUPT_LINE] = 0;
    sriov_edu_rtr_init(vf);
    if (vf->pf->misbehave.vf_has_sriov) {
        sriov_edu_cap_in_a_vf(vf);
    }
    sriov_edu_vf_set_vectors(vf);
}

static void realize(PCIDevice *pci, Error **errp)
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
    init_config(vf);
    sriov_edu_not_ready(vf, vf->pf->props.vf_ready_ms);
}

static void vf_exit(PCIDevice *pci)
{
    sriov_edu_function_exit(SRIOV_EDU_FN(pci));
}

/* Also called once for a new VF, as for every device that is plugged in. */
static void reset(DeviceState *dev)
{
    SriovEduFunction *vf = SRIOV_EDU_FN(dev);

    sriov_edu_function_reset(vf);
    if (!sriov_edu_in_flr(vf)) {
        return;
    }
    trace_sriov_edu_vf_flr(vf->vf_id);
    sriov_edu_not_ready(vf, vf->pf->props.vf_ready_ms);
    sriov_edu_mgmt_vf_was_reset(vf->pf, vf->vf_id);
}

static void class_init(ObjectClass *class, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(class);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);

    pc->realize = realize;
    pc->exit = vf_exit;
    pc->device_id = SRIOV_EDU_VF_DEVICE_ID;
    dc->reset = reset;
    dc->vmsd = &sriov_edu_function_vmstate;
    dc->desc = "SR-IOV educational device, Virtual Function";
    dc->user_creatable = false;
}

static const TypeInfo vf_info = {
    .name = TYPE_SRIOV_EDU_VF,
    .parent = TYPE_SRIOV_EDU_FUNCTION,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&vf_info);
}

type_init(register_types)
