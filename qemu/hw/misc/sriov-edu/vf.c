/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: a Virtual Function as a QEMU device.  It exists as long as its PF,
 * enabled or not; state that outlives VF Enable is in the PF (SriovEduVfState).
 *
 * Floor: 8
 */

#include "qemu/osdep.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_sriov.h"
#include "sriov_edu.h"
#include "trace.h"

/* 9.3.4: what is different in a VF's configuration space */
static void vf_init_config(SriovEduFunction *vf)
{
    PCIDevice *pci = &vf->pci;

    pci_config_set_vendor_id(pci->config, 0xffff);
    pci_config_set_device_id(pci->config, 0xffff);
    pci_set_word(pci->wmask + PCI_COMMAND, PCI_COMMAND_MASTER);
    pci_set_word(vf->hidden + PCI_COMMAND, PCI_COMMAND_MEMORY);
    pci->wmask[PCI_CACHE_LINE_SIZE] = 0;
    pci->wmask[PCI_INTERRUPT_LINE] = 0;
    /* The PF's bits and masks for errors are the VF's, too. */
    pci_set_word(pci->wmask + SRIOV_EDU_CAP_EXP + PCI_EXP_DEVCTL,
                 PCI_EXP_DEVCTL_BCR_FLR);
    pci_set_word(pci->wmask + SRIOV_EDU_CAP_EXP + PCI_EXP_DEVCTL2, 0);
    pci_set_long(pci->wmask + SRIOV_EDU_CAP_AER + PCI_ERR_UNCOR_MASK, 0);
    pci_set_long(pci->wmask + SRIOV_EDU_CAP_AER + PCI_ERR_UNCOR_SEVER, 0);
    pci_set_long(pci->wmask + SRIOV_EDU_CAP_AER + PCI_ERR_COR_MASK, 0);
    sriov_edu_rtr_init(vf);
    if (vf->pf->misbehave.vf_has_sriov) {
        sriov_edu_cap_init_in_vf(vf);
    }
}

static void vf_realize(PCIDevice *pci, Error **errp)
{
    SriovEduFunction *vf = SRIOV_EDU_FN(pci);
    uint64_t bar_size[2];

    vf->pf = SRIOV_EDU_PF(pcie_sriov_get_pf(pci));
    vf->vf_id = pcie_sriov_vf_number(pci);
    bar_size[0] = vf->pf->props.vf_bar_size[0];
    bar_size[1] = vf->pf->props.vf_bar_size[1];
    if (!sriov_edu_function_init(vf, bar_size, vf->pf->props.vf_msix_max,
                                 errp)) {
        return;
    }

    vf_init_config(vf);
    vf->initial = g_memdup2(pci->config, PCIE_CONFIG_SPACE_SIZE);
}

static void vf_exit(PCIDevice *pci)
{
    SriovEduFunction *vf = SRIOV_EDU_FN(pci);

    sriov_edu_function_exit(vf);
    g_free(vf->initial);
}

/* Also called when a VF is enabled or disabled: see cap.c */
static void vf_reset(DeviceState *dev)
{
    SriovEduFunction *vf = SRIOV_EDU_FN(dev);
    bool flr = sriov_edu_fn_in_flr(vf);

    if (flr) {
        sriov_edu_live_vf_was_reset(vf->pf, vf->vf_id);
    } else {
        memcpy(vf->pci.config, vf->initial, PCIE_CONFIG_SPACE_SIZE);
        vf->ready_at = 0;
    }
    sriov_edu_function_reset(vf);
    if (flr) {
        trace_sriov_edu_vf_flr(vf->vf_id);
        sriov_edu_fn_not_ready(vf, vf->pf->props.vf_ready_ms);
        sriov_edu_mgmt_vf_was_reset(vf->pf, vf->vf_id);
    }
}

/*
 * A VF is not plugged in, now or when it is enabled: its slot may be locked, or
 * not be capable of hotplug, and software gets no event.
 */
static void vf_instance_init(Object *obj)
{
    DEVICE(obj)->hotplugged = false;
}

static void vf_class_init(ObjectClass *class, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(class);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);

    pc->realize = vf_realize;
    pc->exit = vf_exit;
    pc->device_id = SRIOV_EDU_VF_DEVICE_ID;
    device_class_set_legacy_reset(dc, vf_reset);
    dc->vmsd = &sriov_edu_function_vmstate;
    dc->desc = "SR-IOV educational device, Virtual Function";
    dc->user_creatable = false;
}

static const TypeInfo vf_info = {
    .name = TYPE_SRIOV_EDU_VF,
    .parent = TYPE_SRIOV_EDU_FUNCTION,
    .instance_init = vf_instance_init,
    .class_init = vf_class_init,
};

static void vf_register_types(void)
{
    type_register_static(&vf_info);
}

type_init(vf_register_types)
