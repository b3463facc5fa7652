/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: snapshots and migration of the virtual machine.
 *
 * Floor: 7
 *
 * The source is not trusted: state that no guest can produce is refused, and
 * nothing loaded may index beyond an array, or send a message while another part
 * of the device is not loaded yet.
 *
 * The PF's state precedes those of its VFs in the stream and has NumVFs and VF
 * Enable: vmstate_pf_post_load() enables, and so resets, these VFs before
 * their own states arrive.
 */

#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie_sriov.h"
#include "sriov_edu.h"

static const VMStateDescription vmstate_engine = {
    .name = "sriov-edu-engine",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(scratch, SriovEduEngine),
        VMSTATE_UINT64(src, SriovEduEngine),
        VMSTATE_UINT64(dst, SriovEduEngine),
        VMSTATE_UINT32(len, SriovEduEngine),
        VMSTATE_UINT32(status, SriovEduEngine),
        VMSTATE_UINT32(crc, SriovEduEngine),
        VMSTATE_UINT32(completions, SriovEduEngine),
        VMSTATE_UINT32(latency, SriovEduEngine),
        VMSTATE_UINT32(run_cmd, SriovEduEngine),
        VMSTATE_UINT64(run_src, SriovEduEngine),
        VMSTATE_UINT64(run_dst, SriovEduEngine),
        VMSTATE_UINT32(run_len, SriovEduEngine),
        VMSTATE_UINT32(run_done, SriovEduEngine),
        VMSTATE_UINT32(run_crc, SriovEduEngine),
        VMSTATE_INT64(paused_ns, SriovEduEngine),
        VMSTATE_TIMER_PTR(timer, SriovEduEngine),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_irq = {
    .name = "sriov-edu-irq",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(status, SriovEduIrq),
        VMSTATE_UINT32(enable, SriovEduIrq),
        VMSTATE_UINT32(vector, SriovEduIrq),
        VMSTATE_UINT32(count, SriovEduIrq),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_room = {
    .name = "sriov-edu-room",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(word, SriovEduRoom, SRIOV_EDU_MBX_WORDS),
        VMSTATE_UINT32(full, SriovEduRoom),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_vf_state = {
    .name = "sriov-edu-vf-state",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(ctrl, SriovEduVfState),
        VMSTATE_UINT32(quota, SriovEduVfState),
        VMSTATE_UINT32(msix, SriovEduVfState),
        VMSTATE_UINT32(resets, SriovEduVfState),
        VMSTATE_STRUCT(to_pf, SriovEduVfState, 1, vmstate_room, SriovEduRoom),
        VMSTATE_STRUCT(to_vf, SriovEduVfState, 1, vmstate_room, SriovEduRoom),
        VMSTATE_END_OF_LIST()
    },
};

static int vmstate_live_post_load(void *opaque, int version_id)
{
    SriovEduLive *live = opaque;

    if (live->level > SRIOV_EDU_LIVE_STOP ||
        live->log & ~SRIOV_EDU_LIVE_LOG_ON) {
        return -EINVAL;
    }
    /* The log is not saved. */
    sriov_edu_pages_clear(&live->pages);
    live->overflow = live->log;
    return 0;
}

static const VMStateDescription vmstate_live = {
    .name = "sriov-edu-live",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = vmstate_live_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(level, SriovEduLive),
        VMSTATE_UINT64(addr, SriovEduLive),
        VMSTATE_UINT32(len, SriovEduLive),
        VMSTATE_UINT32(result, SriovEduLive),
        VMSTATE_UINT32(count, SriovEduLive),
        VMSTATE_UINT32(log, SriovEduLive),
        VMSTATE_UINT64(iova, SriovEduLive),
        VMSTATE_UINT32(num_pages, SriovEduLive),
        VMSTATE_BOOL(loaded, SriovEduLive),
        VMSTATE_UINT8_ARRAY(saved, SriovEduLive, SRIOV_EDU_LIVE_STATE_MAX),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_referee = {
    .name = "sriov-edu-referee",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(count, SriovEduReferee, SRIOV_EDU_REF_KINDS),
        VMSTATE_UINT32(last, SriovEduReferee),
        VMSTATE_INT64(vf_enabled_at, SriovEduReferee),
        VMSTATE_INT64(vf_disabled_at, SriovEduReferee),
        VMSTATE_END_OF_LIST()
    },
};

/*
 * QEMU opens a function's way to memory when it has loaded its config space, and
 * sends the messages that are pending when it has loaded the MSI-X table.  A
 * message can be directed to registers of this device.  So close the way until
 * vmstate_function_post_load(); no message is pending in a vector that is not
 * masked, so none is lost.
 */
static int vmstate_get_closed(QEMUFile *f, void *pv, size_t size,
                              const VMStateField *field)
{
    PCIDevice *pci = pv;

    memory_region_set_enabled(&pci->bus_master_enable_region, false);
    return 0;
}

static int vmstate_put_closed(QEMUFile *f, void *pv, size_t size,
                              const VMStateField *field, JSONWriter *vmdesc)
{
    return 0;
}

static const VMStateInfo vmstate_info_closed = {
    .name = "no messages",
    .get = vmstate_get_closed,
    .put = vmstate_put_closed,
};

/* The timer of a VF runs if it executes a command and is not stopped. */
static bool vmstate_engine_is_valid(const SriovEduFunction *fn)
{
    const SriovEduEngine *e = &fn->engine;
    bool runs = e->status & SRIOV_EDU_STATUS_BUSY &&
                sriov_edu_fn_live_level(fn) == SRIOV_EDU_LIVE_RUN;

    return sriov_edu_engine_is_valid(e) && runs == timer_pending(e->timer);
}

/* The clock is loaded after the PF and before the VFs. */
static bool vmstate_ready_at_is_valid(const SriovEduFunction *fn)
{
    int64_t ready_ms = fn->pf->props.vf_ready_ms;

    return !fn->ready_at ||
           (sriov_edu_is_vf(fn) &&
            fn->ready_at <= sriov_edu_now() + ready_ms * SCALE_MS);
}

static bool vmstate_function_is_valid(const SriovEduFunction *fn)
{
    return vmstate_engine_is_valid(fn) && sriov_edu_irq_is_valid(&fn->irq) &&
           !sriov_edu_fn_in_flr(fn) && vmstate_ready_at_is_valid(fn);
}

static int vmstate_function_post_load(void *opaque, int version_id)
{
    SriovEduFunction *fn = opaque;

    if (!vmstate_function_is_valid(fn)) {
        return -EINVAL;
    }
    sriov_edu_fn_update_master(fn);
    return 0;
}

/* All of a VF's state, and part of the PF's */
const VMStateDescription sriov_edu_function_vmstate = {
    .name = TYPE_SRIOV_EDU_FUNCTION,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = vmstate_function_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(pci, SriovEduFunction),
        {
            .name = "no messages",
            .info = &vmstate_info_closed,
            .flags = VMS_SINGLE,
            .offset = offsetof(SriovEduFunction, pci),
        },
        VMSTATE_MSIX(pci, SriovEduFunction),
        VMSTATE_STRUCT(engine, SriovEduFunction, 1, vmstate_engine,
                       SriovEduEngine),
        VMSTATE_STRUCT(irq, SriovEduFunction, 1, vmstate_irq, SriovEduIrq),
        VMSTATE_INT64(flr_at, SriovEduFunction),
        VMSTATE_INT64(ready_at, SriovEduFunction),
        VMSTATE_END_OF_LIST()
    },
};

static bool vmstate_vf_migration_needed(void *opaque)
{
    SriovEduPf *pf = opaque;

    return pf->props.vf_migration;
}

static int vmstate_vf_migration_post_load(void *opaque, int version_id)
{
    SriovEduPf *pf = opaque;
    unsigned int vf_id;

    for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
        if (pf->migration.state[vf_id] > PCI_SRIOV_VFM_AV) {
            return -EINVAL;
        }
    }
    return 0;
}

