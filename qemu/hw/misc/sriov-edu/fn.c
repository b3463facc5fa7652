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
 *          with vf-ready-ms: a VF is created, or
 *          undergoes an FLR
 *
 * A function answers in configuration space when it is ready, unless it is a VF
 * of misbehave=silent-vf or Inactive.Unavailable.  In its BARs it answers then,
 * and only in D0; otherwise the regions "absent", which read as all ones, cover
 * them.
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "hw/pci/pci.h"
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

/* The VF as QEMU has it, which includes one that is Inactive.Unavailable */
SriovEduFunction *sriov_edu_vf(SriovEduPf *pf, unsigned int vf_id)
{
    PCIDevice *vf = pcie_sriov_get_vf_at_index(&pf->fn.pci, vf_id);

    return vf ? SRIOV_EDU_FN(vf) : NULL;
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

/* Are all of @bits set in the PF's SR-IOV Control? */
bool sriov_edu_ctrl_has(SriovEduPf *pf, uint16_t bits)
{
    return (pci_get_word(pf->fn.pci.config + SRIOV_EDU_CAP_SRIOV +
                         PCI_SRIOV_CTRL) & bits) == bits;
}

/* 9.3.3.7: a VF exists unless it is Inactive.Unavailable. */
bool sriov_edu_fn_exists(const SriovEduFunction *fn)
{
    return !sriov_edu_is_vf(fn) ||
           fn->pf->migration.state[fn->vf_id] != PCI_SRIOV_VFM_UA;
}

/* 9.2.4: only a VF in an Active state may issue requests. */
bool sriov_edu_fn_is_active(const SriovEduFunction *fn)
{
    return !sriov_edu_is_vf(fn) ||
           fn->pf->migration.state[fn->vf_id] == PCI_SRIOV_VFM_AV ||
           fn->pf->migration.state[fn->vf_id] == PCI_SRIOV_VFM_MO;
}

bool sriov_edu_fn_answers(const SriovEduFunction *fn)
{
    if (sriov_edu_is_vf(fn) &&
        sriov_edu_bit(fn->pf->misbehave.silent_vf, fn->vf_id)) {
        return false;
    }
    return sriov_edu_fn_exists(fn) && sriov_edu_now() >= fn->ready_at;
}

void sriov_edu_fn_update_answer(SriovEduFunction *fn)
{
    bool absent = !sriov_edu_fn_answers(fn) || !sriov_edu_fn_in_d0(fn);
    int i;

    for (i = 0; i < ARRAY_SIZE(fn->absent); i++) {
        memory_region_set_enabled(&fn->absent[i], absent);
    }
}

/* For QEMU, Bus Master Enable alone decides whether DMA reaches memory. */
void sriov_edu_fn_update_master(SriovEduFunction *fn)
{
    memory_region_set_enabled(&fn->pci.bus_master_enable_region,
                              sriov_edu_fn_is_master(fn) &&
                              fn->pci.has_power && sriov_edu_fn_is_active(fn));
}

/* Call after a change of the VF's migration state, or of all of @fn's state. */
void sriov_edu_fn_update_state(SriovEduFunction *fn)
{
    memory_region_transaction_begin();
    sriov_edu_fn_update_answer(fn);
    sriov_edu_fn_update_master(fn);
    memory_region_transaction_commit();
}

static void fn_ready(void *opaque)
{
    sriov_edu_fn_update_answer(opaque);
}

/*
 * @ms is the property vf-ready-ms: the time until a VF answers after VF Enable
 * was set (9.3.3.3.1) and after its FLR (6.6.2).
 */
void sriov_edu_fn_not_ready(SriovEduFunction *fn, unsigned int ms)
{
    if (ms) {
        fn->ready_at = sriov_edu_now() + ms * SCALE_MS;
        timer_mod_ns(fn->ready_timer, fn->ready_at);
    }
    sriov_edu_fn_update_answer(fn);
}

void sriov_edu_fn_init(SriovEduFunction *fn)
{
    fn->flr_at = SRIOV_EDU_NEVER;
    fn->ready_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, fn_ready, fn);
}

void sriov_edu_fn_exit(SriovEduFunction *fn)
{
    timer_free(fn->ready_timer);
}
