/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the PF's registers for managing its VFs, and what is kept for a VF
 * whether it exists or not.
 *
 * Floor: 3
 */

#include "qemu/osdep.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/msix.h"
#include "sriov_edu.h"

QEMU_BUILD_BUG_ON(SRIOV_EDU_VF_BLOCK(1) - SRIOV_EDU_VF_BLOCK(0) !=
                  SRIOV_EDU_BLOCK_SIZE);

#define LAST_WORD  (SRIOV_EDU_BITMAP_WORDS - 1)
#define LAST_MBX   (SRIOV_EDU_MBX_WORDS - 1)

static uint32_t mgmt_msix_free(const SriovEduPf *pf)
{
    uint32_t free = pf->props.vf_msix_total;
    unsigned int vf_id;

    for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
        free -= pf->vf[vf_id].msix;
    }
    return free;
}

static uint32_t mgmt_mbx_pending(const SriovEduPf *pf, unsigned int word)
{
    uint32_t pending = 0;
    unsigned int bit;

    for (bit = 0; bit < 32 && word * 32 + bit < pf->props.total_vfs; bit++) {
        pending |= (uint32_t)!!pf->vf[word * 32 + bit].to_pf.full << bit;
    }
    return pending;
}

static uint32_t mgmt_num_vfs(SriovEduPf *pf)
{
    unsigned int vf_id;
    uint32_t num = 0;

    for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
        num += !!sriov_edu_existing_vf(pf, vf_id);
    }
    return num;
}

static uint32_t mgmt_vf_status(SriovEduFunction *vf)
{
    uint32_t status = SRIOV_EDU_VF_STATUS_EXISTS;

    if (!vf) {
        return 0;
    }
    if (sriov_edu_fn_is_master(vf)) {
        status |= SRIOV_EDU_VF_STATUS_MASTER;
    }
    if (vf->engine.status & SRIOV_EDU_STATUS_BUSY) {
        status |= SRIOV_EDU_VF_STATUS_BUSY;
    }
    return status;
}

static uint32_t mgmt_read_block(SriovEduPf *pf, unsigned int vf_id,
                                hwaddr offset)
{
    const SriovEduVfState *state = &pf->vf[vf_id];

    switch (offset) {
    case SRIOV_EDU_VF_CTRL:
        return state->ctrl;
    case SRIOV_EDU_VF_STATUS:
        return mgmt_vf_status(sriov_edu_existing_vf(pf, vf_id));
    case SRIOV_EDU_VF_QUOTA:
        return state->quota;
    case SRIOV_EDU_VF_MSIX:
        return state->msix;
    case SRIOV_EDU_VF_RESETS:
        return state->resets;
    case SRIOV_EDU_VF_MBX_RX(0) ... SRIOV_EDU_VF_MBX_RX(LAST_MBX):
        return state->to_pf.word[(offset - SRIOV_EDU_VF_MBX_RX(0)) / 4];
    case SRIOV_EDU_VF_MBX_RX_CTRL:
        return state->to_pf.full;
    case SRIOV_EDU_VF_MBX_TX(0) ... SRIOV_EDU_VF_MBX_TX(LAST_MBX):
        return state->to_vf.word[(offset - SRIOV_EDU_VF_MBX_TX(0)) / 4];
    case SRIOV_EDU_VF_MBX_TX_CTRL:
        return state->to_vf.full;
    default:
        return 0;
    }
}

static bool mgmt_write_msix(SriovEduPf *pf, unsigned int vf_id, uint32_t val)
{
    SriovEduVfState *state = &pf->vf[vf_id];
    SriovEduFunction *vf = sriov_edu_vf(pf, vf_id);

    if (!val || val > pf->props.vf_msix_max ||
        val > state->msix + mgmt_msix_free(pf) ||
        (vf && msix_enabled(&vf->pci))) {
        return false;
    }
    state->msix = val;
    if (vf) {
        sriov_edu_irq_update_table_size(vf);
    }
    return true;
}