static const VMStateDescription vmstate_vf_migration = {
    .name = TYPE_SRIOV_EDU_PF "/migration",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = vmstate_vf_migration_needed,
    .post_load = vmstate_vf_migration_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8_ARRAY(migration.state, SriovEduPf, SRIOV_EDU_MAX_VFS),
        VMSTATE_UINT8_ARRAY(migration.unreset, SriovEduPf, SRIOV_EDU_MAX_VFS),
        VMSTATE_UINT32(migration.result, SriovEduPf),
        VMSTATE_UINT32(migration.ambush, SriovEduPf),
        VMSTATE_UINT32_ARRAY(migration.count, SriovEduPf,
                             SRIOV_EDU_MIGRATION_KINDS),
        VMSTATE_UINT32(migration.ignored, SriovEduPf),
        VMSTATE_UINT32(migration.messages, SriovEduPf),
        VMSTATE_END_OF_LIST()
    },
};

/* VFs may be enabled in the machine that a snapshot is loaded into. */
static int vmstate_pf_pre_load(void *opaque)
{
    sriov_edu_cap_prepare_load(opaque);
    return 0;
}

static bool vmstate_vf_is_valid(const SriovEduPf *pf, const SriovEduVfState *vf)
{
    return vf->msix && vf->msix <= pf->props.vf_msix_max &&
           vf->quota <= SRIOV_EDU_MAX_LEN &&
           !(vf->ctrl & ~SRIOV_EDU_VF_CTRL_ENABLE) &&
           sriov_edu_mailbox_is_valid(&vf->to_pf) &&
           sriov_edu_mailbox_is_valid(&vf->to_vf);
}

