/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the Physical Function as a QEMU device: its properties, and the
 * order in which its parts are created, reset and removed.
 *
 * Floor: 8
 */

#include "qemu/osdep.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pcie.h"
#include "hw/qdev-properties.h"
#include "sriov_edu.h"
#include "trace.h"

static void pf_realize(PCIDevice *pci, Error **errp)
{
    SriovEduPf *pf = SRIOV_EDU_PF(pci);
    const uint64_t bar_size[] = {
        SRIOV_EDU_PF_REGS_SIZE,
        pf->props.vf_migration ? SRIOV_EDU_MSIX_AND_ARRAY_SIZE
                               : SRIOV_EDU_MSIX_SIZE,
    };

    pf->fn.pf = pf;
    if (!sriov_edu_props_check(pf, errp) ||
        !sriov_edu_function_init(&pf->fn, bar_size, pf->props.vectors, errp)) {
        return;
    }
    if (!sriov_edu_cap_init(pf, errp)) {
        sriov_edu_function_exit(&pf->fn);
        return;
    }
    if (pf->props.vf_migration) {
        sriov_edu_array_init(pf);
        sriov_edu_master_init(pf);
    }
    sriov_edu_referee_init(pf);
}

static void pf_exit(PCIDevice *pci)
{
    SriovEduPf *pf = SRIOV_EDU_PF(pci);

    sriov_edu_cap_exit(pf);
    sriov_edu_live_reset(pf);
    sriov_edu_pages_clear(&pf->referee.pages);
    if (pf->props.vf_migration) {
        sriov_edu_array_exit(pf);
    }
    sriov_edu_function_exit(&pf->fn);
}

static void pf_reset(DeviceState *dev)
{
    SriovEduPf *pf = SRIOV_EDU_PF(dev);

    if (pf->powered) {
        pf->resets++;
    }
    /* QEMU resets it when the slot's power is turned off, and again when on. */
    pf->powered = pf->fn.pci.enabled;
    trace_sriov_edu_pf_reset(pf->fn.pci.devfn, sriov_edu_fn_in_flr(&pf->fn),
                             pf->resets);
    sriov_edu_referee_reset(pf);
    sriov_edu_cap_reset(pf);
    sriov_edu_mgmt_reset(pf);
    sriov_edu_live_reset(pf);
    sriov_edu_function_reset(&pf->fn);
}

static const Property pf_properties[] = {
    DEFINE_PROP_UINT32("total-vfs", SriovEduPf, props.total_vfs, 8),
    DEFINE_PROP_INT32("initial-vfs", SriovEduPf, props.initial_vfs, -1),
    DEFINE_PROP_BOOL("vf-migration", SriovEduPf, props.vf_migration, false),
    DEFINE_PROP_INT32("vf-migration-vector", SriovEduPf,
                      props.vf_migration_vector, -1),
    DEFINE_PROP_UINT32("vf-offset", SriovEduPf, props.vf_offset, 1),
    DEFINE_PROP_UINT32("vf-stride", SriovEduPf, props.vf_stride, 1),
    DEFINE_PROP_SIZE("vf-bar0-size", SriovEduPf, props.vf_bar_size[0], 4 * KiB),
    DEFINE_PROP_SIZE("vf-bar2-size", SriovEduPf, props.vf_bar_size[1], 4 * KiB),
    DEFINE_PROP_UINT32("vectors", SriovEduPf, props.vectors, 8),
    DEFINE_PROP_UINT32("vf-vectors", SriovEduPf, props.vf_vectors, 4),
    DEFINE_PROP_UINT32("vf-msix-max", SriovEduPf, props.vf_msix_max, 16),
    DEFINE_PROP_UINT32("vf-msix-total", SriovEduPf, props.vf_msix_total, 0),
    DEFINE_PROP_UINT32("vf-ready-ms", SriovEduPf, props.vf_ready_ms, 0),
    DEFINE_PROP_UINT32("referee-slack-ms", SriovEduPf, props.referee_slack_ms,
                       0),
    DEFINE_PROP_BOOL("vf-rtr", SriovEduPf, props.vf_rtr, true),
    DEFINE_PROP_BOOL("no-soft-reset", SriovEduPf, props.no_soft_reset, true),
    DEFINE_PROP_STRING("misbehave", SriovEduPf, props.misbehave),
};

static void pf_class_init(ObjectClass *class, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(class);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);

    pc->realize = pf_realize;
    pc->exit = pf_exit;
    pc->device_id = SRIOV_EDU_PF_DEVICE_ID;
    device_class_set_legacy_reset(dc, pf_reset);
    dc->vmsd = &sriov_edu_pf_vmstate;
    dc->desc = "SR-IOV educational device";
    device_class_set_props(dc, pf_properties);
}

static const TypeInfo pf_info = {
    .name = TYPE_SRIOV_EDU_PF,
    .parent = TYPE_SRIOV_EDU_FUNCTION,
    .instance_size = sizeof(SriovEduPf),
    .class_init = pf_class_init,
};

static void pf_register_types(void)
{
    type_register_static(&pf_info);
}

type_init(pf_register_types)
