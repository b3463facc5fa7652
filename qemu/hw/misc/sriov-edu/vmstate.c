/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: snapshots and migration of the virtual machine.
 *
 * Floor: 7
 *
 * VFs are devices that the guest has created, so they do not exist where the
 * state is loaded.  The PF's state precedes theirs in the stream and has NumVFs
 * and VF Enable: vmstate_pf_post_load() creates the VFs before their own states
 * arrive.
 */

#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "hw/pci/pci.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie_sriov.h"
#include "sriov_edu.h"

static const VMStateDescription vmstate_engine = {
    .name = "sriov-edu-engine",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (VMStateField[]) {
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
        VMSTATE_TIMER_PTR(timer, SriovEduEngine),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_irq = {
    .name = "sriov-edu-irq",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (VMStateField[]) {
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
    .fields = (VMStateField[]) {
        VMSTATE_UINT32_ARRAY(word, SriovEduRoom, SRIOV_EDU_MBX_WORDS),
        VMSTATE_UINT32(full, SriovEduRoom),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_vf_state = {
    .name = "sriov-edu-vf-state",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (VMStateField[]) {
        VMSTATE_UINT32(ctrl, SriovEduVfState),
        VMSTATE_UINT32(quota, SriovEduVfState),
        VMSTATE_UINT32(msix, SriovEduVfState),
        VMSTATE_UINT32(resets, SriovEduVfState),
        VMSTATE_STRUCT(to_pf, SriovEduVfState, 1, vmstate_room, SriovEduRoom),
        VMSTATE_STRUCT(to_vf, SriovEduVfState, 1, vmstate_room, SriovEduRoom),
        VMSTATE_END_OF_LIST()
    },
};

/* The number of kinds of breach before VF Migration was added */
#define REF_KINDS_V1 SRIOV_EDU_REF_OUT_UNRESET
/* and before the newest kinds, in the second after VF Enable is cleared */
#define REF_KINDS_V2 SRIOV_EDU_REF_HEADER_EARLY

static const VMStateDescription vmstate_referee = {
    .name = "sriov-edu-referee",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (VMStateField[]) {
        VMSTATE_UINT32_SUB_ARRAY(count, SriovEduReferee, 0, REF_KINDS_V1),
        VMSTATE_UINT32(last, SriovEduReferee),
        VMSTATE_INT64(vf_enabled_at, SriovEduReferee),
        VMSTATE_INT64(vf_disabled_at, SriovEduReferee),
        VMSTATE_END_OF_LIST()
    },
};

/* The source is not trusted: nothing loaded may index beyond an array. */
static int vmstate_function_post_load(void *opaque, int version_id)
{
    SriovEduFunction *fn = opaque;

    if (fn->engine.run_done > fn->engine.run_len ||
        sriov_edu_fn_vectors(fn) > fn->pci.msix_entries_nr) {
        return -EINVAL;
    }
    sriov_edu_fn_update_state(fn);
    return 0;
}

/* All of a VF's state, and part of the PF's */
const VMStateDescription sriov_edu_function_vmstate = {
    .name = TYPE_SRIOV_EDU_FUNCTION,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = vmstate_function_post_load,
    .fields = (VMStateField[]) {
        VMSTATE_PCI_DEVICE(pci, SriovEduFunction),
        VMSTATE_MSIX(pci, SriovEduFunction),
        VMSTATE_STRUCT(engine, SriovEduFunction, 1, vmstate_engine,
                       SriovEduEngine),
        VMSTATE_STRUCT(irq, SriovEduFunction, 1, vmstate_irq, SriovEduIrq),
        VMSTATE_INT64(flr_at, SriovEduFunction),
        VMSTATE_INT64(ready_at, SriovEduFunction),
        VMSTATE_TIMER_PTR(ready_timer, SriovEduFunction),
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

/* Added after version 1: absent without vf-migration, as version 1 was. */
static const VMStateDescription vmstate_vf_migration = {
    .name = TYPE_SRIOV_EDU_PF "/migration",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = vmstate_vf_migration_needed,
    .post_load = vmstate_vf_migration_post_load,
    .fields = (VMStateField[]) {
        VMSTATE_UINT8_ARRAY(migration.state, SriovEduPf, SRIOV_EDU_MAX_VFS),
        VMSTATE_UINT8_ARRAY(migration.unreset, SriovEduPf, SRIOV_EDU_MAX_VFS),
        VMSTATE_UINT32(migration.result, SriovEduPf),
        VMSTATE_UINT32(migration.ambush, SriovEduPf),
        VMSTATE_UINT32_ARRAY(migration.count, SriovEduPf,
                             SRIOV_EDU_MIGRATION_KINDS),
        VMSTATE_UINT32(migration.ignored, SriovEduPf),
        VMSTATE_UINT32(migration.messages, SriovEduPf),
        VMSTATE_UINT32_SUB_ARRAY(referee.count, SriovEduPf, REF_KINDS_V1,
                                 REF_KINDS_V2 - REF_KINDS_V1),
        VMSTATE_END_OF_LIST()
    },
};

static bool vmstate_referee_needed(void *opaque)
{
    SriovEduPf *pf = opaque;
    int kind;

    for (kind = REF_KINDS_V2; kind < SRIOV_EDU_REF_KINDS; kind++) {
        if (pf->referee.count[kind]) {
            return true;
        }
    }
    return false;
}

/* Added later still: absent unless one of these breaches was counted. */
static const VMStateDescription vmstate_referee_v2 = {
    .name = TYPE_SRIOV_EDU_PF "/referee",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = vmstate_referee_needed,
    .fields = (VMStateField[]) {
        VMSTATE_UINT32_SUB_ARRAY(referee.count, SriovEduPf, REF_KINDS_V2,
                                 SRIOV_EDU_REF_KINDS - REF_KINDS_V2),
        VMSTATE_END_OF_LIST()
    },
};

/* VFs may exist in the machine that a snapshot is loaded into. */
static int vmstate_pf_pre_load(void *opaque)
{
    SriovEduPf *pf = opaque;

    sriov_edu_cap_reset(pf);
    memset(pf->referee.count, 0, sizeof(pf->referee.count));
    return 0;
}

static int vmstate_pf_post_load(void *opaque, int version_id)
{
    SriovEduPf *pf = opaque;
    unsigned int vf_id;

    for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
        if (!pf->vf[vf_id].msix ||
            pf->vf[vf_id].msix > pf->props.vf_msix_max) {
            return -EINVAL;
        }
    }
    sriov_edu_cap_loaded(pf);
    return 0;
}

const VMStateDescription sriov_edu_pf_vmstate = {
    .name = TYPE_SRIOV_EDU_PF,
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = vmstate_pf_pre_load,
    .post_load = vmstate_pf_post_load,
    .fields = (VMStateField[]) {
        VMSTATE_STRUCT(fn, SriovEduPf, 1, sriov_edu_function_vmstate,
                       SriovEduFunction),
        VMSTATE_STRUCT(referee, SriovEduPf, 1, vmstate_referee,
                       SriovEduReferee),
        VMSTATE_BOOL(powered, SriovEduPf),
        VMSTATE_UINT32(resets, SriovEduPf),
        VMSTATE_UINT32_ARRAY(vf_reset, SriovEduPf, SRIOV_EDU_BITMAP_WORDS),
        VMSTATE_UINT32_EQUAL(props.total_vfs, SriovEduPf, "total-vfs differs"),
        VMSTATE_STRUCT_ARRAY(vf, SriovEduPf, SRIOV_EDU_MAX_VFS, 1,
                             vmstate_vf_state, SriovEduVfState),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription * []) {
        &vmstate_vf_migration,
        &vmstate_referee_v2,
        NULL
    },
};
