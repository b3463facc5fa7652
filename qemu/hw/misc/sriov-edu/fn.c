/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the facts about a function, PF or VF, that the other files rely
 * on, and whether the function answers.
 *
 * Floor: 0
 *
 *                      ready_at is reached
 *    not ready ------------------------------> ready
 *              <------------------------------
 *          with vf-ready-ms: a VF is enabled, or
 *          undergoes an FLR
 *
 * A function answers in configuration space when it is ready, unless it is a VF
 * of misbehave=silent-vf, is Inactive.Unavailable or is not enabled.  In its
 * BARs it answers then, and only in D0; otherwise they read as all ones and
 * ignore writes.
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pcie_sriov.h"
#include "sriov_edu.h"

void sriov_edu_guest_error(const SriovEduFunction *fn, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    if (!qemu_loglevel_mask(LOG_GUEST_ERROR)) {
        return;
    }
    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    if (sriov_edu_is_vf(fn)) {
        qemu_log("sriov-edu: VF %u: %s\n", fn->vf_id, text);
    } else {
        qemu_log("sriov-edu: PF: %s\n", text);
    }
}

/* An enabled VF, which includes one that is Inactive.Unavailable */
SriovEduFunction *sriov_edu_vf(SriovEduPf *pf, unsigned int vf_id)
{
    PCIDevice **vf = pf->fn.pci.exp.sriov_pf.vf;

    if (!vf || vf_id >= pf->props.total_vfs || !vf[vf_id]->enabled) {
        return NULL;
    }
    return SRIOV_EDU_FN(vf[vf_id]);
}

bool sriov_edu_fn_in_d0(const SriovEduFunction *fn)
{
    return !(pci_get_word(fn->pci.config + SRIOV_EDU_PMCSR) &
             PCI_PM_CTRL_STATE_MASK);
}

bool sriov_edu_fn_is_master(const SriovEduFunction *fn)
{
    return pci_get_word(fn->pci.config + PCI_COMMAND) & PCI_COMMAND_MASTER;
}

/* Is the reset in progress an FLR?  pcie.c keeps the bit set meanwhile. */
bool sriov_edu_fn_in_flr(const SriovEduFunction *fn)
{
    return pci_get_word(fn->pci.config + SRIOV_EDU_CAP_EXP + PCI_EXP_DEVCTL) &
           PCI_EXP_DEVCTL_BCR_FLR;
}

unsigned int sriov_edu_fn_vectors(const SriovEduFunction *fn)
{
    return sriov_edu_is_vf(fn) ? fn->pf->vf[fn->vf_id].msix
                               : fn->pf->props.vectors;
}

/* NULL also for a VF that is Inactive.Unavailable, unlike sriov_edu_vf() */
SriovEduFunction *sriov_edu_existing_vf(SriovEduPf *pf, unsigned int vf_id)
{
    SriovEduFunction *vf = sriov_edu_vf(pf, vf_id);

    return vf && sriov_edu_fn_exists(vf) ? vf : NULL;
}

/*
 * Is @addr in the block of one of TotalVFs, whose first is at @first?  If so, stores
 * which in @vf_id.
 */
bool sriov_edu_in_block(const SriovEduPf *pf, hwaddr first, hwaddr addr,
                        unsigned int *vf_id)
{
    if (addr < first ||
        addr >= first + pf->props.total_vfs * SRIOV_EDU_BLOCK_SIZE) {
        return false;
    }
    *vf_id = (addr - first) / SRIOV_EDU_BLOCK_SIZE;
    return true;
}

/*
 * To and from RAM only.  The registers of devices must not be reachable from
 * here: a guest could have the engine write to its own registers, or clear VF
 * Enable and so reset the function whose engine is running.
 */
bool sriov_edu_fn_dma(SriovEduFunction *fn, uint64_t addr, void *buf,
                      uint32_t len, DMADirection direction)
{
    MemTxAttrs attrs = {
        .memory = 1,
        .requester_id = pci_requester_id(&fn->pci),
    };

    return pci_dma_rw(&fn->pci, addr, buf, len, direction, attrs) == MEMTX_OK;
}

/* Are all of @bits set in the PF's SR-IOV Control? */
bool sriov_edu_ctrl_has(SriovEduPf *pf, uint16_t bits)
{
    return (pf->ctrl & bits) == bits;
}

/* 9.3.3.7: an enabled VF exists unless it is Inactive.Unavailable. */
bool sriov_edu_fn_exists(const SriovEduFunction *fn)
{
    return !sriov_edu_is_vf(fn) ||
           (fn->pci.enabled &&
            fn->pf->migration.state[fn->vf_id] != PCI_SRIOV_VFM_UA);
}

/* 9.2.4: only a VF in an Active state may issue requests. */
bool sriov_edu_fn_is_active(const SriovEduFunction *fn)
{
    return !sriov_edu_is_vf(fn) ||
           fn->pf->migration.state[fn->vf_id] == PCI_SRIOV_VFM_AV ||
           fn->pf->migration.state[fn->vf_id] == PCI_SRIOV_VFM_MO;
}

/* LIVE_RUN, LIVE_QUIET or LIVE_STOP */
unsigned int sriov_edu_fn_live_level(const SriovEduFunction *fn)
{
    if (!sriov_edu_is_vf(fn) || fn->pf->misbehave.live_hangs) {
        return SRIOV_EDU_LIVE_RUN;
    }
    return fn->pf->live[fn->vf_id].level;
}

bool sriov_edu_fn_answers(const SriovEduFunction *fn)
{
    if (sriov_edu_is_vf(fn) &&
        sriov_edu_bit(fn->pf->misbehave.silent_vf, fn->vf_id)) {
        return false;
    }
    return sriov_edu_fn_exists(fn) && sriov_edu_now() >= fn->ready_at;
}

bool sriov_edu_fn_answers_in_bars(const SriovEduFunction *fn)
{
    return sriov_edu_fn_answers(fn) && sriov_edu_fn_in_d0(fn);
}

/*
 * For QEMU, Bus Master Enable alone decides whether requests reach memory, so
 * call this after a change of Bus Master Enable, of the D-state, of the VF's
 * migration state, or of whether the function is enabled.
 */
void sriov_edu_fn_update_master(SriovEduFunction *fn)
{
    memory_region_set_enabled(&fn->pci.bus_master_enable_region,
                              sriov_edu_fn_is_master(fn) &&
                              sriov_edu_fn_in_d0(fn) &&
                              fn->pci.enabled && sriov_edu_fn_is_active(fn));
}

/*
 * @ms is the property vf-ready-ms: the time until a VF answers after VF Enable
 * was set (9.3.3.3.1) and after its FLR (6.6.2).
 */
void sriov_edu_fn_not_ready(SriovEduFunction *fn, unsigned int ms)
{
    if (ms) {
        fn->ready_at = sriov_edu_now() + ms * SCALE_MS;
    }
}