static int vmstate_pf_post_load(void *opaque, int version_id)
{
    SriovEduPf *pf = opaque;
    uint32_t msix = 0;
    unsigned int vf_id;

    for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
        if (!vmstate_vf_is_valid(pf, &pf->vf[vf_id])) {
            return -EINVAL;
        }
        msix += pf->vf[vf_id].msix;
    }
    return msix <= pf->props.vf_msix_total && sriov_edu_cap_loaded(pf)
           ? 0 : -EINVAL;
}

/*
 * The VFs, which have the lowest priority, are created within the creation of
 * the PF, so that their states would precede the PF's.
 */
const VMStateDescription sriov_edu_pf_vmstate = {
    .name = TYPE_SRIOV_EDU_PF,
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_IOMMU,
    .pre_load = vmstate_pf_pre_load,
    .post_load = vmstate_pf_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(fn, SriovEduPf, 1, sriov_edu_function_vmstate,
                       SriovEduFunction),
        VMSTATE_STRUCT(referee, SriovEduPf, 1, vmstate_referee,
                       SriovEduReferee),
        VMSTATE_UINT32(ctrl, SriovEduPf),
        VMSTATE_UINT16(num_vfs, SriovEduPf),
        VMSTATE_BOOL(powered, SriovEduPf),
        VMSTATE_UINT32(resets, SriovEduPf),
        VMSTATE_UINT32_ARRAY(vf_reset, SriovEduPf, SRIOV_EDU_BITMAP_WORDS),
        VMSTATE_UINT32_EQUAL(props.total_vfs, SriovEduPf, "total-vfs differs"),
        VMSTATE_STRUCT_ARRAY(vf, SriovEduPf, SRIOV_EDU_MAX_VFS, 1,
                             vmstate_vf_state, SriovEduVfState),
        VMSTATE_STRUCT_ARRAY(live, SriovEduPf, SRIOV_EDU_MAX_VFS, 1,
                             vmstate_live, SriovEduLive),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription * const []) {
        &vmstate_vf_migration,
        NULL
    },
};