static bool mgmt_write_block(SriovEduPf *pf, unsigned int vf_id, hwaddr offset,
                             uint32_t val)
{
    SriovEduVfState *state = &pf->vf[vf_id];
    SriovEduFunction *vf = sriov_edu_existing_vf(pf, vf_id);

    switch (offset) {
    case SRIOV_EDU_VF_CTRL:
        state->ctrl = val & SRIOV_EDU_VF_CTRL_ENABLE;
        return true;
    case SRIOV_EDU_VF_QUOTA:
        if (val > SRIOV_EDU_MAX_LEN) {
            return false;
        }
        state->quota = val;
        return true;
    case SRIOV_EDU_VF_MSIX:
        return mgmt_write_msix(pf, vf_id, val);
    case SRIOV_EDU_VF_MBX_RX_CTRL:
        sriov_edu_mailbox_free(vf, &state->to_pf, val);
        return true;
    case SRIOV_EDU_VF_MBX_TX(0) ... SRIOV_EDU_VF_MBX_TX(LAST_MBX):
        return sriov_edu_mailbox_write_word(&state->to_vf,
                   (offset - SRIOV_EDU_VF_MBX_TX(0)) / 4, val);
    case SRIOV_EDU_VF_MBX_TX_CTRL:
        sriov_edu_mailbox_send(&pf->fn, vf, &state->to_vf, val);
        return true;
    default:
        return false;
    }
}

uint32_t sriov_edu_mgmt_read(SriovEduPf *pf, hwaddr addr)
{
    unsigned int vf_id;

    if (sriov_edu_in_block(pf, SRIOV_EDU_VF_BLOCK(0), addr, &vf_id)) {
        return mgmt_read_block(pf, vf_id, addr % SRIOV_EDU_BLOCK_SIZE);
    }
    switch (addr) {
    case SRIOV_EDU_TOTAL_VFS:
        return pf->props.total_vfs;
    case SRIOV_EDU_NUM_VFS:
        return mgmt_num_vfs(pf);
    case SRIOV_EDU_VF_MSIX_TOTAL:
        return pf->props.vf_msix_total;
    case SRIOV_EDU_VF_MSIX_FREE:
        return mgmt_msix_free(pf);
    case SRIOV_EDU_VF_MSIX_MAX:
        return pf->props.vf_msix_max;
    case SRIOV_EDU_MBX_PENDING(0) ... SRIOV_EDU_MBX_PENDING(LAST_WORD):
        return mgmt_mbx_pending(pf, (addr - SRIOV_EDU_MBX_PENDING(0)) / 4);
    case SRIOV_EDU_VF_RESET(0) ... SRIOV_EDU_VF_RESET(LAST_WORD):
        return pf->vf_reset[(addr - SRIOV_EDU_VF_RESET(0)) / 4];
    default:
        return 0;
    }
}

bool sriov_edu_mgmt_write(SriovEduPf *pf, hwaddr addr, uint32_t val)
{
    unsigned int vf_id;

    if (sriov_edu_in_block(pf, SRIOV_EDU_VF_BLOCK(0), addr, &vf_id)) {
        return mgmt_write_block(pf, vf_id, addr % SRIOV_EDU_BLOCK_SIZE, val);
    }
    switch (addr) {
    case SRIOV_EDU_VF_RESET(0) ... SRIOV_EDU_VF_RESET(LAST_WORD):
        pf->vf_reset[(addr - SRIOV_EDU_VF_RESET(0)) / 4] &= ~val;
        return true;
    default:
        return false;
    }
}

/*
 * Resets all of a VF's block except the count of its resets.  The VFs have been
 * disabled before, and sriov_edu_mgmt_vf_disabled() has cleared VF_RESET.
 */
void sriov_edu_mgmt_reset(SriovEduPf *pf)
{
    unsigned int vf_id;

    for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
        pf->vf[vf_id] = (SriovEduVfState) {
            .quota = SRIOV_EDU_MAX_LEN,
            .msix = pf->props.vf_vectors,
            .resets = pf->vf[vf_id].resets,
        };
    }
}

void sriov_edu_mgmt_vf_was_reset(SriovEduPf *pf, unsigned int vf_id)
{
    pf->vf[vf_id].resets++;
    pf->vf_reset[vf_id / 32] |= 1u << vf_id % 32;
    sriov_edu_mailbox_empty(pf, vf_id);
    sriov_edu_vf_migration_vf_was_reset(pf, vf_id);
    sriov_edu_irq_raise(&pf->fn, SRIOV_EDU_INT_VF_RESET);
}

void sriov_edu_mgmt_vf_disabled(SriovEduPf *pf, unsigned int vf_id)
{
    pf->vf_reset[vf_id / 32] &= ~(1u << vf_id % 32);
    sriov_edu_mailbox_empty(pf, vf_id);
}
